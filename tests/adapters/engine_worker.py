"""A process of its own that serves the engine until it is killed: `engine_worker.py URL LOG
[RECOVERIES [blind]]`.

A job is a poison that waits and then kills its process, or waits until there is a file `LOG.go`, or
is asked to wait by its platform until then, or only takes a while. `blind`: the engine is not told
who waits."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from adapters.engine import process, worker
from adapters.engine.dbos_engine import DbosEngine
from core.errors import RetryLater
from core.ports import Payload
from tests.adapters.engine_kit import until

ASKED = 1.2
"""Seconds that a platform asks for."""


async def act(payload: Payload, engine: DbosEngine, may_go: Callable[[], bool]) -> None:
    match payload.get("kind"):
        case "poison":
            async with engine.waiting():
                await asyncio.sleep(0.8)
            os._exit(1)
        case "waits":
            async with engine.waiting():
                await until(may_go, 60)
        case "asked":
            if not may_go():
                raise RetryLater(ASKED)
        case _:
            await asyncio.sleep(0.3)


async def main(url: str, path: str, recoveries: str = "", blind: str = "") -> None:
    engine, go = DbosEngine(url=url, poll=0.05), Path(f"{path}.go")
    if recoveries:
        process.MAX_RECOVERIES = dict.fromkeys(process.MAX_RECOVERIES, int(recoveries))
    if blind:
        worker.Worker.waiting = lambda _: nullcontext()  # type: ignore[method-assign,assignment,misc,return-value]  # the control
    with Path(path).open("a", buffering=1) as log:  # noqa: ASYNC230  # a line at a time

        async def run(payload: Payload) -> None:
            log.write(f"start {payload['chat']}:{payload['n']}\n")
            await act(payload, engine, go.exists)
            log.write(f"done {payload['chat']}:{payload['n']}\n")

        await engine.start({"tell": run})
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
