"""What the engine's tests share: two databases, a store-like transaction, a started engine."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from adapters.engine.dbos_engine import DbosEngine
from core.ports import Job, Payload, Runner
from tests.databases import core_postgres as postgres_server
from tests.databases import whole_url as url

__all__ = ["postgres_server", "url"]  # fixtures

POLL = 0.02


class Store:
    """A transaction as the store makes one: on SQLite an immediate one, begun by hand."""

    def __init__(self, url: str) -> None:
        arguments: dict[str, Any] = {"isolation_level": None} if "sqlite" in url else {}
        self.engine: Engine = create_engine(url, connect_args=arguments)
        if "sqlite" in url:
            event.listen(self.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store(url)
    yield made
    made.engine.dispose()


@asynccontextmanager
async def started(
    url: str, runners: Mapping[str, Runner], **options: Any
) -> AsyncIterator[DbosEngine]:
    engine = DbosEngine(url=url, **({"poll": POLL} | options))
    await engine.start(runners)
    try:
        yield engine
    finally:
        await engine.stop()


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 20.0) -> None:
    """Wait until it holds; fail after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            holds = condition()
            if holds if isinstance(holds, bool) else await holds:
                return
            await asyncio.sleep(0.01)


@contextmanager
def rolled_back(store: Store) -> Iterator[Connection]:
    """A transaction that fails at its end."""
    with suppress(ZeroDivisionError), store.begin() as connection:
        yield connection
        raise ZeroDivisionError


def tell(chat: int, n: int, queue: str = "telegram", **more: Any) -> Job:
    return Job(f"{chat}:{n}", "tell", {"chat": chat, "n": n} | more, queue, f"c{chat}", n)


class Sent:
    """A runner that notes what it was given, in the order it was given."""

    def __init__(self) -> None:
        self.all: list[tuple[Any, Any]] = []

    async def __call__(self, payload: Payload) -> None:
        await asyncio.sleep(random.random() * 0.005)  # noqa: S311  # not a secret
        self.all.append((payload["chat"], payload["n"]))

    def of(self, chat: int) -> list[Any]:
        return [n for c, n in self.all if c == chat]
