"""An answer belongs to the process that took the message, for as long as that lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert

from core import schema
from core.addresses import Address, Sender
from core.chat import Audience, Inbound, Kind, Reply
from core.store import Store, Tools, open_store
from core.work import Work
from tests.databases import Database

CHAT = Address("telegram", "", "7", private=True)
LEASE = schema.lease.c.process
ADA = Sender("telegram", "", "7", "Ada", "")


def store_of(database: Database, process: str) -> Store:
    return open_store(database.url, Tools(database.clock, database.jobs, process=process))


def lives(work: Work, process: str) -> None:
    values = {"process": process, "expires_at": datetime.now(UTC) + timedelta(minutes=1)}
    work.run(insert(schema.lease), values)


def answered(work: Work) -> None:
    inbound = Inbound("k", Kind.TEXT, ADA, CHAT, "hi")
    reply = Reply(text="hello", audience=Audience.HERE)
    work.inbox.handled(inbound, reply, work.chats.get(CHAT), delivered=False)


def due(work: Work) -> list[str]:
    return [key for key, _ in work.inbox.overdue(work.now - timedelta(seconds=30))]


async def test_an_answer_is_its_process_s_until_that_is_gone(postgres: Database) -> None:
    one, other = store_of(postgres, "one"), store_of(postgres, "other")
    for process in ("one", "other"):
        await one.mutate(lambda work, name=process: lives(work, name))
    await one.mutate(answered)
    assert await one.query(due) == await other.query(due) == []
    postgres.clock.advance(seconds=31)
    assert await one.query(due) == ["k"]
    assert await other.query(due) == []  # it may be sending this very moment
    await one.mutate(lambda work: work.run(delete(schema.lease).where(LEASE == "one")) and None)
    assert await other.query(due) == ["k"]
    assert await other.mutate(lambda work: work.inbox.hand_over("k"))
    assert not await one.mutate(lambda work: work.inbox.hand_over("k"))  # once
    assert await one.query(due) == await other.query(due) == []
    for each in (one, other):
        await each.close()


async def test_what_was_committed_as_the_connection_broke_is_known_to_be_ours(
    database: Database,
) -> None:
    one, other = store_of(database, "one"), store_of(database, "other")
    await one.mutate(answered)
    mine = await one.query(lambda work: work.inbox.seen("k"))
    theirs = await other.query(lambda work: work.inbox.seen("k"))
    assert mine
    assert theirs
    assert mine.left
    assert not theirs.left
    for each in (one, other):
        await each.close()
