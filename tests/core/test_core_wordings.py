"""The words of messages that said tasks: kept as long as people can edit them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from core import forgetting, schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.purge import purge
from core.sources import KEEP_WORDS, Made, Way
from core.store import Store
from core.task import Ref
from core.undo import UNDO_FOR
from core.work import Work
from tests.core.people import Person, add, person
from tests.databases import Database


async def keep(store: Store, who: Person, message: str, way: Way, *texts: str) -> None:
    tasks = [(await add(store, who, text)).id for text in texts]

    def kept(work: Work) -> None:
        for place, text in enumerate(texts):
            where = (who.account, who.chat, message)
            work.sources.keep(*where, tasks[place], way, place=place, text=text)

    await store.mutate(kept)


async def made(store: Store, who: Person, message: str) -> list[Made]:
    return await store.query(lambda work: work.sources.of(who.account, who.chat, message))


async def test_the_lines_of_a_message_are_kept_with_their_words(store: Store) -> None:
    ada = await person(store, "Ada")
    await keep(store, ada, "7", Way.TYPED, "Milk", "Bread")
    found = await made(store, ada, "7")
    assert [each.text for each in found] == ["Milk", "Bread"]
    assert [each.way for each in found] == [Way.TYPED, Way.TYPED]
    assert await made(store, ada, "8") == []
    ben = await person(store, "Ben")
    assert await made(store, ben, "7") == []


async def test_a_message_is_kept_anew_after_an_edit(store: Store) -> None:
    ada = await person(store, "Ada")
    await keep(store, ada, "7", Way.TYPED, "Milk", "Bread")
    await store.mutate(lambda work: work.sources.drop(ada.account, ada.chat, "7"))
    await keep(store, ada, "7", Way.TYPED, "Oat milk")
    assert [each.text for each in await made(store, ada, "7")] == ["Oat milk"]


async def test_words_that_nobody_can_edit_any_more_are_dropped(store: Store) -> None:
    ada = await person(store, "Ada")
    await keep(store, ada, "7", Way.TYPED, "Milk")
    await keep(store, ada, "8", Way.TYPED, "Bread")
    await keep(store, ada, "9", Way.SHORTCUT, "Tea")

    def age(work: Work) -> None:
        work.run(
            update(schema.source)
            .where(schema.source.c.message.in_(("7", "9")))
            .values(made_at=work.now - 2 * KEEP_WORDS)
        )

    await store.mutate(age)
    await store.mutate(lambda work: work.sources.forget())
    assert [await made(store, ada, each) != [] for each in ("7", "8", "9")] == [False, True, True]


async def test_of_a_task_that_is_gone_for_good_only_the_place_is_kept(
    store: Store, database: Database
) -> None:
    ada = await person(store, "Ada")
    await keep(store, ada, "7", Way.TYPED, "Milk", "Bread")
    await keep(store, ada, "8", Way.SHORTCUT, "Tea")
    gone = [(await made(store, ada, each))[0].task for each in ("7", "8")]

    def lines(work: Work) -> list[tuple[str, bool]]:
        return [(each.text, each.gone) for each in work.sources.lines(ada.account, ada.chat, "7")]

    def delete(work: Work) -> None:
        for each in gone:
            work.tasks.delete(ada.actor, Ref(public_id=each))

    await store.mutate(delete)
    assert await store.query(lines) == [("Milk", True), ("Bread", False)]
    database.clock.advance(seconds=3 * UNDO_FOR.total_seconds())
    await store.mutate(purge)
    assert await store.query(lines) == [("", True), ("Bread", False)]
    kept = await store.query(lambda work: work.run(select(schema.source.c.message)).all())
    assert [row.message for row in kept] == ["7", "7"]
    assert [each.text for each in await made(store, ada, "7")] == ["Bread"]


HER = "quokka77"


async def met(store: Store) -> tuple[Person, Person]:
    """Her, and Ben, who gives her tasks."""
    handle = Sender("telegram", "", "987654", "Zanzi Bar", HER)

    def meet(work: Work) -> Person:
        account, identity, _ = work.accounts.recognise(handle)
        return Person(account.id, identity.id, identity.chat_id, account.name, handle)

    return await store.mutate(meet), await person(store, "Ben")


async def kept_of(store: Store, ben: Person) -> str:
    """What is kept of what Ben wrote."""

    def read(work: Work) -> str:
        words = [each.text for each in work.sources.lines(ben.account, ben.chat, "7")]
        draft = work.drafts.of(ben.identity, "edit t:1")
        asked = work.questions.open(ben.identity, ben.chat)
        failed = len(work.run(select(schema.failed_message.c.key)).all())
        return f"{words} {draft} {asked} {work.wishes.take(ben.identity)} {failed}"

    return await store.mutate(read)


async def wrote(store: Store, her: Person, ben: Person, *lines: str) -> None:
    await keep(store, ben, "7", Way.TYPED, *lines)
    answers, people = {"assignee": "@x"}, {"@x": her.sender}
    home = Address("telegram", "", "1", private=True)
    wish = Inbound("k", Kind.TEXT, ben.sender, home, f"Tea @{HER}", people=people)

    def wait(work: Work) -> None:
        work.drafts.keep(ben.identity, "edit t:1", answers, people)
        work.wishes.keep(ben.identity, wish)
        work.failures.keep(replace(wish, line=f"Tea @{HER.title()}", people={}), "broke")
        work.questions.ask(ben.identity, ben.chat, f"add Tea @{HER}", "due")

    await store.mutate(wait)


async def forgets(store: Store, her: Person) -> None:
    await store.mutate(lambda work: forgetting.forget(work, her.account))


@pytest.mark.parametrize("called", [f"@{HER}", "@Quokka77", "@Zanzi_Bar", "<@987654>"])
async def test_the_words_of_others_do_not_name_whoever_is_forgotten(
    store: Store, called: str
) -> None:
    her, ben = await met(store)
    await wrote(store, her, ben, "Milk", f"Coffee {called}")
    await forgets(store, her)
    # All lines of it: of the others alone nobody could tell which is which.
    assert await kept_of(store, ben) == "['', ''] None None None 0"
    assert len(await made(store, ben, "7")) == 2


async def test_nor_are_those_kept_that_said_what_was_theirs_to_do(store: Store) -> None:
    her, ben = await met(store)
    await keep(store, ben, "7", Way.TYPED, "Coffee for the one with the parrot")
    await keep(store, ben, "8", Way.TYPED, "Milk")
    [task] = await made(store, ben, "7")
    ref = Ref(public_id=task.task)
    give = {"assignee": her.account}
    await store.mutate(lambda work: work.tasks.update(ben.actor, ref, give))
    await forgets(store, her)
    assert [each.text for each in await made(store, ben, "7")] == [""]
    assert [each.text for each in await made(store, ben, "8")] == ["Milk"]


async def test_the_control_without_it_they_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "forget_wordings", lambda *_: None)
    her, ben = await met(store)
    await wrote(store, her, ben, f"Coffee @{HER}")
    await forgets(store, her)
    kept = await kept_of(store, ben)
    assert kept.count(HER) == 5
    assert "None None" not in kept
    assert kept.endswith(" 0")  # that is done by what reads failed messages


async def test_what_names_nobody_waits_on(store: Store) -> None:
    her, ben = await met(store)
    answers = {"title": f"Tea for {HER} and 987"}
    await store.mutate(lambda work: work.drafts.keep(ben.identity, "edit t:1", answers))
    await forgets(store, her)
    assert HER in await kept_of(store, ben)
