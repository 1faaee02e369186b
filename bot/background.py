"""Tasks beside a block. One that dies takes the block down: half a service helps nobody, and
whoever supervises the process starts a whole one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

log = logging.getLogger(__name__)


class BackgroundDied(Exception):
    """A task beside a block failed; its error is the cause."""


@asynccontextmanager
async def background(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run beside the block; cancelled at its end, and awaited. A task may return early.

    When one raises, that is logged and the block is cancelled. Raises `BackgroundDied` then."""
    block = asyncio.current_task()
    died: list[BaseException] = []

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        log.critical("%s died", task.get_coro(), exc_info=error)
        died.append(error)
        if block is not None and len(died) == 1 and going:
            block.cancel()

    tasks = [asyncio.ensure_future(each) for each in coroutines]
    going = True
    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        if not died or block is None:
            raise
        block.uncancel()
        raise BackgroundDied from died[0]
    finally:
        going = False
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
