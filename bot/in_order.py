"""The messages of one chat, one after the other in the order they came, where many transactions run
at once: a second one would hold a connection only to wait for the rows of the first, and two that
wait for each other cost PostgreSQL a second (`deadlock_timeout`)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TypeVar
from weakref import WeakValueDictionary

from core.addresses import Address, Sender
from core.store import Function, Store

T = TypeVar("T")


class InOrder:
    """Commits them, as far as this process takes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def mutate(self, function: Function[T], chat: Address, who: Sender | None = None) -> T:
        """As `Store.mutate`, once what came before it in this chat, or from this person, is
        committed or failed."""
        if not self._store.shared:
            return await self._store.mutate(function)
        async with AsyncExitStack() as turns:
            # A chat before a person, so that no two wait for each other.
            await turns.enter_async_context(
                self._turn("chat", chat.platform, chat.scope, chat.chat)
            )
            if who is not None:
                theirs = self._turn("person", who.platform, who.scope, who.user_id)
                await turns.enter_async_context(theirs)
            return await self._store.mutate(function)

    def _turn(self, *key: str) -> asyncio.Lock:
        return self._turns.setdefault(key, asyncio.Lock())  # gone with the last who waits for it
