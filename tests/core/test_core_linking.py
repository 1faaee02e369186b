"""Two identities become one account only when both sides say yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from core import schema
from core.chat import Prompt, Sent
from core.codes import looks_like_code, normalise
from core.errors import CodeRefused, LinkRefused, NoSuchTask
from core.offer import Offer, State
from core.store import Store
from core.task import Ref
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joined, settled
from tests.core.people import Person, add, identity_of, meet, person, told
from tests.core.rows import total
from tests.databases import Database


async def issue(store: Store, who: Person) -> str:
    return await store.mutate(lambda work: work.linking.issue(identity_of(work, who)).code)


async def redeem(store: Store, who: Person, code: str) -> Offer:
    return await store.mutate(lambda work: work.linking.redeem(identity_of(work, who), code))


async def agree(store: Store, who: Person, offer: Offer) -> bool:
    act = lambda work: work.linking.agree(identity_of(work, who), offer.public_id)  # noqa: E731
    return (await store.mutate(act))[1] is not None


async def deny(store: Store, who: Person, offer: Offer) -> Offer:
    act = lambda work: work.linking.deny(identity_of(work, who), offer.public_id)  # noqa: E731
    return await store.mutate(act)


async def accounts(store: Store, *people: Person) -> list[int]:
    return [
        (await store.query(lambda work, w=who: identity_of(work, w))).account_id for who in people
    ]


@pytest.fixture
async def cleo(store: Store) -> Person:
    return await person(store, "Cleo", "slack", "T1")


async def test_what_a_chat_shows_ends_and_what_was_entered_goes_on(
    store: Store, ada: Person, cleo: Person
) -> None:
    def void(work: Work) -> bool:
        return work.linking.void_shown(identity_of(work, ada).id)

    assert not await store.mutate(void)
    code = await issue(store, ada)
    assert not await store.mutate(lambda work: work.linking.void_shown(identity_of(work, cleo).id))
    assert await store.mutate(void)
    with pytest.raises(CodeRefused):
        await redeem(store, cleo, code)
    offer = await redeem(store, cleo, await issue(store, ada))
    assert not await store.mutate(void)
    await agree(store, cleo, offer)
    assert await agree(store, ada, offer)


async def test_both_say_yes_and_are_one(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    task = await add(store, cleo, "Cleo's")
    offer = await redeem(store, cleo, await issue(store, ada))
    source, target = offer.source, offer.target
    assert (source.identity.name, source.account.name, source.tasks) == ("Ada", "Ada", 0)
    assert target is not None
    assert (target.identity.name, target.workspace, target.chats) == ("Cleo", "T1", 1)
    assert (target.open_tasks, target.tasks) == (1, 1)
    assert target.since == database.clock.at
    assert await agree(store, cleo, offer) is False
    assert await accounts(store, ada, cleo) == [ada.account, cleo.account]
    asked = [job for job in database.jobs.pending() if job.name == "tell"]
    assert [job.payload["identity"] for job in asked] == [ada.identity]
    assert await agree(store, ada, offer) is True
    assert await accounts(store, ada, cleo) == [ada.account] * 2
    ref = Ref(public_id=task.public_id)
    with pytest.raises(NoSuchTask):  # what Cleo had stays apart until she says more
        await store.query(lambda work: work.tasks.get(ada.actor, ref))
    assert await told(store, ada) == ["system"] * 3  # asked, connected, and offered to move


async def test_one_yes_joins_nobody(store: Store, ada: Person, cleo: Person) -> None:
    offer = await redeem(store, cleo, await issue(store, ada))
    with pytest.raises(LinkRefused):  # the redeemer goes first
        await agree(store, ada, offer)
    for _ in range(3):
        assert await agree(store, cleo, offer) is False
    assert await accounts(store, ada, cleo) == [ada.account, cleo.account]


@pytest.mark.parametrize("side", ["source", "target"])
async def test_one_no_ends_it(store: Store, ada: Person, cleo: Person, side: str) -> None:
    offer = await redeem(store, cleo, await issue(store, ada))
    await agree(store, cleo, offer)
    await deny(store, ada if side == "source" else cleo, offer)
    for who in (ada, cleo):
        with pytest.raises(LinkRefused):
            await agree(store, who, offer)
    other = cleo if side == "source" else ada
    assert (await told(store, other))[-1] == "system"
    assert await accounts(store, ada, cleo) == [ada.account, cleo.account]


async def test_nobody_else_agrees_or_denies(store: Store, ada: Person, cleo: Person) -> None:
    eve, other = await person(store, "Eve"), await person(store, "Ada", "slack", "T2")
    other = await joined(store, ada, other)  # Ada's own, but not the chat that issued the code
    offer = await redeem(store, cleo, await issue(store, ada))
    for who, why in ((eve, "gone"), (other, "other-chat")):
        for function in (agree, deny):
            with pytest.raises(LinkRefused) as refused:
                await function(store, who, offer)
            assert refused.value.reason == why
    await agree(store, cleo, offer)
    assert await agree(store, ada, offer)


async def test_a_code_is_for_one_use(store: Store, ada: Person, cleo: Person) -> None:
    code = await issue(store, ada)
    await redeem(store, cleo, code)
    for who in (cleo, await person(store, "Eve")):
        with pytest.raises(CodeRefused):
            await redeem(store, who, code)


async def test_a_code_is_read_as_it_is_typed(store: Store, ada: Person, cleo: Person) -> None:
    code = await issue(store, ada)
    assert len(code) == 14
    typed = f" {code.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")
    assert normalise(typed) == code.replace("-", "")
    assert looks_like_code(typed)
    assert not looks_like_code("buy milk")
    await redeem(store, cleo, typed)


async def test_a_code_ends_after_ten_minutes(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    code = await issue(store, ada)
    database.clock.advance(minutes=9, seconds=59)
    offer = await redeem(store, cleo, code)
    database.clock.advance(minutes=9, seconds=59)
    await agree(store, cleo, offer)
    database.clock.advance(minutes=10)
    with pytest.raises(LinkRefused):
        await agree(store, ada, offer)
    code = await issue(store, ada)
    database.clock.advance(minutes=10)
    with pytest.raises(CodeRefused):
        await redeem(store, cleo, code)


async def test_a_new_code_and_a_public_one_void_the_old(
    store: Store, ada: Person, cleo: Person
) -> None:
    first, second = await issue(store, ada), await issue(store, ada)
    assert not await store.mutate(lambda work: work.linking.void(first))
    assert await store.mutate(lambda work: work.linking.void(second.lower()))
    for code in (first, second, "0000-0000-0000"):
        with pytest.raises(CodeRefused):
            await redeem(store, cleo, code)


async def test_my_own_code_is_not_for_me(store: Store, ada: Person) -> None:
    other = await joined(store, ada, await person(store, "Ada", "slack", "T2"))
    code = await issue(store, ada)
    for who in (ada, other):
        with pytest.raises(LinkRefused) as refused:
            await redeem(store, who, code)
        assert refused.value.reason == "own-code"


def everything(work: Work) -> str:
    """All text of all tables."""
    tables = schema.metadata.sorted_tables
    rows = [str(tuple(row)) for table in tables for row in work.run(table.select())]
    rows += [str(tuple(row)) for row in work.run(text("SELECT * FROM memory_job"))]
    return "\n".join(rows)


async def test_a_code_is_nowhere_at_rest(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    code = await issue(store, ada)
    await redeem(store, cleo, code)
    bare, found = normalise(code), await store.query(everything)
    digest = await store.query(lambda work: work.ids.digest(bare))
    assert digest in found  # the search sees what is there
    held = [found.upper()]
    if not database.shared:
        files = Path(make_url(database.url).database or "").parent.glob("bot.db*")
        held += [each.read_bytes().decode("latin-1").upper() for each in files]
        assert any(digest.upper() in each for each in held[1:])
    for shown in (code, bare):
        assert not [each for each in held if shown in each]


async def test_leaving_keeps_the_rest(store: Store, database: Database, ada: Person) -> None:
    other = await joined(store, ada, await person(store, "Ada", "slack", "T1"))
    third = await joined(store, ada, await person(store, "Ada", "slack", "T2"))
    await add(store, ada)
    gone = await store.mutate(lambda work: unlink(work, ada.account, other.identity))
    assert gone.platform == "slack"
    left = await store.query(lambda work: work.accounts.identities(ada.account))
    assert [identity.id for identity in left] == [ada.identity, third.identity]
    assert [job.payload["chat"] for job in database.jobs.pending() if job.name == "farewell"] == [
        other.chat
    ]
    again = await store.mutate(lambda work: meet(work, other.sender))
    assert again.account not in {ada.account, third.account}
    assert (await store.query(lambda work: work.lists.stats(again.account))).total == 0


async def test_the_last_one_stays_and_a_foreign_one_is_not_there(
    store: Store, ada: Person, cleo: Person
) -> None:
    for identity, reason in ((ada.identity, "last"), (cleo.identity, "gone"), (999, "gone")):
        with pytest.raises(LinkRefused) as refused:
            await store.mutate(lambda work, i=identity: unlink(work, ada.account, i))
        assert refused.value.reason == reason


async def test_who_leaves_takes_no_card_and_no_offer_along(
    store: Store, database: Database, ada: Person
) -> None:
    from core.chat import Sent

    other = await settled(store, database, ada, await person(store, "Ada", "slack", "T1"))
    task = await add(store, ada)

    def draw(work: Work) -> Any:
        for chat in (ada.chat, other.chat):
            address = work.chats.by_id(chat).address
            work.cards.drawn(task.public_id, 1, chat, Sent(address, "7"))

    await store.mutate(draw)
    offer = await redeem(store, await person(store, "Cleo"), await issue(store, other))
    await store.mutate(lambda work: unlink(work, ada.account, other.identity))
    assert await store.query(lambda work: work.cards.find(task.id, other.chat)) is None
    assert await store.query(lambda work: work.cards.find(task.id, ada.chat)) is not None
    with pytest.raises(LinkRefused):
        await agree(store, ada, offer)


async def test_old_attempts_are_dropped_and_their_numbers_not_used_again(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    offer = await redeem(store, cleo, await issue(store, ada))
    await agree(store, cleo, offer)
    await deny(store, ada, offer)
    database.clock.advance(days=1, minutes=21)
    await store.mutate(lambda work: work.linking.forget())
    assert await total(store, "link_attempt") == 0
    with pytest.raises(LinkRefused):  # as a notice that was long on its way asks
        await store.query(lambda work: work.linking.offer(1))
    offer = await redeem(store, cleo, await issue(store, ada))
    await agree(store, cleo, offer)
    assert await told(store, ada) == ["system", "system"]  # asked both times


async def test_a_message_that_was_late_is_edited_all_the_same(
    store: Store, database: Database, ada: Person
) -> None:
    """The code was spent before the platform said which message shows it."""
    issued = await store.mutate(lambda work: work.linking.issue(identity_of(work, ada)))
    await store.mutate(lambda work: work.linking.void(issued.code))
    drawn = Prompt(issued.attempt, State.ISSUED)

    def sent(work: Work) -> int:
        chat = work.chats.by_id(identity_of(work, ada).chat_id)
        work.prompts.drawn(drawn, chat.id, Sent(chat.address, "7"))
        return chat.id

    chat = await store.mutate(sent)
    (job,) = [each for each in database.jobs.pending() if each.name == "outcome"]
    assert job.payload == {
        "attempt": issued.attempt,
        "message": "7",
        "state": "void",
        "chat": chat,
    }


async def test_a_message_that_the_answer_replaces_is_not_edited_twice(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    offer = await redeem(store, cleo, await issue(store, ada))

    def sent(work: Work) -> None:
        chat = work.chats.by_id(identity_of(work, cleo).chat_id)
        for message in ("8", "9"):
            drawn = Prompt(offer.public_id, State.ASKED)
            work.prompts.drawn(drawn, chat.id, Sent(chat.address, message))

    await store.mutate(sent)
    await store.mutate(
        lambda work: work.linking.deny(identity_of(work, cleo), offer.public_id, replaces="9")
    )
    edited = [job for job in database.jobs.pending() if job.name == "outcome"]
    assert [job.payload["message"] for job in edited] == ["8"]
    await store.mutate(sent)  # heard of again, or only now: its last words are not lost
    edited = [job for job in database.jobs.pending() if job.name == "outcome"]
    assert {job.payload["message"] for job in edited} == {"8"}


async def test_last_words_come_before_the_news_that_the_question_was_sent(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    """Somebody pressed before the platform's answer to the question was written down."""
    offer = await redeem(store, cleo, await issue(store, ada))
    await store.mutate(
        lambda work: work.linking.deny(identity_of(work, cleo), offer.public_id, replaces="9")
    )

    def sent(work: Work) -> None:
        chat = work.chats.by_id(identity_of(work, cleo).chat_id)
        drawn = Prompt(offer.public_id, State.ASKED)
        work.prompts.drawn(drawn, chat.id, Sent(chat.address, "9"))
        assert work.prompts.find(offer.public_id, chat.id, "9") is None

    await store.mutate(sent)
    assert not [job for job in database.jobs.pending() if job.name == "outcome"]
