"""A look at a queue in which nothing waits costs one short statement, and finds what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from adapters.engine import looks
from core.ports import Job
from tests.adapters.engine_kit import (
    POLL,
    Sent,
    Store,
    postgres_server,
    started,
    store,
    tell,
    until,
    url,
)

__all__ = ["postgres_server", "store", "url"]  # fixtures
CLAIM = "WITH RECURSIVE"
"""How DBOS's own statement begins, which looks for the first job of each chat."""


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is run on any database meanwhile."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def idle(url: str) -> list[str]:
    """What an engine without jobs runs in twenty looks."""
    async with started(url, {"tell": Sent()}):
        await asyncio.sleep(5 * POLL)  # the settings of each queue are read once
        with statements() as seen:
            await asyncio.sleep(20 * POLL)
    return seen


async def test_nothing_is_claimed_where_nothing_waits(url: str) -> None:
    seen = await idle(url)
    assert any("workflow_status" in each for each in seen)
    assert not any(CLAIM in each for each in seen)


async def test_else_every_look_would_claim(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(looks, "spare", lambda _: None)
    assert any(CLAIM in each for each in await idle(url))


async def test_what_is_put_meanwhile_is_found(url: str, store: Store) -> None:
    """From every queue, and what comes later in a chat, too."""
    sent = Sent()
    jobs = [tell(chat, n) for chat in (1, 2) for n in (1, 2, 3)]
    async with started(url, {"tell": sent}) as engine:
        await asyncio.sleep(5 * POLL)
        with store.begin() as connection:
            for job in [*jobs, Job("alone", "tell", {"chat": 3, "n": 1})]:
                engine.put(connection, job)
        await until(lambda: engine.counts()["finished"] == len(jobs) + 1)
    assert [sent.of(chat) for chat in (1, 2, 3)] == [[1, 2, 3], [1, 2, 3], [1]]
