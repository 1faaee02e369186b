"""A chat and a sign-in are connected by letters that only their common owner can carry."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from core import letters, schema
from core.errors import LinkRefused
from core.ids import Ids
from core.joining import login, logins
from core.letters import CONSONANTS, spelled
from core.offer import State
from core.ports import SignedIn
from core.store import Store
from core.web_link import WebLink
from core.web_links import Finished
from tests.core.people import Person, identity_of, person, told
from tests.databases import Database

ADA = SignedIn("https://login.example", "ada", "Ada")
LETTERS = "BCDFGHJK"


@dataclass
class Attempt:
    """An attempt of somebody's, which a browser with one session goes through."""

    store: Store
    who: Person
    id: int = 0
    public_id: str = ""
    token: str = ""

    async def start(self) -> Attempt:
        self.token, self.public_id = await self.store.mutate(
            lambda work: work.web_links.start(identity_of(work, self.who))
        )
        self.id = (await self.now()).id
        return self

    async def now(self) -> WebLink:
        found = await self.store.query(lambda work: work.web_links.find(self.public_id))
        assert found is not None
        return found

    async def sign_in(self, who: SignedIn = ADA, session: str = "s") -> Attempt:
        await self.store.mutate(lambda work: work.web_links.signed_in(self.id, who, session))
        return self

    async def consent(self, session: str = "s") -> Attempt:
        await self.store.mutate(lambda work: work.web_links.consent(self.id, session, LETTERS))
        return self

    async def finish(self, typed: str = LETTERS) -> Finished | WebLink:
        return await self.store.mutate(
            lambda work: work.web_links.finish(identity_of(work, self.who), typed)
        )


@pytest.fixture
async def attempt(store: Store) -> Attempt:
    return await Attempt(store, await person(store, "Ada")).start()


async def test_a_new_sign_in_becomes_one_of_the_chats_account(attempt: Attempt) -> None:
    await attempt.sign_in()
    await attempt.consent()
    done = await attempt.finish()
    assert isinstance(done, Finished)
    assert (done.connected.account, done.connected.known) == (attempt.who.account, False)
    found = await attempt.store.query(lambda work: login(work, "https://login.example", "ada"))
    assert found is not None
    assert found.account == attempt.who.account
    assert (await attempt.now()).state is State.DONE


