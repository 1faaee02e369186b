"""Jobs run in order per chat, are tried again as the platform says, and never vanish."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from adapters.engine import outbox
from adapters.engine.admin import DbosAdmin
from adapters.engine.dbos_engine import DbosEngine
from core.errors import Ambiguous, GiveUp, RetryLater
from core.ports import Job, Payload
from tests.adapters.engine_kit import (
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


@pytest.mark.parametrize("numbered", [True, False], ids=["numbered", "control"])
async def test_a_chat_keeps_its_order(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch, *, numbered: bool
) -> None:
    """The control, without a priority per message, shows that the test can see disorder: all were
    put at one time, however long that takes."""
    now = time.time()
    monkeypatch.setattr(outbox, "time", SimpleNamespace(time=lambda: now))
    chats, each = (20, 20) if numbered else (4, 10)
    sent = Sent()
    engine = DbosEngine(url=url, poll=0.02)
    await asyncio.to_thread(engine.prepare)
    with store.begin() as connection:
        for n in range(1, each + 1):
            for chat in range(chats):
                job = tell(chat, n)
                prefix = random.random()  # noqa: S311  # ties are broken by the id
                priority = n if numbered else 1
                job = Job(f"{prefix}{job.id}", "tell", job.payload, "slack", f"c{chat}", priority)
                engine.put(connection, job)
    await engine.start({"tell": sent})
    await until(lambda: engine.counts()["finished"] == chats * each, 40)
    await engine.stop()
    in_order = [sent.of(chat) == list(range(1, each + 1)) for chat in range(chats)]
    assert all(in_order) is numbered


async def test_retry_later_holds_its_chat_only_and_keeps_the_order(url: str, store: Store) -> None:
    sent, asked = Sent(), []

    async def run(payload: Payload) -> None:
        if payload["chat"] == 1 and payload["n"] == 1 and len(asked) < 2:
            asked.append(1)
            raise RetryLater(0.5)
        await sent(payload)

    async with started(url, {"tell": run}) as engine:
        with store.begin() as connection:
            for n in (1, 2, 3):
                engine.put(connection, tell(1, n))
                engine.put(connection, tell(2, n))
        await until(lambda: engine.counts()["finished"] == 6)
        assert engine.counts() == {"finished": 6, "retried": 2, "dead": 0}
    assert sent.of(1) == sent.of(2) == [1, 2, 3]
    assert [chat for chat, _ in sent.all] == [2, 2, 2, 1, 1, 1]


async def test_dead_letters_say_why_and_are_replayed_in_order(url: str, store: Store) -> None:
    """By another process's means, while the engine runs."""
    sent, blocked = Sent(), True

    async def run(payload: Payload) -> None:
        if blocked and payload["chat"] == 1:
            raise GiveUp("the bot was blocked")
        await sent(payload)

    async def unclear(_: Payload) -> None:
        raise Ambiguous("timeout")

    admin = DbosAdmin(url)
    async with started(url, {"tell": run, "unclear": unclear}) as engine:
        with store.begin() as connection:
            for n in (1, 2, 3):
                engine.put(connection, tell(1, n, text="hi"))
                engine.put(connection, tell(2, n))
            engine.put(connection, Job("unclear", "unclear", priority=8))
            engine.put(connection, Job("unknown", "nobody", priority=9))
        await until(lambda: engine.counts()["dead"] == 5 and len(sent.all) == 3)
        await until_dead(admin, 5)
        dead = await admin.dead_letters()
        told = [each for each in dead if each.name == "tell"]
        assert [each.id for each in told] == ["1:1", "1:2", "1:3"]
        assert told[0].payload == {"chat": 1, "n": 1, "text": "hi"}
        assert told[0].error == "the bot was blocked"
        assert abs(told[0].at - datetime.now(UTC)) < timedelta(minutes=1)
        assert {each.error for each in dead if each not in told} == {
            "may have been delivered: timeout",
            "there is no job of the name nobody",
        }
        blocked = False
        assert await admin.replay(["1:3", "1:1", "1:2", "2:1", "missing"]) == 3
        await until(lambda: len(sent.all) == 6)
        assert sent.of(1) == [1, 2, 3]
        assert await admin.replay(["1:1"]) == 0  # once
    await admin.close()


async def until_dead(admin: DbosAdmin, count: int) -> None:
    """A dead letter is counted just before DBOS has written it down."""

    async def there() -> bool:
        return len(await admin.dead_letters()) >= count

    await until(there)


async def test_finished_jobs_are_forgotten_and_dead_letters_kept(url: str, store: Store) -> None:
    async def run(payload: Payload) -> None:
        if payload["n"] == 2:
            raise GiveUp("no")

    async with started(url, {"tell": run}) as engine:
        with store.begin() as connection:
            for n in (1, 2, 3):
                engine.put(connection, tell(n, n))
        await until(lambda: sum(engine.counts().values()) == 3)
        await until_dead(engine._admin, 1)
        await asyncio.sleep(0.1)
        assert await engine.forget(datetime.now(UTC) - timedelta(hours=1)) == 0
        assert await engine.forget(datetime.now(UTC) + timedelta(seconds=2)) == 2
        assert [each.id for each in await engine.dead_letters()] == ["2:2"]
