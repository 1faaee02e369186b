"""Updates by long polling, for a bot without a public URL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from telegram.error import Conflict, InvalidToken, TelegramError

from adapters.telegram.faults import delivery_error
from adapters.telegram.http import Flooded
from adapters.telegram.intake import KINDS
from adapters.telegram.platform import TelegramPlatform

log = logging.getLogger(__name__)
Raw = dict[str, Any]
T = TypeVar("T")

WAIT = 50
"""Seconds that Telegram holds a poll open when there is nothing."""
WORKERS = 64
"""Chats handled at once."""
LONGEST_PAUSE = 30.0
"""Seconds between two attempts when nothing works."""


class Polling:
    """The `get_updates` loop.

    Updates of one chat are taken in order, those of different chats at once. An update is
    confirmed only after it and all of its batch before it were taken; what is left is fetched
    again. `pause` is the first wait after a failure, in seconds; it doubles up to 30."""

    def __init__(self, platform: TelegramPlatform, *, wait: int = WAIT, pause: float = 1.0) -> None:
        self._platform, self._wait, self._first_pause = platform, wait, pause
        self._pause = pause
        self._slots = asyncio.Semaphore(WORKERS)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let `run` return as soon as the batch in hand is taken."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. Raises TokenRevoked; waits out everything else."""
        offset: int | None = None
        cleared = False
        while not self._stopping.is_set():
            try:
                if not cleared:  # a webhook and polling exclude each other
                    await self._platform.client.delete_webhook(drop_pending_updates=False)
                    cleared = True
                fetched = await self._unless_stopped(
                    self._platform.client.fetch(offset=offset, wait=self._wait, kinds=KINDS)
                )
            except InvalidToken as error:
                raise delivery_error(error) from None
            except TelegramError as error:
                cleared = cleared and not isinstance(error, Conflict)
                await self._back_off(error)
                continue
            offset = await self._confirmable(fetched or [])

    async def _confirmable(self, updates: Sequence[Raw]) -> int | None:
        """Take a batch; the next offset. None, which confirms nothing new, after an empty one:
        ids restart at random after a quiet week, so an old offset must not be kept."""
        numbered = sorted(
            (each for each in updates if isinstance(each.get("update_id"), int)),
            key=lambda each: int(each["update_id"]),
        )
        if not numbered:
            self._pause = self._first_pause
            return None
        queues: dict[str, list[Raw]] = {}
        for each in numbered:
            queues.setdefault(queue_of(each), []).append(each)
        failed = await asyncio.gather(*(self._take_in_order(queue) for queue in queues.values()))
        left = [update_id for update_id in failed if update_id is not None]
        if left:
            await self._sleep()
        else:
            self._pause = self._first_pause
        return min(left) if left else int(numbered[-1]["update_id"]) + 1

    async def _take_in_order(self, queue: Sequence[Raw]) -> int | None:
        """The id of the first update that failed, after which none of its chat is taken."""
        async with self._slots:
            for each in queue:
                try:
                    await self._platform.take(each)
                except Exception:  # the store is down: nothing else is raised, by contract
                    log.exception("update not taken, it will be fetched again")
                    return int(each["update_id"])
        return None

    async def _back_off(self, error: TelegramError) -> None:
        log.warning("polling failed: %s", error.message)
        await self._sleep(error.seconds if isinstance(error, Flooded) else None)

    async def _sleep(self, seconds: float | None = None) -> None:
        if seconds is None:
            seconds, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        await self._unless_stopped(asyncio.sleep(seconds))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The work's result; None where `stop` came first, and the work is cancelled."""
        task = asyncio.ensure_future(work)
        stopped = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for each in (task, stopped):
                each.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)


def queue_of(update: Raw) -> str:
    """What must stay in order with this update: as Telegram's own webhook queues do it, a
    person's presses, else a chat's messages; and what a person types elsewhere."""
    press = update.get("callback_query")
    if isinstance(press, dict):
        return f"presses of {_id(press.get('from'))}"
    bodies = (value for value in update.values() if isinstance(value, dict))
    body = next(bodies, {})
    if "chat" in body:
        return f"chat {_id(body['chat'])}"
    return f"typed by {_id(body.get('from'))}"


def _id(owner: object) -> object:
    return owner.get("id") if isinstance(owner, dict) else None
