"""A chat that left an account is told nothing more of it, whatever was on its way (`promises.md`
T25): what waits in the queue, what was taken up and waits for its turn, answers among it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot import jobs as jobs_module
from bot.conversation import Conversation
from bot.courier import LONG, Courier
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.telling import Message
from core import schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply, Sent
from core.errors import RetryLater
from core.events import Announced
from core.ports import Before, ChatPlatform, Pacer, Payload
from core.store import Store
from core.taking_back import undo
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joins
from tests.core.people import Person, add, identity_of, person
from tests.databases import Database

QUEUED = 100


@dataclass
class Heard(ChatPlatform):
    """A platform that notes what each chat was sent."""

    name: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    away: bool = False

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        return False

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Nobody waits."""

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        return await self.send(inbound.address, reply)

    async def entrance(self) -> str:
        return ""

    async def person(self, scope: str, user_id: str) -> Sender | None:
        return None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        if self.away:
            raise RetryLater(3600, "away")
        items = " ".join(each.text for each in reply.items)
        self.sent.append((address.chat, f"{reply.title} {reply.text} {items}"))
        return Sent(address, str(len(self.sent)))


@dataclass
class Turnstile(Pacer):
    """Lets nobody to Slack while it is shut."""

    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        if address.platform == "slack":
            self.waiting.set()
            await self.opened.wait()
        if before:
            await before()

    def hold(self, address: Address, seconds: float) -> None:
        """Nothing."""


@dataclass
class Scene:
    """Ada on Telegram, with the chat of hers on Slack that will leave."""

    database: Database
    store: Store
    telegram: Heard
    slack: Heard
    pacer: Turnstile
    conversation: Conversation
    ada: Person
    office: Person
    link: str

    async def queue(self, many: int = QUEUED) -> None:
        def tell(work: Work) -> None:
            for n in range(many):
                work.notices.tell(Announced(str(n), f"secret {n}"), self.ada.account)

        await self.store.mutate(tell)

    def secrets(self) -> list[str]:
        return [words for _, words in self.slack.sent if "secret" in words]


Leave = Callable[[Work, "Scene"], object]


def by_unlinking(work: Work, scene: Scene) -> object:
    return unlink(work, scene.ada.account, scene.office.identity, by=scene.ada.identity)


def by_taking_back(work: Work, scene: Scene) -> object:
    return undo(work, identity_of(work, scene.ada), scene.link)


WAYS = pytest.mark.parametrize("leave", [by_unlinking, by_taking_back])


@pytest.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    store = database.open()
    telegram, slack, pacer = Heard("telegram"), Heard("slack"), Turnstile()
    platforms = {"telegram": telegram, "slack": slack}
    courier = Courier(store=store, platforms=platforms, pacer=pacer, metrics=Metrics())
    await database.jobs.start(Jobs(store=store, courier=courier, engine=database.jobs).runners)
    talk = Conversation(store=store, courier=courier, metrics=Metrics())
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    link = (await store.mutate(lambda work: joins(work, ada, office))).link
    pacer.opened.set()
    await database.jobs.drain()
    slack.sent.clear()
    pacer.opened.clear()
    pacer.waiting.clear()
    yield Scene(database, store, telegram, slack, pacer, talk, ada, office, link)
    pacer.opened.set()
    await talk.drain()


@WAYS
async def test_of_a_hundred_notices_in_the_queue_none_is_delivered(
    scene: Scene, leave: Leave
) -> None:
    await scene.queue()
    await scene.store.mutate(lambda work: leave(work, scene))
    scene.pacer.opened.set()
    await scene.database.jobs.drain()
    assert scene.secrets() == []
    assert "no longer connected" in scene.slack.sent[-1][1]
    told = [words for _, words in scene.telegram.sent if "secret" in words]
    assert len(told) == QUEUED
    assert not await scene.database.jobs.dead_letters()


