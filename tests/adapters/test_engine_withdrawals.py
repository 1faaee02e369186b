"""What was put and waits can be taken out of the queue again, in whichever transaction says so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Select, bindparam, inspect, select, text

from adapters.engine import outbox, withdrawals
from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.job_table import ENQUEUED, jobs, literal
from core.errors import RetryLater
from core.ports import Job, Payload
from tests.adapters.engine_kit import (
    Sent,
    Store,
    postgres_server,
    rolled_back,
    started,
    store,
    tell,
    until,
    url,
)

__all__ = ["postgres_server", "store", "url"]  # fixtures

TABLES = ("workflow_status", *withdrawals._BESIDE)


def everything(jobs: Sequence[Job]) -> Sequence[Job]:
    return jobs


def rows(connection: Connection, table: str) -> list[str]:
    schema = "" if connection.dialect.name == "sqlite" else "dbos."
    found = text(f"SELECT DISTINCT workflow_uuid FROM {schema}{table} ORDER BY 1")  # noqa: S608  # our own
    return list(connection.execute(found).scalars())


@pytest.fixture
def engine(url: str) -> DbosEngine:
    """One that runs nothing."""
    made = DbosEngine(url=url)
    made.prepare()
    return made


def test_what_is_picked_is_gone_whole_and_the_rest_stays(
    engine: DbosEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many statements that takes."""
    seen: list[Job] = []

    def odd(jobs: Sequence[Job]) -> Sequence[Job]:
        seen.extend(jobs)
        return [job for job in jobs if int(str(job.payload["n"])) % 2]

    monkeypatch.setattr(withdrawals, "BATCH", 2)
    with store.begin() as connection:
        for n in (3, 1, 2, 7, 5, 4):
            engine.put(connection, tell(1, n))
        engine.put(connection, tell(2, 1))
        engine.put(connection, tell(1, 9, "slack"))
    with store.begin() as connection:
        engine.withdraw(connection, "telegram", "c1", odd)
        engine.withdraw(connection, "telegram", "nobody", odd)
    assert seen == [tell(1, n) for n in (1, 2, 3, 4, 5, 7)]
    left = ["1:2", "1:4", "1:9", "2:1"]
    with store.begin() as connection:
        assert [rows(connection, each) for each in TABLES] == [left, left, [], []]


def test_others_than_those_of_a_beginning_are_not_asked_about(
    engine: DbosEngine, store: Store
) -> None:
    seen: list[Job] = []

    def all_seen(jobs: Sequence[Job]) -> Sequence[Job]:
        seen.extend(jobs)
        return jobs

    with store.begin() as connection:
        for n in (3, 31, 13, 4):
            engine.put(connection, tell(1, n))
    with store.begin() as connection:
        engine.withdraw(connection, "telegram", "c1", all_seen, beginning="1:3")
        engine.withdraw(connection, "telegram", "c1", all_seen, beginning="%")
    assert seen == [tell(1, 3), tell(1, 31)]
    with store.begin() as connection:
        assert rows(connection, "workflow_status") == ["1:13", "1:4"]


async def test_it_belongs_to_its_transaction(url: str, store: Store) -> None:
    sent = Sent()
    DbosEngine(url=url).prepare()
    with store.begin() as connection:
        for n in (1, 2):
            DbosEngine(url=url).put(connection, tell(1, n))
    with rolled_back(store) as connection:
        DbosEngine(url=url).withdraw(connection, "telegram", "c1", everything)
    with store.begin() as connection:  # what the same one puts afterwards is not meant
        DbosEngine(url=url).withdraw(connection, "telegram", "c1", lambda jobs: jobs[1:])
        DbosEngine(url=url).put(connection, tell(1, 3))
    async with started(url, {"tell": sent}) as engine:
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent.all == [(1, 1), (1, 3)]


async def test_what_is_under_way_goes_on_and_what_is_behind_it_never_comes(
    url: str, store: Store
) -> None:
    begun, go, done = asyncio.Event(), asyncio.Event(), []

    async def waits(payload: Payload) -> None:
        begun.set()
        await go.wait()
        done.append(payload["n"])

    async with started(url, {"tell": waits}) as engine:
        with store.begin() as connection:
            for n in range(1, 101):
                engine.put(connection, tell(1, n))
        await asyncio.wait_for(begun.wait(), 20)
        with store.begin() as connection:
            engine.withdraw(connection, "telegram", "c1", everything)
            engine.put(connection, tell(1, 101))
        with store.begin() as connection:
            assert rows(connection, "workflow_status") == ["1:1", "1:101"]
        go.set()
        await until(lambda: engine.counts()["finished"] == 2)
    assert done == [1, 101]


