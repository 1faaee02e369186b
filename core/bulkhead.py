"""A store for what nobody waits for, which leaves room for whoever writes.

Where many transactions run at once each waits for a connection, first come, first served. Jobs come
by the thousand, when a service starts behind a backlog for one, and somebody's message would stand
behind all of them: measured, 2 s."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from core.store import Function, Store

T = TypeVar("T")

AT_ONCE = 4
"""Transactions, of the eight for which `core.postgres` has connections."""


class Bulkhead:
    """A part of another store, which is that one in all else."""

    def __init__(self, store: Store, at_once: int = AT_ONCE) -> None:
        self.counts, self.url, self.shared = store.counts, store.url, store.shared
        self._store = store
        self._places = asyncio.Semaphore(at_once)

    async def mutate(self, function: Function[T]) -> T:
        """As `Store.mutate`, in the order of asking. Where one transaction runs after the other
        anyway, many share a commit, so that all of them are to come at once."""
        if not self.shared:
            return await self._store.mutate(function)
        async with self._places:
            return await self._store.mutate(function)

    async def query(self, function: Function[T]) -> T:
        """As `Store.query`, in the order of asking."""
        if not self.shared:
            return await self._store.query(function)
        async with self._places:
            return await self._store.query(function)

    async def scrub(self, *, whole: bool) -> None:
        await self._store.scrub(whole=whole)

    async def close(self) -> None:
        await self._store.close()
