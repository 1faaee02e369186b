"""The messages of one chat, and of one person, one after the other where many transactions run at
once: a second one would hold a connection only to wait for the rows of the first, and two that wait
for each other cost PostgreSQL a second (`deadlock_timeout`)."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from core.addresses import Address, Sender
from core.store import Function, Store

T = TypeVar("T")


class InOrder:
    """Commits them in the order in which that is asked for, as far as this process takes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[tuple[str, ...], asyncio.Future[None]] = {}
        """For whom something is done or waits, when the last of it is over."""

    async def mutate(self, function: Function[T], *of: Address | Sender) -> T:
        """As `Store.mutate`, once whatever was asked for before it of one of these chats or people
        is committed or failed. Each waits for earlier ones alone, so none for ever."""
        if not self._store.shared:
            return await self._store.mutate(function)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        keys = [_key(each) for each in of]
        before = {self._last[key] for key in keys if key in self._last}
        self._last |= dict.fromkeys(keys, over)
        try:
            if before:
                await asyncio.wait(before)
            return await self._store.mutate(function)
        finally:  # where it was cancelled, the service ends, and what comes next is, too
            over.set_result(None)
            for key in keys:
                if self._last.get(key) is over:
                    del self._last[key]


def _key(of: Address | Sender) -> tuple[str, ...]:
    if isinstance(of, Address):
        return "chat", of.platform, of.scope, of.chat
    return "person", of.platform, of.scope, of.user_id
