"""Whoever writes goes before the jobs that wait with them: the whole service, on PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from core import postgres
from core.addresses import Address
from core.lanes import Lanes
from core.work import Work
from tests.databases import PostgresServer, core_postgres
from tests.service_kit import ADA, Town, town

__all__ = ["core_postgres"]  # a fixture
CHATS = 20


class Seen(Lanes):
    """Lanes, and in which order they did what."""

    did: list[str]

    def __init__(self, threads: int, name: str) -> None:
        super().__init__(threads, name)
        self.did = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(self._seen, fn, *args, **kwargs)

    def submit_behind(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        return super().submit_behind(self._seen, fn, *args)

    def _seen(self, fn: Callable[..., Any], function: Any) -> Any:
        inbound = getattr(function, "keywords", {}).get("inbound")
        self.did.append(inbound.line if inbound else "")
        return fn(function)


class Alike(Seen):
    """The control: jobs wait as messages do."""

    def submit_behind(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        return self.submit(fn, *args)


def tell_everybody(work: Work) -> None:
    for number in range(CHATS):
        chat = work.chats.get(Address("telegram", "", f"{20_000 + number}", private=True)).id
        work.put_in_chat(chat, name="say", id=f"say:{number}", payload={"text": "News"})


async def before_a_message(here: Town, lanes: Seen) -> int:
    """The one connection is taken; jobs come, then a message; it is free again: how many had it
    before the message?"""
    await here.asks(ADA, "hello", "Hello")
    await here.service.store.mutate(tell_everybody)
    goes_on = threading.Event()
    taken = asyncio.create_task(here.service.store.mutate(lambda work: goes_on.wait(20)))
    try:
        await here.until(lambda: len(lanes._first) + len(lanes._behind) >= CHATS)
        del lanes.did[:]
        began = len(lanes._first)
        await here.say(ADA, "Buy milk")
        await here.until(lambda: len(lanes._first) > began)
    finally:
        goes_on.set()
    await taken
    await here.sees(ADA, "#1 Buy milk")
    return lanes.did.index("Buy milk")


@pytest.mark.promise("B14", "F22")
@pytest.mark.parametrize("kind", [Seen, pytest.param(Alike, marks=pytest.mark.control("B14"))])
async def test_a_message_goes_before_the_jobs_that_came_first(
    core_postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Seen]
) -> None:
    made: list[Seen] = []

    def lanes(_threads: int, name: str) -> Lanes:
        made.append(kind(1, name))
        return made[0]

    monkeypatch.setattr(postgres, "Lanes", lanes)
    url = core_postgres.whole()
    async with town(tmp_path, database_url=url, secret_key="k" * 64) as here:
        before = await before_a_message(here, made[0])
    core_postgres.drop(url)
    assert (before < CHATS / 2) is (kind is Seen)
