"""A chat that left an account is told nothing more of it, whatever was on its way (`promises.md`
T25): what waits in the queue goes in the same commit; what was taken up by then and waits for its
turn, or was put at the same moment, is not sent. Answers and files are among it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, text

from adapters.engine import database as engine_tables
from adapters.engine.dbos_engine import DbosEngine
from bot import jobs as jobs_module
from bot.charting import Charts
from bot.conversation import Conversation
from bot.courier import LONG, Courier
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.records import Records
from bot.telling import Message
from bot.unfurling import Unfurling
from core import schema, unlinking
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply, Sent
from core.errors import LinkRefused, RetryLater
from core.events import Announced
from core.ids import Ids
from core.ports import Before, ChatPlatform, Pacer, Payload
from core.store import Store, Tools, open_store
from core.taking_back import undo
from core.task import Draft
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joined, joins
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
    """Lets nobody to a platform while it is shut."""

    platform: str = "slack"
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        if address.platform == self.platform:
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

    def waiting(self, who: Person) -> list[str]:
        """The names of the jobs in the queue of somebody's chat."""
        chat = f"{who.sender.platform}:{who.chat}"
        return [each.name for each in self.database.jobs.pending() if each.partition == chat]


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
    jobs = Jobs(store=store, courier=courier, engine=database.jobs)
    records = Records(store=store, courier=courier, engine=database.jobs)
    runners = {**jobs.runners, **records.runners, **Charts(store, courier).runners}
    await database.jobs.start(runners | Unfurling(store, courier).runners)
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


