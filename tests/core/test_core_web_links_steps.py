"""What each step of a sign-in on the web refuses, answers, draws anew and tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.chat import Prompt, Sent
from core.errors import LinkRefused
from core.offer import State
from core.store import Store
from core.web_link import WebLink
from core.work import Work
from tests.core.joining import mal, settled, vera
from tests.core.people import Person, identity_of, person, told
from tests.core.rows import total
from tests.core.test_core_web_links import ADA, LETTERS, Attempt
from tests.databases import Database

__all__ = ["mal", "vera"]


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open()


@pytest.fixture
async def attempt(store: Store) -> Attempt:
    return await Attempt(store, await person(store, "Ada")).start()


async def why(attempt: Attempt, step: str, *given: object) -> str:
    """Why a step is refused; empty where it is not."""
    try:
        await attempt.store.mutate(lambda work: getattr(work.web_links, step)(*given))
    except LinkRefused as refused:
        return refused.reason
    return ""


async def shown(attempt: Attempt, *messages: str) -> None:
    """Messages of the chat show the attempt as it is now."""
    state = (await attempt.now()).state

    def draw(work: Work) -> None:
        chat = work.chats.by_id(identity_of(work, attempt.who).chat_id)
        for each in messages:
            work.prompts.drawn(Prompt(attempt.public_id, state), chat.id, Sent(chat.address, each))

    await attempt.store.mutate(draw)


def drawn(database: Database) -> list[tuple[object, object]]:
    """Which messages are drawn anew, and as what."""
    jobs = [job.payload for job in database.jobs.pending() if job.name == "outcome"]
    return [(each["message"], each["state"]) for each in jobs]


async def known(attempt: Attempt) -> Attempt:
    """Their sign-in leads to their account."""
    await (await attempt.sign_in()).consent()
    await attempt.finish()
    return attempt


async def others(store: Store) -> Attempt:
    """Somebody else's attempt."""
    return await Attempt(store, await person(store, "Mallory")).start()


async def test_a_browser_begins_only_what_is_open(sqlite: Database, attempt: Attempt) -> None:
    assert len(attempt.public_id) == 12
    assert await why(attempt, "begin", attempt.id + 1, "state", "s") == "gone"
    sqlite.clock.advance(minutes=10, seconds=-1)
    assert await why(attempt, "begin", attempt.id, "state", "s") == ""
    sqlite.clock.advance(seconds=1)
    assert await why(attempt, "begin", attempt.id, "other", "s") == "gone"
    newer = await Attempt(attempt.store, attempt.who).start()
    await newer.sign_in()
    assert await why(newer, "begin", newer.id, "third", "s") == "gone"


async def test_what_is_not_to_be_had_is_gone(attempt: Attempt) -> None:
    assert await why(attempt, "claim", "state", "s") == "gone"
    assert await why(attempt, "consent", attempt.id, "s", LETTERS) == "gone"
    assert await why(attempt, "cancel", attempt.id + 1, "s") == "gone"
    with pytest.raises(LinkRefused, match=r"^gone$"):
        await attempt.finish()


async def test_a_chat_has_one_open(sqlite: Database, attempt: Attempt) -> None:
    other = await others(attempt.store)

    async def open_of(who: Person) -> WebLink | None:
        return await attempt.store.query(lambda work: work.web_links.open_of(who.identity))

    assert await open_of(attempt.who) == await attempt.now()
    assert await open_of(other.who) == await other.now()
    assert await attempt.store.mutate(lambda w: w.web_links.void_of(other.who.identity)) is True
    assert await attempt.store.mutate(lambda w: w.web_links.void_of(other.who.identity)) is False
    assert await open_of(other.who) is None
    sqlite.clock.advance(minutes=10)
    assert await open_of(attempt.who) is None


async def test_each_step_gives_what_it_made(attempt: Attempt) -> None:
    who = replace(ADA, name="A" * 200)
    signed = await attempt.store.mutate(lambda w: w.web_links.signed_in(attempt.id, who, "s"))
    assert (signed, signed.name) == (await attempt.now(), "A" * 128)
    asked = await attempt.store.mutate(lambda w: w.web_links.consent(attempt.id, "s", LETTERS))
    assert (asked, asked.state) == (await attempt.now(), State.ASKED)


async def test_its_messages_are_drawn_as_it_goes_on(sqlite: Database, attempt: Attempt) -> None:
    await shown(attempt, "7", "8")
    await (await attempt.sign_in()).consent()
    assert drawn(sqlite) == [("7", "asked"), ("8", "asked")]
    await attempt.store.mutate(
        lambda work: work.web_links.finish(identity_of(work, attempt.who), LETTERS, replaces="8")
    )
    assert drawn(sqlite)[2:] == [("7", "done")]  # the other has its last words