async def test_a_known_sign_in_takes_the_chat_to_its_account(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    await attempt.finish()
    cleo = await person(attempt.store, "Cleo", "slack", "T1")
    other = await Attempt(attempt.store, cleo).start()
    await (await other.sign_in()).consent()
    done = await other.finish()
    assert isinstance(done, Finished)
    assert done.connected.joined is not None
    now = await attempt.store.query(lambda work: identity_of(work, cleo))
    assert now.account_id == attempt.who.account


async def test_the_same_name_at_another_issuer_is_somebody_else(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    await attempt.finish()
    cleo = await person(attempt.store, "Cleo")
    other = await Attempt(attempt.store, cleo).start()
    await (await other.sign_in(SignedIn("https://other.example", "ada", "Ada"))).consent()
    await other.finish()
    now = await attempt.store.query(lambda work: identity_of(work, cleo))
    assert now.account_id == cleo.account


async def test_each_step_comes_after_the_one_before(attempt: Attempt) -> None:
    for step in (attempt.consent, attempt.finish):
        with pytest.raises(LinkRefused):
            await step()
    await attempt.sign_in()
    for again in (attempt.sign_in, attempt.finish):
        with pytest.raises(LinkRefused):
            await again()
    with pytest.raises(LinkRefused):
        await attempt.consent("another session")
    await attempt.consent()
    with pytest.raises(LinkRefused):
        await attempt.consent()
    assert isinstance(await attempt.finish(), Finished)
    with pytest.raises(LinkRefused):
        await attempt.finish()


async def test_wrong_letters_are_counted_and_kept(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    for left in (2, 1, 0):
        missed = await attempt.finish("ZZZZZZZZ")
        assert isinstance(missed, WebLink)
        assert missed.left == left
    assert missed.state is State.DENIED
    with pytest.raises(LinkRefused):
        await attempt.finish()


async def test_it_ends_in_time(database: Database, attempt: Attempt) -> None:
    database.clock.advance(minutes=9)
    await attempt.sign_in()  # each step gives ten minutes more
    database.clock.advance(minutes=9)
    await attempt.consent()
    database.clock.advance(minutes=10)
    with pytest.raises(LinkRefused):
        await attempt.finish()
    database.clock.advance(seconds=1)
    assert await attempt.store.mutate(lambda work: work.web_links.expire()) == 1
    assert (await attempt.now()).state is State.EXPIRED
    database.clock.advance(days=1, seconds=1)
    await attempt.store.mutate(lambda work: work.web_links.forget())
    found = await attempt.store.query(lambda work: work.web_links.find(attempt.public_id))
    assert found is None


async def test_a_state_is_claimed_once_and_by_its_own_session(attempt: Attempt) -> None:
    claim = lambda session: lambda work: work.web_links.claim("state", session)  # noqa: E731
    await attempt.store.mutate(lambda work: work.web_links.begin(attempt.id, "state", "mine"))
    with pytest.raises(LinkRefused):
        await attempt.store.mutate(claim("theirs"))
    results = await asyncio.gather(
        *(attempt.store.mutate(claim("mine")) for _ in range(20)), return_exceptions=True
    )
    assert [each for each in results if not isinstance(each, LinkRefused)] == [attempt.id]


async def test_of_many_who_finish_at_once_one_does(database: Database) -> None:
    stores = [database.open() for _ in range(2)]
    for number in range(5):
        who = await person(stores[0], f"Ada{number}")
        one = await Attempt(stores[0], who).start()
        await (await one.sign_in(SignedIn("https://login.example", str(number), "x"))).consent()
        others = [Attempt(store, who, one.id, one.public_id) for store in stores for _ in range(10)]
        results = await asyncio.gather(*(each.finish() for each in others), return_exceptions=True)
        assert sum(isinstance(each, Finished) for each in results) == 1
        assert sum(isinstance(each, LinkRefused) for each in results) == 19
        found = await stores[0].query(lambda work, w=who: logins(work, w.account))
        assert len(found) == 1


async def test_a_second_start_makes_the_first_void(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    newer = await Attempt(attempt.store, attempt.who).start()
    assert (await attempt.now()).state is State.VOID
    assert (await newer.now()).state is State.ISSUED
    with pytest.raises(LinkRefused):
        await newer.finish()


async def test_once_somebody_signed_in_only_their_browser_says_no(attempt: Attempt) -> None:
    await attempt.sign_in()
    cancel = lambda session: lambda work: work.web_links.cancel(attempt.id, session)  # noqa: E731
    with pytest.raises(LinkRefused):
        await attempt.store.mutate(cancel("another"))
    await attempt.store.mutate(cancel("s"))
    assert (await attempt.now()).state is State.DENIED


async def test_neither_the_token_nor_the_letters_are_kept(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()

    def all_of_it(work: object) -> str:
        return str(work.run(select(schema.web_link)).all())  # type: ignore[attr-defined]  # Work

    kept = await attempt.store.query(all_of_it)
    assert attempt.token not in kept
    assert LETTERS not in kept
    assert Ids.digest(LETTERS) not in kept  # whoever has the table alone can't try all of them
    assert Ids.digest(attempt.token) in kept


async def test_looking_finds_by_the_token_alone(attempt: Attempt) -> None:
    look = lambda token: lambda work: work.web_links.look(Ids.digest(token))  # noqa: E731
    assert (await attempt.store.query(look(attempt.token))) == await attempt.now()
    assert await attempt.store.query(look(attempt.public_id)) is None


def test_letters_are_read_as_people_type_them() -> None:
    for typed in ("BCDF-GHJK", "bcdf ghjk", "bcdfghjk", " BCDFGHJK "):
        assert letters.read(typed) == "BCDFGHJK"
    for other in ("BCDFGHJ", "BCDFGHJKL", "ABCDFGHJ", "BCDF-GH1K", "", "x" * 100):
        assert letters.read(other) == ""
    assert letters.looks_shown("BCDF-GHJK")
    assert not letters.looks_shown("bcdfghjk")
    assert not letters.looks_shown("buy milk")


def test_letters_come_out_even() -> None:
    numbers = (int.from_bytes(secrets.token_bytes(32), "big") for _ in range(4000))
    drawn = "".join(map(spelled, numbers))
    counts = [drawn.count(each) for each in CONSONANTS]
    expected = len(drawn) / len(CONSONANTS)
    assert sum((each - expected) ** 2 / expected for each in counts) < 60  # p < 1e-5 at 19 degrees


async def test_what_happened_is_recorded(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    await attempt.finish()
    entries = await attempt.store.query(lambda work: work.audit.of(attempt.who.account))
    assert {each.kind for each in entries} == {"signed-in", "linked"}
    signed = next(each for each in entries if each.kind == "signed-in")
    assert signed.facts == {"issuer": "https://login.example", "name": "Ada"}
    # a sign-in that leads to somebody's account is in their record before anything comes of it
    mallory = await person(attempt.store, "Mallory")
    await (await Attempt(attempt.store, mallory).start()).sign_in()
    entries = await attempt.store.query(lambda work: work.audit.of(attempt.who.account))
    assert [each.kind for each in entries].count("signed-in") == 2
    assert await attempt.store.query(lambda work: work.audit.of(mallory.account)) == []


async def test_a_foreign_chat_that_was_not_connected_is_told_of_once(attempt: Attempt) -> None:
    await (await attempt.sign_in()).consent()
    await attempt.finish()
    mallory = await person(attempt.store, "Mallory")
    before = await told(attempt.store, attempt.who)
    for _ in range(2):
        other = await Attempt(attempt.store, mallory).start()
        assert await told(attempt.store, attempt.who) == before
        await (await other.sign_in()).consent()
        for _ in range(4):
            with suppress(LinkRefused):
                await other.finish("ZZZZZZZZ")
        before.append("system")
        assert await told(attempt.store, attempt.who) == before