async def test_nothing_stays_of_one_that_went_back_into_the_queue(url: str, store: Store) -> None:
    """Its attempts were written down."""

    async def away(payload: Payload) -> None:
        raise RetryLater(3600, "away")

    schema = "" if "sqlite" in url else "dbos."
    back = text(f"UPDATE {schema}workflow_status SET status = 'ENQUEUED'")  # noqa: S608  # our own
    async with started(url, {"tell": away}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        await until(lambda: engine.counts()["retried"] == 1)
    with store.begin() as connection:
        connection.execute(back)
        assert rows(connection, "operation_outputs") == ["1:1"]
        DbosEngine(url=url).withdraw(connection, "telegram", "c1", everything)
        assert [rows(connection, each) for each in TABLES] == [[]] * 4


def test_one_that_is_claimed_meanwhile_keeps_all_that_it_has(
    engine: DbosEngine, store: Store, url: str
) -> None:
    """Between the reading and the taking. SQLite has one writer."""
    if "sqlite" in url:
        return

    def claimed(jobs: Sequence[Job]) -> Sequence[Job]:
        claim = "UPDATE dbos.workflow_status SET status = 'PENDING' WHERE workflow_uuid = '1:1'"
        with store.begin() as other:
            other.execute(text(claim))
        return jobs

    with store.begin() as connection:
        for n in (1, 2):
            engine.put(connection, tell(1, n))
    with store.begin() as connection:
        engine.withdraw(connection, "telegram", "c1", claimed)
    with store.begin() as connection:
        assert [rows(connection, each) for each in TABLES[:2]] == [["1:1"]] * 2


INDEX = "idx_workflow_status_partition_dequeue"
"""DBOS's, of the jobs of a partition that are not ended."""


def plan_of(connection: Connection, statement: Select[Any]) -> str:
    """How the database finds what is asked of a chat."""
    values = {"queue": "telegram", "partition": "c7", "beginning": "", "long": 0}
    asked = statement.params(**values)
    spelled = asked.compile(connection, compile_kwargs={"literal_binds": True})
    postgres = connection.dialect.name == "postgresql"
    if postgres:  # there are no rows, of which any plan is as good
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    explain = "EXPLAIN" if postgres else "EXPLAIN QUERY PLAN"
    return str(connection.exec_driver_sql(f"{explain} {spelled}").all())


def test_what_is_asked_with_a_message_is_found_in_dbos_s_index(
    engine: DbosEngine, store: Store, url: str
) -> None:
    schema = None if "sqlite" in url else "dbos"
    with store.begin() as connection:
        plan = plan_of(connection, withdrawals.Withdrawals(url)._waiting)
        # Of what runs, which is never much, PostgreSQL may read all by another index.
        under_way = plan_of(connection, outbox._UNDER_WAY[schema])
    assert INDEX in plan
    assert "queue_partition_key" in plan
    assert INDEX in under_way or (schema and "idx_workflow_status_pending" in under_way)


def test_the_control_without_the_words_of_its_condition_sqlite_does_not_find_it(
    engine: DbosEngine, store: Store, url: str
) -> None:
    job = jobs(None if "sqlite" in url else "dbos").c
    asked = select(job.workflow_uuid).where(
        job.queue_name == bindparam("queue"),
        job.status == literal(ENQUEUED),
        job.queue_partition_key == bindparam("partition"),
    )
    with store.begin() as connection:
        found = INDEX in plan_of(connection, asked)
    assert found == ("sqlite" not in url)  # PostgreSQL sees that it follows


def test_it_stands_on_what_dbos_has(engine: DbosEngine, store: Store, url: str) -> None:
    """Each of its tables that has a job's id loses its rows with the job's, or is one of those that
    we know."""
    schema = None if "sqlite" in url else "dbos"
    with store.begin() as connection:
        tables = database_tables(connection, schema)
    assert {name for name, cascades in tables.items() if not cascades} == {*TABLES}


def database_tables(connection: Connection, schema: str | None) -> dict[str, bool]:
    """DBOS's tables of workflows, and whether rows go with the workflow's."""
    look, found = inspect(connection), {}
    for name in look.get_table_names(schema=schema):
        if "workflow_uuid" in {each["name"] for each in look.get_columns(name, schema=schema)}:
            keys = look.get_foreign_keys(name, schema=schema)
            found[name] = any(each["options"].get("ondelete") == "CASCADE" for each in keys)
    return found