def nothing_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for what was put at the same moment, by a transaction that did not see the leaving."""
    monkeypatch.setattr(unlinking, "withdraw", lambda *_: None)


@WAYS
async def test_of_a_hundred_notices_none_waits_after_the_commit(scene: Scene, leave: Leave) -> None:
    """No job has run, and none could: neither platform can be reached."""
    scene.telegram.away = scene.slack.away = True
    await scene.queue()
    assert scene.waiting(scene.office) == ["tell"] * QUEUED
    await scene.store.mutate(lambda work: leave(work, scene))
    assert scene.waiting(scene.office) == ["farewell"]
    assert scene.waiting(scene.ada) == ["tell"] * QUEUED


@WAYS
async def test_without_withdrawing_them_all_would_wait(
    scene: Scene, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    nothing_is_withdrawn(monkeypatch)
    await scene.queue()
    await scene.store.mutate(lambda work: leave(work, scene))
    assert scene.waiting(scene.office) == [*["tell"] * QUEUED, "farewell"]


@WAYS
async def test_nor_does_what_the_same_commit_had_to_say_before(scene: Scene, leave: Leave) -> None:
    def both(work: Work) -> None:
        work.notices.tell(Announced("1", "secret"), scene.ada.account)
        leave(work, scene)

    await scene.store.mutate(both)
    assert scene.waiting(scene.office) == ["farewell"]
    assert scene.waiting(scene.ada) == ["tell"]


async def test_what_is_refused_withdraws_nothing(scene: Scene) -> None:
    """Who was taken back keeps what waits: the leaving is rolled back, and all else is kept."""

    def tried(work: Work) -> None:
        with suppress(LinkRefused), work.savepoint():
            by_unlinking(work, scene)
            raise LinkRefused("late")

    await scene.queue()
    await scene.store.mutate(tried)
    assert scene.waiting(scene.office) == ["tell"] * QUEUED


async def test_what_is_of_the_account_it_returns_to_goes_on(scene: Scene) -> None:
    store, ada, office = scene.store, scene.ada, scene.office
    told = Announced("old", "of old")
    await store.mutate(lambda work: by_unlinking(work, scene))
    await store.mutate(lambda work: work.notices.tell(told, office.account))
    scene.database.clock.advance(hours=1)
    await joined(store, ada, office)  # before that was told
    await scene.queue(1)
    assert scene.waiting(office) == ["farewell", "tell", "tell", "tell"]
    await store.mutate(lambda work: by_unlinking(work, scene))
    assert scene.waiting(office) == ["farewell", "tell", "farewell"]
    scene.pacer.opened.set()
    await scene.database.jobs.drain()
    assert scene.secrets() == []
    assert [words for _, words in scene.slack.sent if "of old" in words]


async def test_who_tells_it_something_at_that_moment_is_waited_for(scene: Scene) -> None:
    """Several processes: another transaction has put its job and is not committed. SQLite has one
    writer."""
    store, put, go = scene.store, threading.Event(), threading.Event()

    def tell(work: Work) -> None:
        work.notices.tell(Announced("1", "secret"), scene.ada.account)
        work.put_jobs()
        put.set()
        if scene.database.shared:
            go.wait(10)

    telling = asyncio.create_task(store.mutate(tell))
    await asyncio.to_thread(put.wait, 10)
    leaving = asyncio.create_task(store.mutate(lambda work: by_unlinking(work, scene)))
    await asyncio.sleep(0.1)
    assert not (scene.database.shared and leaving.done())
    go.set()
    await asyncio.gather(telling, leaving)
    assert scene.waiting(scene.office) == ["farewell"]
    assert scene.waiting(scene.ada) == ["tell"]


async def test_in_the_tables_of_the_engine_itself(database: Database) -> None:
    """The same hundred, as the service keeps them."""
    await asyncio.to_thread(engine_tables.prepare, database.url)
    tools = Tools(database.clock, DbosEngine(url=database.url), ids=Ids(b"key"))
    store = open_store(database.url, tools)
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await joined(store, ada, office)

    def tell(work: Work) -> None:
        for n in range(QUEUED):
            work.notices.tell(Announced(str(n), f"secret {n}"), ada.account)

    def waiting(work: Work, chat: str) -> list[str]:
        schema = "dbos." if work.shared else ""
        found = text(
            f"SELECT workflow_uuid FROM {schema}workflow_status"  # noqa: S608  # our own text
            f" JOIN {schema}workflow_input USING (workflow_uuid)"
            " WHERE queue_partition_key = :chat ORDER BY priority"
        )
        rows = work.connection.execute(found, {"chat": chat}).scalars()
        return [each.partition(":")[0] for each in rows]

    here, there = f"telegram:{ada.chat}", f"slack:{office.chat}"
    await store.mutate(tell)
    before = await store.query(lambda work: waiting(work, here))
    assert (await store.query(lambda work: waiting(work, there))).count("tell") >= QUEUED
    await store.mutate(
        lambda work: unlinking.unlink(work, ada.account, office.identity, by=ada.identity)
    )
    assert await store.query(lambda work: waiting(work, there)) == ["farewell"]
    assert await store.query(lambda work: waiting(work, here)) == before
    await store.close()


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "put at the same moment"])
@WAYS
async def test_of_a_hundred_notices_in_the_queue_none_is_delivered(
    scene: Scene, leave: Leave, withdrawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not withdrawn:
        nothing_is_withdrawn(monkeypatch)
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
    nothing_is_withdrawn(monkeypatch)
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
    never_asked_again(monkeypatch)
    await leaves_while_it_waits(scene, by_unlinking)
    assert len(scene.secrets()) == 1


def never_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Courier, still: object) -> None:
        """Ask nothing."""

    monkeypatch.setattr(Courier, "_admit_still", never)


Puts = Callable[[Work, Scene], object]


def a_card(work: Work, scene: Scene) -> None:
    """One is there, and is to be drawn again."""
    task = work.tasks.add(scene.ada.actor, Draft("secret"))
    shown = Sent(Address("slack", "T1", scene.office.sender.user_id, private=True), "1.2")
    work.cards.drawn(task.public_id, 0, scene.office.chat, shown)


def a_chart(work: Work, scene: Scene) -> None:
    payload = {"identity": scene.office.identity, "account": scene.ada.account}
    work.put_in_chat(scene.office.chat, name="chart", id="chart:1", payload=payload)


def a_file(work: Work, scene: Scene) -> None:
    payload = {"identity": scene.office.identity, "account": scene.ada.account, "what": "csv"}
    work.put_in_chat(scene.office.chat, name="export", id="export:1", payload=payload)


def a_sentence(work: Work, scene: Scene) -> None:
    payload: Payload = {"text": "secret", "reader": scene.ada.account}
    work.put_in_chat(scene.office.chat, name="say", id="say:1", payload=payload)


OTHERS = pytest.mark.parametrize("put", [a_card, a_chart, a_file, a_sentence])


async def taken_up(scene: Scene, put: Puts) -> list[str]:
    """What is said after the leaving, of what a job had in hand then."""
    await scene.store.mutate(lambda work: put(work, scene))
    draining = asyncio.create_task(scene.database.jobs.drain())
    async with asyncio.timeout(10):
        await scene.pacer.waiting.wait()
    assert scene.slack.sent == []
    await scene.store.mutate(lambda work: by_unlinking(work, scene))
    scene.pacer.opened.set()
    await draining
    assert not await scene.database.jobs.dead_letters()
    return [words for _, words in scene.slack.sent if "no longer connected" not in words]


@OTHERS
async def test_nor_are_cards_files_and_sentences(scene: Scene, put: Puts) -> None:
    assert await taken_up(scene, put) == []


@OTHERS
async def test_without_asking_once_more_they_would_be(
    scene: Scene, put: Puts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    never_asked_again(monkeypatch)
    assert len(await taken_up(scene, put)) == 1


async def picked(scene: Scene) -> list[str]:
    """What others read after the leaving, of a task that was picked for their chat."""

    def pick(work: Work) -> None:
        task = work.tasks.add(scene.ada.actor, Draft("secret"))
        work.previews.show(
            task.id, task.public_id, scene.ada.chat, "m1", by=scene.ada.identity, key="1"
        )

    scene.pacer.platform = "telegram"
    await scene.store.mutate(pick)
    draining = asyncio.create_task(scene.database.jobs.drain())
    async with asyncio.timeout(10):
        await scene.pacer.waiting.wait()
    await scene.store.mutate(
        lambda work: unlinking.unlink(work, scene.ada.account, scene.ada.identity)
    )
    scene.pacer.opened.set()
    await draining
    said = [words for _, words in scene.telegram.sent]
    assert any("not shared here any more" in words for words in said)
    return [words for words in said if "secret" in words]


async def test_nor_is_what_was_picked_shown_to_others(scene: Scene) -> None:
    assert await picked(scene) == []


async def test_without_asking_once_more_it_would_be(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Until the next job takes it away."""
    never_asked_again(monkeypatch)
    assert len(await picked(scene)) == 1


@OTHERS
async def test_those_in_the_queue_go_with_the_commit(scene: Scene, put: Puts) -> None:
    await scene.store.mutate(lambda work: put(work, scene))
    assert len(scene.waiting(scene.office)) == 1
    await scene.store.mutate(lambda work: by_unlinking(work, scene))
    assert scene.waiting(scene.office) == ["farewell"]


async def test_without_asking_once_more_they_would_arrive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    never_asked_again(monkeypatch)
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
