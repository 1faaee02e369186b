"""A process of its own that serves the engine until it is killed: `engine_worker URL LOG
[RECOVERIES [blind|together]]`.

A job is a poison that kills the process, once it has waited for so many seconds or acted for a
moment, or waits until there is a file `LOG.go`, or is asked to wait by its platform until then, or
only takes a while. `blind`: who waits counts as if it acted. `together`: nobody lets another one
act alone."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from adapters.engine import process, starts
from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.runs import Run
from core.errors import RetryLater
from core.ports import Payload
from tests.adapters.engine_kit import until

ASKED = 1.2
"""Seconds that a platform asks for."""
TAKES = 0.3
"""Seconds of an ordinary job."""


def die(*, badly: bool) -> None:
    """By an access to where nothing is, or as Python ends."""
    if badly:
        ctypes.string_at(0)
    os._exit(1)


async def act(payload: Payload, engine: DbosEngine, may_go: Callable[[], bool]) -> None:
    match payload.get("kind"):
        case "poison":
            seconds = float(str(payload.get("seconds", 0)))
            async with engine.waiting() if seconds else nullcontext():
                await asyncio.sleep(seconds or TAKES / 2)
            die(badly=not seconds)
        case "waits":
            async with engine.waiting():
                await until(may_go, 60)
        case "asked":
            if not may_go():
                raise RetryLater(ASKED)
        case _:
            await asyncio.sleep(TAKES)


async def still_counts(self: starts.Starts, run: Run) -> None:
    self.ends(run)


def control(which: str) -> None:
    """Switch off what is tested."""
    if which == "blind":
        starts.Starts.waits = still_counts  # type: ignore[method-assign]  # the control
    if which == "together":
        starts.PATIENCE = 0.0


async def main(url: str, path: str, recoveries: str = "", which: str = "") -> None:
    engine, go = DbosEngine(url=url, poll=0.05), Path(f"{path}.go")
    if recoveries:
        process.MAX_RECOVERIES = dict.fromkeys(process.MAX_RECOVERIES, int(recoveries))
    control(which)
    with Path(path).open("a", buffering=1) as log:  # noqa: ASYNC230  # a line at a time

        async def run(payload: Payload) -> None:
            log.write(f"start {payload['chat']}:{payload['n']}\n")
            await act(payload, engine, go.exists)
            log.write(f"done {payload['chat']}:{payload['n']}\n")

        await engine.start({"tell": run})
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
