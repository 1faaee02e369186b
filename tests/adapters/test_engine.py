"""Jobs exist exactly if their transaction commits, run in order per chat, and never vanish."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import column, select, table

from adapters.engine.admin import DbosAdmin
from adapters.engine.dbos_engine import DbosEngine
from core.errors import Ambiguous, GiveUp, RetryLater
from core.ports import Job, Payload
from tests.adapters.engine_kit import (
    Store,
    postgres_server,
    rolled_back,
    started,
    store,
    until,
    url,
)

__all__ = ["postgres_server", "store", "url"]  # fixtures


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


async def test_a_job_lives_and_dies_with_its_transaction(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with rolled_back(store) as connection:
            engine.put(connection, tell(1, 1))
        with store.begin() as connection:
            engine.put(connection, tell(1, 2))
            await asyncio.sleep(5 * 0.02)
            assert sent.all == []  # not before the commit
        await until(lambda: engine.counts()["finished"] == 1)
    assert sent.all == [(1, 2)]


async def test_a_raw_savepoint_takes_its_job_back(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            connection.exec_driver_sql("SAVEPOINT handler")
            engine.put(connection, tell(1, 2))
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT handler")
            connection.exec_driver_sql("RELEASE SAVEPOINT handler")
            engine.put(connection, tell(1, 3))
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent.all == [(1, 1), (1, 3)]


async def test_a_put_that_fails_leaves_nothing_and_the_transaction_usable(
    url: str, store: Store
) -> None:
    sent = Sent()
    bad: list[Any] = [
        Job("no-queue", "tell", queue="fax"),
        Job("", "tell"),
        Job("low", "tell", priority=0),
        Job("nul\0", "tell", {"chat": 1, "n": 1}),
        Job("surrogate", "tell", {"chat": "\ud800", "n": 1}),
        Job("object", "tell", {"chat": object()}),  # type: ignore[dict-item]  # that is the point
    ]
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            for each in bad:
                if each.id == "nul\0" and "sqlite" in url:
                    continue  # SQLite keeps it; the edge takes NUL out anyway
                with pytest.raises(Exception):  # noqa: B017, PT011  # each its own
                    engine.put(connection, each)
            engine.put(connection, tell(1, 1))
        with store.begin() as connection:
            jobs = table("workflow_status", column("workflow_uuid"))
            jobs.schema = None if "sqlite" in url else "dbos"
            rows = connection.execute(select(jobs.c.workflow_uuid))
            assert rows.scalars().all() == ["1:1"]
        await until(lambda: engine.counts()["finished"] == 1)


async def test_an_id_runs_once(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        for _ in range(2):
            with store.begin() as connection:
                engine.put(connection, tell(1, 1))
                engine.put(connection, tell(1, 1))
        await until(lambda: engine.counts()["finished"] == 1)
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))  # a finished one, too
            engine.put(connection, tell(1, 2))
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent.all == [(1, 1), (1, 2)]


@pytest.mark.parametrize("numbered", [True, False], ids=["numbered", "control"])
async def test_a_chat_keeps_its_order(url: str, store: Store, numbered: bool) -> None:
    """The control, without a priority per message, shows that the test can see disorder."""
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
