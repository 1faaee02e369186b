"""A process of its own that serves the engine until it is killed: `engine_worker.py URL LOG`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from adapters.engine.dbos_engine import DbosEngine
from core.ports import Payload


async def main(url: str, path: str) -> None:
    with Path(path).open("a", buffering=1) as log:  # noqa: ASYNC230  # a line at a time

        async def run(payload: Payload) -> None:
            log.write(f"start {payload['chat']}:{payload['n']}\n")
            await asyncio.sleep(0.3)
            log.write(f"done {payload['chat']}:{payload['n']}\n")

        await DbosEngine(url=url, poll=0.05).start({"tell": run})
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
