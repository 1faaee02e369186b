"""Which of the jobs that wait for a chat go when it leaves its account (`promises.md` T25)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core import links, unlinking, withdrawing
from core.chat import Sent
from core.events import Announced
from core.forgetting import forget
from core.gathering import ChatJob, Withdrawal, left
from core.held import Held
from core.identity import Identity
from core.ports import Job, Payload
from core.store import Store
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import settled
from tests.core.people import Person, add, person
from tests.databases import Database

BY_THEIR_FACTS = frozenset({"tell", "redraw", "reply"})
OF_GROUPS = frozenset({"greet", "group", "invite", "leavers", "masked", "react"})
"""Jobs of chats that belong to nobody."""
ROOT = Path(__file__).parents[2]


def put(work: Work, chat: int, name: str, payload: Payload | None = None) -> None:
    work.put_in_chat(chat, name=name, id=f"{chat}:{name}:{payload}", payload=payload or {})


def waiting(database: Database, who: Person) -> list[str]:
    chat = f"{who.sender.platform}:{who.chat}"
    return [each.name for each in database.jobs.pending() if each.partition == chat]


@pytest.fixture
async def ada(store: Store) -> Person:
    return await person(store, "Ada")


@pytest.fixture
async def office(store: Store, database: Database, ada: Person) -> Person:
    """Her chat on Slack, long since."""
    there = await settled(store, database, ada, await person(store, "Ada", "slack", "T1"))
    await database.jobs.start({})
    await database.jobs.drain()
    return there


def every_kind(work: Work, who: Person, home: int) -> None:
    """A job of each kind, of the account, and one that is the account's where it goes to."""
    chat = who.chat
    for account in (who.account, home):
        for name in withdrawing.OF_ACCOUNT:
            put(work, chat, name, {"identity": who.identity, "account": account})
    for name in (*withdrawing.ENDED, *withdrawing.STAYS):
        put(work, chat, name)
    put(work, chat, "redraw", {"task": 1})
    put(work, chat, "reply", {"key": "gone"})


def leaves(work: Work, ada: Person, office: Person) -> Identity:
    return unlink(work, ada.account, office.identity, by=ada.identity)


async def test_what_is_the_accounts_goes_and_what_is_the_chats_stays(
    store: Store, database: Database, ada: Person, office: Person
) -> None:
    def home(work: Work) -> int:
        return links.home(work, office.identity, ada.account) or 0

    own = await store.query(home)
    assert own not in {0, ada.account}
    await store.mutate(lambda work: every_kind(work, office, own))
    await store.mutate(lambda work: leaves(work, ada, office))
    stays = [*withdrawing.OF_ACCOUNT, *withdrawing.STAYS, "farewell"]
    assert sorted(waiting(database, office)) == sorted(stays)


async def test_of_who_starts_afresh_all_goes(store: Store, database: Database, ada: Person) -> None:
    """Forgotten, with two chats: what cleans up is put in the same commit, behind it."""
    work_chat = await settled(store, database, ada, await person(store, "Ada", "slack", "T1"))

    def gone(work: Work) -> None:
        for who in (ada, work_chat):
            every_kind(work, who, 0)
            work.notices.tell(Announced(who.sender.platform, "secret"), ada.account)
        for each in forget(work, ada.account):
            put(work, each, "forget", {"again": True})

    await database.jobs.start({})
    await database.jobs.drain()
    await store.mutate(lambda work: every_kind(work, ada, 0))
    await store.mutate(gone)
    left = sorted([*withdrawing.STAYS, "forget"])
    assert sorted(waiting(database, work_chat)) == left
    assert sorted(set(waiting(database, ada))) == sorted(withdrawing.STAYS)


async def test_a_card_that_is_drawn_again_goes_unless_it_is_theirs(
    store: Store, database: Database, ada: Person
) -> None:
    """Those of the account that the chat returns to stay alive."""
    office = await person(store, "Ada", "slack", "T1")
    own, hers = await add(store, office), await add(store, ada)
    office = await settled(store, database, ada, office)
    await database.jobs.start({})
    await database.jobs.drain()

    def draw(work: Work) -> None:
        for n, task in enumerate((own, hers)):
            sent = Sent(work.chats.by_id(office.chat).address, f"1.{n}")
            work.cards.drawn(task.public_id, task.revision, office.chat, sent)
            put(work, office.chat, "redraw", {"task": task.id})

    await store.mutate(draw)
    await store.mutate(lambda work: leaves(work, ada, office))
    assert waiting(database, office) == ["redraw", "farewell"]
    (redraw, *_) = [job for job in database.jobs.pending() if job.name == "redraw"]
    assert redraw.payload["task"] == own.id


