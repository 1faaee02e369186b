"""Jobs that are done are written down together, whatever the database does meanwhile, and only
while they are ours."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, column, event, table, update
from sqlalchemy.exc import OperationalError

from adapters.engine import database, outcomes
from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.outcomes import Outcomes
from tests.adapters.engine_kit import Sent, Store, postgres_server, started, store, tell, until, url

__all__ = ["postgres_server", "store", "url"]  # fixtures
JOBS = 40


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[Outcomes]:
    engine = database.run_engine(url, "me")
    made = Outcomes(engine)
    task = asyncio.create_task(made.write_for_ever())
    try:
        yield made
    finally:
        task.cancel()
        made.close()
        engine.dispose()


@contextmanager
def commits() -> Iterator[list[int]]:
    """One for each on any database meanwhile."""
    seen: list[int] = []

    def note(_: Any) -> None:
        seen.append(1)

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


def claimed(url: str, store: Store, owner: str) -> Any:
    """As a look leaves them."""
    engine = DbosEngine(url=url)
    engine.prepare()
    columns = (column(each) for each in ("workflow_uuid", "status", "owner_xid"))
    jobs = table("workflow_status", *columns, schema=None if "sqlite" in url else "dbos")
    with store.begin() as connection:
        for n in range(JOBS):
            engine.put(connection, tell(n, 1))
        connection.execute(update(jobs).values(status="PENDING", owner_xid=owner))
    return jobs


def done(store: Store, jobs: Any) -> int:
    with store.begin() as connection:
        found = connection.execute(jobs.select().where(jobs.c.status == "SUCCESS"))
        return len(found.all())


async def test_many_are_written_in_few_commits(url: str, store: Store) -> None:
    jobs = await asyncio.to_thread(claimed, url, store, "me")
    async with writing(url) as ours:
        with commits() as seen:
            await asyncio.gather(*(ours.succeeded(f"{n}:1", "me") for n in range(JOBS)))
    assert done(store, jobs) == JOBS
    assert len(seen) <= 2


@pytest.mark.parametrize(("owner", "written"), [("another", 0), ("me", JOBS)])
async def test_what_another_process_took_over_is_left_alone(
    url: str, store: Store, owner: str, written: int
) -> None:
    """With the control, which is ours."""
    jobs = await asyncio.to_thread(claimed, url, store, owner)
    async with writing(url) as ours:
        await asyncio.gather(*(ours.succeeded(f"{n}:1", "me") for n in range(JOBS)))
    assert done(store, jobs) == written


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "trouble",
    [
        OperationalError("UPDATE", {}, sqlite3.OperationalError("disk I/O error")),
        RuntimeError("can't start new thread"),
    ],
    ids=["database", "other"],
)
@pytest.mark.parametrize(("wait", "finished"), [(0.01, True), (1000.0, False)])
async def test_a_database_that_is_away_is_waited_out(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch, *, trouble: Exception, wait: float,
    finished: bool,
) -> None:  # fmt: skip
    """What was sent is not sent again for it. The control does not try again."""
    monkeypatch.setattr(outcomes, "FIRST_WAIT", wait)
    sent, failures = Sent(), iter(range(3))
    write = Outcomes._write

    def fails_at_first(self: Outcomes, jobs: Any) -> None:
        if next(failures, None) is not None:
            raise trouble
        write(self, jobs)

    monkeypatch.setattr(Outcomes, "_write", fails_at_first)
    monkeypatch.setattr("adapters.engine.dbos_engine.GRACE", 0.1)
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            engine.put(connection, tell(1, 2))
        await until(lambda: len(sent.all) >= 1)
        if finished:
            await until(lambda: len(sent.all) == 2)
        else:
            await asyncio.sleep(0.3)
    assert sent.all == [(1, 1), (1, 2)][: 2 if finished else 1]