async def test_without_asking_whose_it_is_all_would_be(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    def trusting(work: Work, payload: Payload) -> Message | None:
        notice = work.notices.get(int(str(payload["notice"])))
        assert notice is not None
        chat = work.chats.by_id(int(str(payload["chat"])))
        return Message(chat.address, Reply(text=str(notice.event)))

    monkeypatch.setattr(jobs_module, "telling", trusting)
    await scene.queue()
    await scene.store.mutate(lambda work: by_unlinking(work, scene))
    scene.pacer.opened.set()
    await scene.database.jobs.drain()
    assert len(scene.secrets()) == QUEUED


async def leaves_while_it_waits(scene: Scene, leave: Leave) -> None:
    """A job has found what to say and waits for the chat's turn; now the chat leaves."""
    await scene.queue()
    draining = asyncio.create_task(scene.database.jobs.drain())
    async with asyncio.timeout(10):
        await scene.pacer.waiting.wait()
    await scene.store.mutate(lambda work: leave(work, scene))
    scene.pacer.opened.set()
    await draining


@WAYS
async def test_nor_is_one_that_was_taken_up_already(scene: Scene, leave: Leave) -> None:
    await leaves_while_it_waits(scene, leave)
    assert scene.secrets() == []
    assert not await scene.database.jobs.dead_letters()


async def test_without_asking_once_more_that_one_would_be(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    async def never(self: Courier, still: object) -> None:
        """Ask nothing."""

    monkeypatch.setattr(Courier, "_admit_still", never)
    await leaves_while_it_waits(scene, by_unlinking)
    assert len(scene.secrets()) == 1


async def test_without_asking_once_more_they_would_arrive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    async def never(self: Courier, still: object) -> None:
        """Ask nothing."""

    monkeypatch.setattr(Courier, "_admit_still", never)
    await add(scene.store, scene.ada, "secret")
    await scene.conversation.receive(listing(scene, 1))
    await asyncio.sleep(2 * LONG)
    await scene.store.mutate(lambda work: by_unlinking(work, scene))
    scene.pacer.opened.set()
    await scene.conversation.drain()
    assert len(scene.secrets()) == 1


def listing(scene: Scene, n: int) -> Inbound:
    where = Address("slack", "T1", scene.office.sender.user_id, private=True)
    return Inbound(f"k{n}", Kind.COMMAND, scene.office.sender, where, "list")


@WAYS
async def test_answers_on_their_way_are_dropped(scene: Scene, leave: Leave) -> None:
    await add(scene.store, scene.ada, "secret")
    for n in range(20):
        await scene.conversation.receive(listing(scene, n))
    async with asyncio.timeout(10):
        await scene.pacer.waiting.wait()
    await asyncio.sleep(2 * LONG)
    await scene.store.mutate(lambda work: leave(work, scene))
    scene.pacer.opened.set()
    await scene.conversation.drain()
    await scene.database.jobs.drain()
    await scene.conversation.sweep(at_start=True)
    await scene.database.jobs.drain()
    assert scene.secrets() == []
    (said,) = [words for _, words in scene.slack.sent]
    assert "no longer connected" in said
    assert not await scene.database.jobs.dead_letters()


async def test_an_answer_is_not_given_again_to_who_left(scene: Scene) -> None:
    """A platform that asks once more for what rode in its response gets nothing of it."""
    scene.pacer.opened.set()
    await add(scene.store, scene.ada, "secret")
    await scene.conversation.receive(listing(scene, 1))
    await scene.conversation.drain()
    assert len(scene.secrets()) == 1
    await scene.store.mutate(lambda work: by_unlinking(work, scene))
    scene.slack.sent.clear()
    reply = await scene.conversation.receive(listing(scene, 1))
    await scene.conversation.drain()
    assert reply.empty
    assert scene.slack.sent == []
    kept = select(schema.message_key.c.reply).where(
        schema.message_key.c.chat_id == scene.office.chat, schema.message_key.c.reply.is_not(None)
    )
    assert await scene.store.query(lambda work: work.run(kept).all()) == []


async def test_leaving_needs_nothing_but_the_database(scene: Scene) -> None:
    """Neither platform can be reached, and no job runs."""
    scene.telegram.away = scene.slack.away = True
    where = Address("telegram", "", scene.ada.sender.user_id, private=True)
    at = int(scene.database.clock.at.timestamp()) // 60
    line = f"unlink-now {scene.office.identity} at:{at}"
    inbound = Inbound("away", Kind.COMMAND, scene.ada.sender, where, line)
    reply = await scene.conversation.receive(inbound)
    assert reply.text == "Disconnected: Ada on Slack."
    await scene.conversation.drain()
    left = await scene.store.query(lambda work: work.accounts.identities(scene.ada.account))
    assert [each.id for each in left] == [scene.ada.identity]