async def test_the_drawing_of_a_home_tab_goes(
    store: Store, database: Database, ada: Person, office: Person
) -> None:
    """In its place the tab is emptied."""
    await store.mutate(lambda work: work.homes.show(office.identity, 1))
    database.clock.advance(minutes=1)
    await store.mutate(lambda work: work.homes.fire())
    assert [each.name for each in database.jobs.pending()] == ["home"]
    await store.mutate(lambda work: leaves(work, ada, office))
    assert sorted(each.name for each in database.jobs.pending()) == ["farewell", "home-empty"]


async def morning(store: Store, database: Database, ada: Person, office: Person) -> list[str]:
    """What is put into the chat that left then: the notices of it that wait for eight hours are
    one of the account that it left, and one of the account that it went back to."""
    own = await store.query(lambda work: links.home(work, office.identity, ada.account) or 0)

    def hold(work: Work) -> None:
        for account, whose in ((ada.account, (ada, office)), (own, (office,))):
            work.notices.tell(Announced(str(account), "secret"), account, but=office.identity)
            (first, *_) = work.notices.page(account, most=1)
            for who in whose:
                work.held.hold(first.id, who.identity, work.now + timedelta(hours=8))

    await store.mutate(hold)
    await store.mutate(lambda work: leaves(work, ada, office))
    await database.jobs.drain()
    database.clock.advance(hours=9)
    assert await store.mutate(lambda work: work.held.release()) == 2
    assert waiting(database, ada) == ["tell"]
    return waiting(database, office)


async def test_what_waits_for_the_morning_goes(
    store: Store, database: Database, ada: Person, office: Person
) -> None:
    assert await morning(store, database, ada, office) == ["tell"]


async def test_without_it_that_would_stay(
    store: Store,
    database: Database,
    ada: Person,
    office: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control."""
    monkeypatch.setattr(Held, "leave", lambda *_: None)
    assert await morning(store, database, ada, office) == ["tell", "tell"]


async def test_without_it_all_would_stay(
    store: Store,
    database: Database,
    ada: Person,
    office: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control."""
    monkeypatch.setattr(unlinking, "withdraw", lambda *_: None)
    await store.mutate(lambda work: every_kind(work, office, 0))
    before = waiting(database, office)
    await store.mutate(lambda work: leaves(work, ada, office))
    assert waiting(database, office) == [*before, "farewell"]


def named(tree: ast.AST) -> Iterator[str]:
    """The names of the jobs that a file puts in chats."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "put_in_chat":
            (name,) = [key.value for key in each.keywords if key.arg == "name"]
            yield str(ast.literal_eval(name))


def test_of_every_job_it_is_decided() -> None:
    """One of a new kind fails here until somebody has thought of it."""
    found: set[str] = set()
    for folder in ("core", "bot", "adapters"):
        for source in map(Path.read_text, (ROOT / folder).rglob("*.py")):
            if "put_in_chat(" in source:
                found |= set(named(ast.parse(source)))
    decided = [withdrawing.OF_ACCOUNT, withdrawing.ENDED, withdrawing.STAYS]
    assert sum(map(len, decided)) == len(frozenset().union(*decided))
    assert found == frozenset().union(*decided, BY_THEIR_FACTS, OF_GROUPS)
    assert list(named(ast.parse("work.put_in_chat(1, name='new')"))) == ["new"]


def test_of_its_own_jobs_too_only_those_of_a_beginning_are_asked_about() -> None:
    own = [ChatJob(1, Job(id, "say", {})) for id in ("back:1", "say:1", "back:2")]
    assert left(own, [Withdrawal(1, 2, list, "back:")]) == own[1:]
    assert left(own, [Withdrawal(1, 3, list)]) == []
