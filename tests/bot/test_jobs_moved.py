"""What is to be said in a group that became another one is said there, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from adapters.pacing import NoPacer
from bot.courier import Courier
from bot.jobs import Jobs
from bot.metrics import Metrics
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply, Sent
from core.errors import ChatMoved
from core.ports import ChatPlatform
from core.store import Store
from core.task import Draft, Ref
from core.work import Work
from tests.core.people import Person, person
from tests.databases import Database

OLD, NEW = Address("telegram", "", "-5", False), Address("telegram", "", "-1005", False)


@dataclass
class Upgraded(ChatPlatform):
    """A platform on which one group is a supergroup by now."""

    name: str = "telegram"
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """Chat, words and edited message of each call."""

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        return False

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        return await self.send(inbound.address, reply)

    async def entrance(self) -> str:
        return ""

    async def person(self, scope: str, user_id: str) -> Sender | None:
        return None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        self.calls.append((address.chat, reply.title or reply.text, edit))
        if address.chat == OLD.chat:
            raise ChatMoved(replace(address, chat=NEW.chat))
        return Sent(address, f"n{len(self.calls)}")


@pytest.fixture
async def platform(database: Database) -> AsyncIterator[Upgraded]:
    """With the jobs running."""
    made, store = Upgraded(), database.open()
    courier = Courier(store=store, platforms={"telegram": made}, pacer=NoPacer(), metrics=Metrics())
    await database.jobs.start(Jobs(store=store, courier=courier, engine=database.jobs).runners)
    return made


async def _card(store: Store, ada: Person, *, heard: bool) -> Ref:
    """A task whose card is in the old group, and is not up to date there."""

    def write(work: Work) -> Ref:
        chat = work.chats.heard_from(OLD).id
        if heard:
            work.chats.heard_from(NEW)
        task = work.tasks.add(ada.at(chat), Draft("Cake"))
        work.cards.drawn(task.public_id, task.revision, chat, Sent(OLD, "m1"))
        return Ref(public_id=task.public_id)

    ref = await store.mutate(write)
    await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"title": "Pie"}))
    return ref


@pytest.mark.promise("F18")
@pytest.mark.parametrize("heard", [True, False])
async def test_a_sentence_is_said_in_the_new_group(
    database: Database, platform: Upgraded, heard: bool
) -> None:
    store = database.open()

    def put(work: Work) -> None:
        chat = work.chats.heard_from(OLD).id
        if heard:
            work.chats.heard_from(NEW)
        for id in ("a", "b"):
            work.put_in_chat(chat, name="say", id=id, payload={"text": id})

    await store.mutate(put)
    await database.jobs.drain()
    said = [(chat, words) for chat, words, _ in platform.calls]
    assert said == [(OLD.chat, "a"), (NEW.chat, "a"), (OLD.chat, "b"), (NEW.chat, "b")]
    assert not await database.jobs.dead_letters()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_card_is_drawn_anew_there_and_edited_there_from_then_on(
    database: Database, platform: Upgraded, heard: bool
) -> None:
    store, jobs = database.open(), database.jobs
    ada = await person(store, "Ada")
    ref = await _card(store, ada, heard=heard)
    await jobs.drain()
    assert platform.calls == [(OLD.chat, "Pie", "m1"), (NEW.chat, "Pie", "")]
    platform.calls.clear()
    await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"title": "Tart"}))
    await jobs.drain()
    [(chat, words, edited)] = platform.calls
    assert (chat, words, edited[:1]) == (NEW.chat, "Tart", "n")
    assert not await jobs.dead_letters()


@pytest.mark.control("F18")
async def test_without_the_move_the_card_would_be_drawn_there_again_and_again(
    database: Database, platform: Upgraded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control."""
    monkeypatch.setattr("core.chats.Chats.move", lambda *_: None)
    store, jobs = database.open(), database.jobs
    ada = await person(store, "Ada")
    ref = await _card(store, ada, heard=False)
    await jobs.drain()
    platform.calls.clear()
    await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"title": "Tart"}))
    await jobs.drain()
    assert (OLD.chat, "Tart", "m1") in platform.calls


async def test_an_answer_that_was_put_off_reaches_the_new_group(
    database: Database, platform: Upgraded
) -> None:
    store = database.open()
    ada = await person(store, "Ada")
    message = Inbound("k1", Kind.PRESS, ada.sender, OLD, "list", message="m1")

    def handled(work: Work) -> None:
        chat = work.chats.heard_from(OLD)
        work.inbox.handled(message, Reply("Here."), chat, delivered=False)
        work.put_in_chat(chat.id, name="reply", id="reply:k1", payload={"key": "k1"})

    await store.mutate(handled)
    await database.jobs.drain()
    assert platform.calls == [(OLD.chat, "Here.", "m1"), (NEW.chat, "Here.", "")]
    assert await store.query(lambda work: work.inbox.backlog()) == 0
