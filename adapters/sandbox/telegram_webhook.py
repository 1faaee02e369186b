"""Delivery to the bot's webhook: in order per chat, again until accepted."""

from __future__ import annotations

import asyncio
import time
from collections import deque

import aiohttp

from adapters.sandbox.model import Json
from adapters.sandbox.telegram_updates import Entry, Updates

ANSWER_WITHIN = 60.0
"""Seconds that the server waits for an answer before it sends again."""
LONGEST_DELAY = 60.0
"""In units of `unit`."""


class Webhook:
    """Takes updates out of `updates`, one at a time per queue, and posts them to `url`."""

    def __init__(
        self, updates: Updates, session: aiohttp.ClientSession, params: Json, unit: float = 1.0
    ) -> None:
        self.url = str(params["url"])
        self.connections = int(params.get("max_connections") or 40)
        self.error: tuple[int, str] | None = None
        """When and why the last failed delivery failed."""
        self._secret = str(params.get("secret_token") or "")
        self._updates, self._session = updates, session
        self._unit = unit
        """Seconds that the retry delays 2, 4, 8 ... are multiples of; smaller in tests."""
        self._slots = asyncio.Semaphore(self.connections)
        self._queues: dict[str, deque[Entry]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        for entry in updates.pending:
            self.put(entry)

    def put(self, entry: Entry) -> None:
        queue = self._queues.get(entry.queue)
        if queue is not None:
            queue.append(entry)
            return
        self._queues[entry.queue] = deque([entry])
        task = asyncio.create_task(self._drain(entry.queue))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drain(self, name: str) -> None:
        queue = self._queues[name]
        while queue:
            accepted = await self._deliver(queue[0])
            self._updates.settle(queue.popleft(), accepted=accepted)
        del self._queues[name]

    async def _deliver(self, entry: Entry) -> bool:
        """True when the bot accepted it, False when its time ran out."""
        failures = 0
        while not entry.expired:
            if await self._post(entry.update):
                return True
            # the first retry is immediate, the later ones after 2, 4, 8 ...
            await asyncio.sleep(min(2**failures, LONGEST_DELAY) * self._unit if failures else 0)
            failures += 1
        return False

    async def _post(self, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with (
                self._slots,
                self._session.post(
                    self.url, json=update, headers=headers, timeout=limit, allow_redirects=False
                ) as answer,
            ):
                if answer.status // 100 == 2:
                    return True
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self._failed(f"{type(error).__name__}: {error}")
        return False

    def _failed(self, why: str) -> None:
        self.error = (int(time.time()), why)
