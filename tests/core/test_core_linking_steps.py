"""What each step of a link attempt refuses, answers, draws anew and tells."""

# long: a link attempt has a dozen steps

from __future__ import annotations

from collections import Counter

import pytest

from core.chat import Prompt, Sent
from core.errors import CodeRefused, LinkRefused
from core.joining import move
from core.offer import Issued, Offer, State
from core.store import Store
from core.taking_back import undo
from core.work import Work
from tests.core.joining import joins, mal, settled, vera
from tests.core.people import Person, identity_of, person, told
from tests.core.rows import total
from tests.databases import Database

__all__ = ["mal", "vera"]


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open()


@pytest.fixture
async def cleo(store: Store) -> Person:
    return await person(store, "Cleo", "slack", "T1")


async def issued(store: Store, who: Person) -> Issued:
    return await store.mutate(lambda work: work.linking.issue(identity_of(work, who)))


async def asked(store: Store, source: Person, target: Person) -> Offer:
    """Somebody entered a code of somebody else's."""
    code = (await issued(store, source)).code
    return await store.mutate(lambda work: work.linking.redeem(identity_of(work, target), code))


async def says(store: Store, who: Person, step: str, attempt: str, **more: str) -> str:
    """Why somebody's yes or no is refused; empty where it is not."""
    try:
        await store.mutate(
            lambda work: getattr(work.linking, step)(identity_of(work, who), attempt, **more)
        )
    except LinkRefused as refused:
        return refused.reason
    return ""


async def shown(store: Store, who: Person, attempt: str, state: State, *messages: str) -> None:
    """Messages of somebody's chat show the attempt."""

    def draw(work: Work) -> None:
        chat = work.chats.by_id(who.chat)
        for each in messages:
            work.prompts.drawn(Prompt(attempt, state), chat.id, Sent(chat.address, each))

    await store.mutate(draw)


def drawn(database: Database) -> list[tuple[object, object]]:
    """Which messages are drawn anew, and as what."""
    jobs = [job.payload for job in database.jobs.pending() if job.name == "outcome"]
    return [(each["message"], each["state"]) for each in jobs]


def telling(database: Database) -> Counter[object]:
    """Which identities are told something, and how often."""
    return Counter(job.payload["identity"] for job in database.jobs.pending() if job.name == "tell")


async def newest(store: Store, who: Person) -> str:
    """Who did what somebody was told last."""
    return (await store.query(lambda work: work.notices.page(who.account)))[0].actor


async def test_an_attempt_is_found_in_whatever_state(store: Store, ada: Person) -> None:
    code = await issued(store, ada)
    assert len(code.attempt) == 12

    def find(work: Work) -> tuple[Offer | None, Offer | None]:
        return work.linking.find(code.attempt), work.linking.find("nobody's")

    found, missing = await store.query(find)
    assert (found is not None, missing) == (True, None)
    await store.mutate(lambda work: work.linking.void_of(ada.account))
    assert (await store.query(find))[0] is not None
    with pytest.raises(LinkRefused, match=r"^gone$"):
        await store.query(lambda work: work.linking.offer(999))


async def test_nobody_says_yes_to_themselves(store: Store, ada: Person) -> None:
    assert await says(store, ada, "agree", (await issued(store, ada)).attempt) == "gone"


async def test_who_came_today_enters_no_code(store: Store, vera: Person, mal: Person) -> None:
    other = await person(store, "Other")
    with pytest.raises(LinkRefused, match=r"^newcomer$"):
        await asked(store, other, mal)


async def test_its_messages_are_drawn_as_it_goes_on(
    store: Store, sqlite: Database, ada: Person, cleo: Person
) -> None:
    code = await issued(store, ada)
    await shown(store, ada, code.attempt, State.ISSUED, "7", "8")
    await store.mutate(lambda work: work.linking.redeem(identity_of(work, cleo), code.code))
    assert drawn(sqlite) == [("7", "asked"), ("8", "asked")]
    assert await says(store, cleo, "agree", code.attempt) == ""
    before = telling(sqlite)
    assert await says(store, ada, "agree", code.attempt, replaces="8") == ""
    assert drawn(sqlite)[2:] == [("7", "done")]  # the other has its last words
    assert telling(sqlite) - before == {cleo.identity: 1}  # who said yes is answered


