"""What happens in the small world, for whoever listens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from adapters.sandbox.model import Json

if TYPE_CHECKING:
    from adapters.sandbox.world import World

FEED_LIMIT = 10_000
"""Events that a reader may lag behind; a feed further behind ends."""


class Feed:
    """Events from the moment it was made: an async iterator, and a context that ends it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._events: asyncio.Queue[Json] = asyncio.Queue(FEED_LIMIT)
        self._open = True
        world.feeds.add(self)

    def push(self, event: Json) -> None:
        if self._events.full():
            self.close()
        else:
            self._events.put_nowait(event)

    def close(self) -> None:
        self._open = False
        self._world.feeds.discard(self)
        if not self._events.full():
            self._events.put_nowait({})  # wakes a reader that waits

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Json:
        if not self._open and self._events.empty():
            raise StopAsyncIteration
        event = await self._events.get()
        if not event:
            raise StopAsyncIteration
        return event

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
