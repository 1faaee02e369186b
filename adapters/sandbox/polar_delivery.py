"""Webhooks on their way: signed anew for each attempt, tried again, and given up, as Polar does.

The rules are Polar's own (`server/polar/webhook/tasks.py` and `service.py`): first attempts in the
order of the events, retries whenever they are due; an endpoint whose latest ten finished events all
failed is switched off, and what still waits for it is never sent by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from random import Random
from typing import Any

import aiohttp

from adapters.sandbox.model import Json
from adapters.sandbox.polar_errors import not_found
from adapters.sandbox.polar_events import Event, attempt, switch_off_if_dead
from adapters.sandbox.polar_papers import endpoint
from adapters.sandbox.polar_signing import STANDARD, signed
from adapters.sandbox.recent import Recent

ATTEMPTS = 10
"""In all, the first one included."""
TIMEOUT = 10.0
"""Seconds that the endpoint has for its answer."""
LONGEST = 20 * 60.0
"""Seconds between two attempts, at most."""
HELD = 60.0
"""Seconds after its making for which an event that was not tried yet holds up later ones."""


class Delivery:
    """The endpoints, and what goes to them. The public attributes may be set at any time."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Json] = {}
        self.events: Recent[Event] = Recent()
        self.session: aiohttp.ClientSession | None = None
        self.unit = 1.0
        """What the delays before retries are multiplied with; smaller in tests."""
        self.timeout, self.held = TIMEOUT, HELD
        self.copies = 1
        """How often each first attempt is made, all at the same time."""
        self.shuffle = 0
        """How many waiting events are put into another order; 0 keeps theirs."""
        self.drop = False
        """Lose everything: what is told meanwhile is never sent."""
        self.random = Random(7)  # noqa: S311  # disorder, not a secret
        self._again_now = 0
        """Events that are on their way once more."""
        self._go = asyncio.Event()
        self._go.set()
        self._queues: dict[str, asyncio.Queue[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(
        self, url: str, secret: str = "", form: str = STANDARD, kinds: tuple[str, ...] = ()
    ) -> Json:
        """A new endpoint. Without a secret one is made; without kinds it hears everything.

        Raises ValueError for a secret that cannot be used in this form."""
        made = endpoint(url=url, events=list(kinds))
        made["uses_standard_webhook_signature"] = form == STANDARD
        made["secret"] = secret or made["secret"]
        signed(b"", made["secret"], "", form=form)
        self.endpoints[made["id"]] = made
        return made

    def send(self, kind: str, body: bytes) -> None:
        """Tell it to all endpoints that are on and want to know."""
        wanting = [
            each
            for each in self.endpoints.values()
            if each["enabled"] and (not each["events"] or kind in each["events"])
        ]
        for each in wanting:
            event = Event(kind, body, each["id"], skipped=self.drop)
            self.events[event.id] = event
            if not self.drop:
                self._queue(each["id"]).put_nowait(event)
        if not wanting:
            event = Event(kind, body, "", skipped=True)
            self.events[event.id] = event

    def redeliver(self, id: str) -> None:
        """Once more, with the same id and body. Raises 404."""
        event = self.events.get(id)
        if event is None or event.endpoint not in self.endpoints:
            raise not_found()
        self._again_now += 1
        self._spawn(self._redeliver(event))

    async def _redeliver(self, event: Event) -> None:
        try:
            await self._try(event)
        finally:
            self._again_now -= 1

    def pause(self, on: bool = True) -> None:
        """Hold back what was not tried yet, or let it go."""
        if on:
            self._go.clear()
        else:
            self._go.set()

    @property
    def paused(self) -> bool:
        return not self._go.is_set()

    async def settle(self, within: float = 10.0, *, retries: bool = True) -> None:
        """Return when nothing waits; without `retries`, when everything was tried once.

        Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._busy(retries):  # noqa: ASYNC110  # many events, nothing in common
                await asyncio.sleep(0.005)

    def _busy(self, retries: bool) -> bool:
        if self._again_now:
            return True
        waiting = (each for each in self.events.values() if each.waits)
        return any(retries or not each.attempts for each in waiting)

    def start(self, session: aiohttp.ClientSession) -> None:
        """Begin, or go on with what waited when it was stopped."""
        self.session, self._again_now = session, 0
        for event in [each for each in self.events.values() if each.waits]:
            if event.attempts:
                self._spawn(self._again(event))
            else:
                self._queue(event.endpoint).put_nowait(event)

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._queues.clear()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _queue(self, endpoint: str) -> asyncio.Queue[Event]:
        if endpoint not in self._queues:
            self._queues[endpoint] = asyncio.Queue()
            self._spawn(self._in_order(self._queues[endpoint]))
        return self._queues[endpoint]

    async def _in_order(self, queue: asyncio.Queue[Event]) -> None:
        """First attempts, one after the other."""
        while True:
            batch = [await queue.get()]
            await self._go.wait()
            while len(batch) < self.shuffle and not queue.empty():
                batch.append(queue.get_nowait())
            if self.shuffle:
                self.random.shuffle(batch)
            for event in batch:
                await self._go.wait()
                if not event.skipped:
                    patience = max(0.0, event.born + self.held - time.monotonic())
                    await asyncio.wait({self._spawn(self._first(event))}, timeout=patience)

    async def _first(self, event: Event) -> None:
        to = self.endpoints.get(event.endpoint)
        copies = [self._attempt(event, to) for _ in range(self.copies - 1)] if to else []
        await asyncio.gather(self._try(event), *copies)

    async def _attempt(self, event: Event, to: Json) -> bool:
        limit = aiohttp.ClientTimeout(total=self.timeout)
        return await attempt(self.session, event, to, limit)

    async def _try(self, event: Event) -> None:
        """An attempt, and what follows from it."""
        to = self.endpoints.get(event.endpoint)
        if to is None or not to["enabled"]:
            event.skipped = True
            return
        event.skipped = False
        if await self._attempt(event, to):
            event.succeeded = True
        elif len(event.attempts) < ATTEMPTS:
            self._spawn(self._again(event))
        else:
            event.succeeded = event.succeeded or False
            switch_off_if_dead(to, list(self.events.values()))

    async def _again(self, event: Event) -> None:
        longest = min(2.0 ** (len(event.attempts) + 1), LONGEST)
        delay = longest / 2 + self.random.uniform(0, longest / 2)
        await asyncio.sleep(delay * self.unit)
        if event.waits:
            await self._try(event)