@pytest.mark.parametrize("how", ["void", "expired", "left", "blocked"])
async def test_its_messages_say_how_it_ended(
    store: Store, sqlite: Database, ada: Person, cleo: Person, how: str
) -> None:
    offer = await asked(store, ada, cleo)
    await shown(store, ada, offer.public_id, State.ASKED, "7", "8")
    said, state = ["7", "8"], how
    match how:
        case "void":
            await store.mutate(lambda work: work.linking.void_of(ada.account))
        case "left":
            await store.mutate(lambda work: work.linking.leave(cleo.identity))
            state = "void"
        case "expired":
            sqlite.clock.advance(minutes=10)
            assert await store.mutate(lambda work: work.linking.expire()) == 0
            sqlite.clock.advance(seconds=1)
            assert await store.mutate(lambda work: work.linking.expire()) == 1
        case _:
            blocked = await store.mutate(
                lambda work: work.linking.block(
                    identity_of(work, ada), offer.public_id, replaces="8"
                )
            )
            assert blocked.public_id == offer.public_id
            said, state = ["7"], "denied"
    assert drawn(sqlite) == [(each, state) for each in said]


async def test_who_leaves_ends_nobody_else_s(
    store: Store, sqlite: Database, ada: Person, cleo: Person
) -> None:
    mine, hers = await issued(store, ada), await issued(store, cleo)
    await shown(store, ada, mine.attempt, State.ISSUED, "7")
    await shown(store, cleo, hers.attempt, State.ISSUED, "8")
    await store.mutate(lambda work: work.linking.leave(ada.identity))
    assert drawn(sqlite) == [("7", "void")]

    def found(work: Work) -> list[bool]:
        return [work.linking.find(each.attempt) is not None for each in (mine, hers)]

    assert await store.query(found) == [False, True]


async def test_who_is_blocked_enters_the_codes_of_others(
    store: Store, ada: Person, cleo: Person
) -> None:
    offer = await asked(store, ada, cleo)
    assert await says(store, ada, "block", offer.public_id) == ""
    with pytest.raises(CodeRefused):
        await asked(store, ada, cleo)
    assert (await asked(store, await person(store, "Ben"), cleo)).state is State.ASKED


async def test_the_second_yes_has_its_own_ten_minutes(
    store: Store, sqlite: Database, ada: Person, cleo: Person
) -> None:
    offer = await asked(store, ada, cleo)
    for who in (cleo, ada):
        sqlite.clock.advance(minutes=9, seconds=59)
        assert await says(store, who, "agree", offer.public_id) == ""


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("by", ["source", "target"])
async def test_who_knows_of_it_is_told_that_it_was_denied(
    store: Store, ada: Person, cleo: Person, agreed: bool, by: str
) -> None:
    offer = await asked(store, ada, cleo)
    if agreed:
        await says(store, cleo, "agree", offer.public_id)
    one, other = (ada, cleo) if by == "source" else (cleo, ada)
    before = await told(store, other)
    assert await says(store, one, "deny", offer.public_id) == ""
    knows = agreed or other is cleo  # the source is asked only once the target said yes
    assert await told(store, other) == before + ["system"] * knows
    if knows:
        assert await newest(store, other) == one.name


async def test_only_the_chat_that_issued_the_code_is_asked(
    store: Store, sqlite: Database, ada: Person, cleo: Person
) -> None:
    await settled(store, sqlite, ada, await person(store, "Ada", "slack", "T2"))
    offer, before = await asked(store, ada, cleo), telling(sqlite)
    await says(store, cleo, "agree", offer.public_id)
    assert telling(sqlite) - before == {ada.identity: 1}
    assert await newest(store, ada) == "Cleo"


async def test_what_ended_is_kept_for_a_day(
    store: Store, sqlite: Database, ada: Person, cleo: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: undo(work, identity_of(work, ada), done.link))
    await shown(store, ada, (await issued(store, ada)).attempt, State.ISSUED, "7")

    async def left() -> list[int]:
        await store.mutate(lambda work: work.linking.forget())
        return [await total(store, each) for each in ("link_attempt", "prompt", "link")]

    assert await left() == [1, 1, 1]
    sqlite.clock.advance(days=1)
    assert await left() == [1, 1, 1]
    sqlite.clock.advance(minutes=10)
    assert (await left())[0] == 1  # its code ended a day ago, to the second
    sqlite.clock.advance(seconds=1)
    assert await left() == [0, 0, 0]


async def test_of_no_tasks_none_are_moved(store: Store, ada: Person, cleo: Person) -> None:
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    for _ in range(2):
        assert await store.mutate(lambda w: move(w, identity_of(w, cleo), done.link)) == 0
