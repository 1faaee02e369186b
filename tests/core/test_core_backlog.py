"""How long the oldest answer has been waiting, as the operator is told."""

from __future__ import annotations

from core.addresses import Address, Sender
from core.backlog import oldest_wait
from core.chat import Inbound, Kind, Reply
from core.store import Store
from core.work import Work
from tests.databases import Database

ADA = Sender("telegram", "", "7", "Ada")
HOME = Address("telegram", "", "7", private=True)
GROUP = Address("telegram", "", "-5", private=False)


def answered(work: Work, key: str, where: Address) -> None:
    inbound = Inbound(key, Kind.TEXT, ADA, where, "hi")
    work.inbox.handled(inbound, Reply(text="hello"), work.chats.get(where), delivered=False)


async def test_the_oldest_answer_that_could_be_delivered_counts(
    database: Database, store: Store
) -> None:
    assert await store.query(oldest_wait) == 0
    await store.mutate(lambda work: answered(work, "a", HOME))
    database.clock.advance(seconds=20)
    await store.mutate(lambda work: answered(work, "b", GROUP))
    database.clock.advance(seconds=10)
    assert await store.query(oldest_wait) == 30
    await store.mutate(lambda work: work.chats.lose(work.chats.get(HOME).id, "blocked"))
    assert await store.query(oldest_wait) == 10  # nobody but its reader can help the other
    await store.mutate(lambda work: work.inbox.delivered("b"))
    assert await store.query(oldest_wait) == 0