@pytest.mark.parametrize("how", ["void", "denied", "expired", "denied by letters"])
async def test_its_messages_say_how_it_ended(sqlite: Database, attempt: Attempt, how: str) -> None:
    store = attempt.store
    await (await attempt.sign_in()).consent()
    await shown(attempt, "7")
    match how:
        case "void":
            await store.mutate(lambda work: work.web_links.void_of(attempt.who.identity))
        case "denied":
            await store.mutate(lambda work: work.web_links.cancel(attempt.id, "s"))
        case "expired":
            sqlite.clock.advance(minutes=10, seconds=1)
            await store.mutate(lambda work: work.web_links.expire())
        case _:
            for _ in range(2):
                await attempt.finish("ZZZZZZZZ")
                assert drawn(sqlite) == []
            await attempt.finish("ZZZZZZZZ")
    assert drawn(sqlite) == [("7", how.partition(" ")[0])]


@pytest.mark.parametrize("how", ["cancel", "letters"])
async def test_whoever_signed_in_is_told_who_wanted_to_connect(attempt: Attempt, how: str) -> None:
    store, before = attempt.store, await told(attempt.store, (await known(attempt)).who)
    other = await (await (await others(store)).sign_in()).consent()
    if how == "cancel":
        await store.mutate(lambda work: work.web_links.cancel(other.id, "s"))
    else:
        for _ in range(2):
            await other.finish("ZZZZZZZZ")
            assert await told(store, attempt.who) == before  # they go on
        await other.finish("ZZZZZZZZ")
    assert await told(store, attempt.who) == [*before, "system"]
    newest = (await store.query(lambda work: work.notices.page(attempt.who.account)))[0]
    assert newest.actor == "Mallory"


async def test_nobody_is_told_of_their_own_chat(attempt: Attempt) -> None:
    before = await told(attempt.store, (await known(attempt)).who)
    again = await (await Attempt(attempt.store, attempt.who).start()).sign_in()
    await attempt.store.mutate(lambda work: work.web_links.cancel(again.id, "s"))
    assert await told(attempt.store, attempt.who) == before


async def test_nor_of_another_chat_of_theirs(sqlite: Database, attempt: Attempt) -> None:
    store = (await known(attempt)).store
    cleo = await settled(store, sqlite, attempt.who, await person(store, "Cleo"))
    before = await told(store, cleo)
    again = await (await Attempt(store, cleo).start()).sign_in()
    await store.mutate(lambda work: work.web_links.cancel(again.id, "s"))
    assert await told(store, cleo) == before


async def test_who_came_today_begins_none(store: Store, vera: Person, mal: Person) -> None:
    with pytest.raises(LinkRefused, match=r"^newcomer$"):
        await Attempt(store, mal).start()


@pytest.mark.parametrize("answered", [True, False])
async def test_the_chat_is_told_unless_it_is_answered(
    sqlite: Database, attempt: Attempt, answered: bool
) -> None:
    await (await attempt.sign_in()).consent()

    def prove(work: Work) -> None:
        me, found = identity_of(work, attempt.who), work.web_links.find(attempt.public_id)
        assert found is not None
        work.web_links.connected(me, found, answered=me.id if answered else 0)

    await attempt.store.mutate(prove)
    told_in = [job.payload["identity"] for job in sqlite.jobs.pending() if job.name == "tell"]
    assert told_in == ([] if answered else [attempt.who.identity])


async def test_who_leaves_leaves_no_attempt(attempt: Attempt) -> None:
    other = await others(attempt.store)
    for each in (attempt, other):
        assert await why(each, "begin", each.id, f"state {each.id}", "s") == ""
    await attempt.store.mutate(lambda work: work.web_links.leave(attempt.who.identity))
    assert await attempt.store.query(lambda w: w.web_links.find(attempt.public_id)) is None
    assert (await other.now()).state is State.ISSUED
    assert await total(attempt.store, "oidc_state") == 1


async def test_what_ended_is_kept_for_a_day(sqlite: Database, attempt: Attempt) -> None:
    assert await why(attempt, "begin", attempt.id, "state", "s") == ""

    async def left() -> tuple[int, int]:
        await attempt.store.mutate(lambda work: work.web_links.forget())
        return await total(attempt.store, "oidc_state"), await total(attempt.store, "web_link")

    assert await left() == (1, 1)
    sqlite.clock.advance(days=1)
    assert await left() == (1, 1)
    sqlite.clock.advance(seconds=1)
    assert await left() == (0, 1)
    sqlite.clock.advance(minutes=10)
    assert await left() == (0, 0)
