"""The browser that agreed, signed in at the chat's platform as whose chat it is, connects it; one
step of it is taken once (`promises.md` T1, T6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import proving
from core.addresses import Sender
from core.errors import LinkRefused
from core.joining import login
from core.ports import SignedIn
from core.store import Store
from core.work import Work
from tests.core.people import Person, identity_of, person
from tests.core.races import gather, refusals
from tests.databases import Database

ISSUER = "https://id.example.org"
SESSION = "session"


@pytest.fixture(params=[("slack", "T1"), ("telegram", "")], ids=lambda each: each[0])
async def ada(store: Store, request: pytest.FixtureRequest) -> Person:
    return await person(store, "Ada", *request.param)


def agreed(work: Work, who: Person, *, asked: bool = True) -> int:
    """An attempt of this chat, up to the letters."""
    _, name = work.web_links.start(identity_of(work, who))
    attempt = work.web_links.find(name)
    assert attempt is not None
    work.web_links.begin(attempt.id, "state", SESSION)
    work.web_links.claim("state", SESSION)
    work.web_links.signed_in(attempt.id, SignedIn(ISSUER, "ada", "Ada"), SESSION)
    if asked:
        work.web_links.consent(attempt.id, SESSION, "BCDFGHJK")
    return attempt.id


def proves(work: Work, attempt: int, who: Person, **changes: str) -> None:
    session = changes.pop("session", SESSION)
    proving.prove(work, attempt, session, (replace(who.sender, **changes),))


async def refused(store: Store, attempt: int, who: Person, **changes: str) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(lambda work: proves(work, attempt, who, **changes))
    assert await store.query(lambda work: login(work, ISSUER, "ada")) is None
    return why.value.reason


async def test_whose_chat_it_is_connects_it(store: Store, ada: Person) -> None:
    attempt = await store.mutate(lambda work: agreed(work, ada))
    await store.mutate(lambda work: proving.begin(work, attempt, "proof", SESSION))
    assert await store.mutate(lambda work: work.web_links.claim("proof", SESSION)) == attempt
    await store.mutate(lambda work: proves(work, attempt, ada))
    found = await store.query(lambda work: login(work, ISSUER, "ada"))
    assert found is not None
    assert found.account == ada.account


async def test_nobody_else_does(store: Store, ada: Person) -> None:
    attempt = await store.mutate(lambda work: agreed(work, ada))
    assert await refused(store, attempt, ada, user_id="U2") == "unproved"
    assert await refused(store, attempt, ada, user_id="") == "unproved"
    assert await refused(store, attempt, ada, scope="T2") == "unproved"
    other = {"slack": "telegram", "telegram": "slack"}[ada.sender.platform]
    assert await refused(store, attempt, ada, platform=other) == "unproved"
    assert await refused(store, attempt, ada, session="another") == "gone"
    await store.mutate(lambda work: proves(work, attempt, ada))  # nothing of that ended it


async def test_it_takes_an_agreement_and_is_over_after_ten_minutes(
    store: Store, database: Database, ada: Person
) -> None:
    attempt = await store.mutate(lambda work: agreed(work, ada, asked=False))
    for begin in (True, False):
        with pytest.raises(LinkRefused):
            await store.mutate(
                lambda work, begin=begin: (
                    proving.begin(work, attempt, "proof", SESSION)
                    if begin
                    else proves(work, attempt, ada)
                )
            )
    again = await store.mutate(lambda work: agreed(work, ada))
    database.clock.advance(minutes=10)
    assert await refused(store, again, ada) == "gone"


async def test_people_of_other_platforms_send_letters(store: Store) -> None:
    who = await person(store, "Bo", "discord", "")
    found = await store.query(lambda work: identity_of(work, who))
    assert not proving.provable(found)
    attempt = await store.mutate(lambda work: agreed(work, who))
    assert await refused(store, attempt, who) == "unproved"


async def test_people_of_an_organisation_prove_it_as_those(store: Store) -> None:
    who = await person(store, "Bo", "slack", "E1")
    assert proving.provable(await store.query(lambda work: identity_of(work, who)))
    attempt = await store.mutate(lambda work: agreed(work, who))
    for another in ("E2", "T1", ""):
        assert await refused(store, attempt, who, scope=another) == "unproved"
    await store.mutate(lambda work: proves(work, attempt, who))


@pytest.mark.parametrize("known_in", ["T1", "E1"])
async def test_either_of_the_names_of_one_person_proves_it(store: Store, known_in: str) -> None:
    """Slack knows somebody in their workspace and in their organisation."""
    who = await person(store, "Bo", "slack", known_in)
    attempt = await store.mutate(lambda work: agreed(work, who))

    def names(*scopes: str) -> tuple[Sender, ...]:
        return tuple(replace(who.sender, scope=each) for each in scopes)

    for wrong in ((), names("T2", "E2"), names("T2", ""), names("")):
        with pytest.raises(LinkRefused, match="unproved"):
            await store.mutate(
                lambda work, wrong=wrong: proving.prove(work, attempt, SESSION, wrong)
            )
    await store.mutate(lambda work: proving.prove(work, attempt, SESSION, names("T1", "E1")))


async def test_whoever_has_no_id_is_nobody(store: Store, ada: Person) -> None:
    """Of some people the platform told the name alone."""
    mine = await store.query(lambda work: identity_of(work, ada))
    assert proving._is(mine, (ada.sender,))
    assert not proving._is(replace(mine, user_id=""), (replace(ada.sender, user_id=""),))


async def test_of_proofs_at_once_one_connects(database: Database) -> None:
    stores = [database.open(), database.open()]
    ada = await person(stores[0], "Ada", "slack", "T1")
    attempt = await stores[0].mutate(lambda work: agreed(work, ada))
    outcomes = await gather(stores, [lambda work: proves(work, attempt, ada)] * 20)
    assert len(refusals(outcomes)) == 19
