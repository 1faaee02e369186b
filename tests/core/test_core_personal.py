"""Every table has a decision, and the decision is what an export and forgetting do with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, select, update

from core import schema
from core.addresses import Address
from core.audit import Deed
from core.chat import Sent
from core.errors import NothingToUndo, RateLimited
from core.export import everything
from core.forgetting import forget, wipe_chats
from core.personal import DECISIONS, Personal
from core.personal import person as whole
from core.store import Store
from core.task import Ref
from core.work import Work
from tests.core.everything import PERSONAL, fill, mark, rows, says
from tests.core.people import GROUP, Person, add, complete, group, person
from tests.databases import Database

SECRETS = re.compile(r".*(_hash|token)")


def undecided(metadata: MetaData) -> set[str]:
    return set(metadata.tables) ^ set(DECISIONS)


def test_every_table_has_a_decision() -> None:
    assert undecided(schema.metadata) == set()
    grown = MetaData()
    for table in schema.metadata.sorted_tables:
        table.to_metadata(grown)
    Table("new", grown, Column("id", Integer, primary_key=True))
    assert undecided(grown) == {"new"}


def exported_secrets(metadata: MetaData) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if isinstance(decision := DECISIONS[table.name], Personal)
        for column in table.c
        if SECRETS.fullmatch(column.name) and column.name not in decision.hidden
    }


def test_no_secret_is_exported() -> None:
    assert exported_secrets(schema.metadata) == set()
    grown = MetaData()
    for table in schema.metadata.sorted_tables:
        table.to_metadata(grown)
    grown.tables["task"].append_column(Column("share_token", Integer))
    assert exported_secrets(grown) == {"task.share_token"}


@pytest.fixture
async def two(store: Store) -> tuple[Person, Person]:
    """Two people on Slack, each with a row in every table."""
    ada, ben = await person(store, "Ada", "slack", "T1"), await person(store, "Ben", "slack", "T1")
    for each in (ada, ben):
        await store.mutate(lambda work, who=each: fill(work, who))
    return ada, ben


async def test_an_export_has_all_of_ones_own_and_nothing_else(
    store: Store, two: tuple[Person, Person]
) -> None:
    ada, ben = two
    sheets = await store.query(lambda work: everything(work, ada.account, ada.identity))
    assert {each.name for each in sheets} == {each.name for each in PERSONAL}
    for each in sheets:
        assert len(each.rows) == 1, each
        assert not any(says(row, mark(ben)) or says(row, ben.sender.user_id) for row in each.rows)
        decision = DECISIONS[each.name]
        assert isinstance(decision, Personal)
        assert not decision.hidden & set(each.columns)


async def forgotten(store: Store, who: Person) -> None:
    chats = await store.mutate(lambda work: forget(work, who.account))
    await store.mutate(lambda work: wipe_chats(work, chats, work.now))


async def test_whoever_is_forgotten_is_in_no_row(store: Store, two: tuple[Person, Person]) -> None:
    ada, ben = two
    before = {each.name: await store.query(lambda work, t=each: rows(work, t)) for each in PERSONAL}
    assert all(any(says(row, mark(ada)) for row in before[name]) for name in ("task", "notice"))
    await forgotten(store, ada)
    for table in schema.metadata.sorted_tables:
        left = await store.query(lambda work, t=table: rows(work, t))
        assert not [row for row in left if says(row, mark(ada)) or says(row, ada.sender.user_id)]
        theirs = [row for row in before.get(table.name, []) if says(row, mark(ben))]
        # An answer that is kept for platforms that ask again may name anybody, so it goes.
        assert [
            row for row in left if says(row, mark(ben))
        ] == theirs or table.name == "message_key"
    who = await store.query(lambda work: whole(work, ada.account))
    assert who.identities == ()


async def test_the_record_still_holds(store: Store, two: tuple[Person, Person]) -> None:
    await forgotten(store, two[0])
    assert await store.query(lambda work: work.audit.broken()) is None
    kinds = [row.kind for row in await store.query(lambda work: rows(work, schema.audit))]
    assert kinds[-1] == Deed.FORGOTTEN


async def test_tasks_of_others_stay_without_the_name(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ben, "Coffee", assignee=ada.account)
    open_ = await add(store, ben, "Cake", assignee=ada.account)
    await complete(store, ada, task)
    assert "Ada" in await names_in_inbox(store, ben)
    await forgotten(store, ada)
    left = await store.query(lambda work: work.tasks.get(ben.actor, Ref(public_id=task.public_id)))
    assert (left.assignee, left.completed_by_name, left.status) == (None, "", "completed")
    left = await store.query(lambda work: work.tasks.get(ben.actor, Ref(public_id=open_.public_id)))
    assert left.assignee is None
    assert await names_in_inbox(store, ben) == {"", "Somebody"}


async def names_in_inbox(store: Store, who: Person) -> set[str]:
    page = await store.query(lambda work: work.notices.page(who.account, most=100))
    return {each.actor for each in page} | {""}


async def test_nobody_can_undo_a_task_back_to_them(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ben, "Coffee", assignee=ada.account)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.tasks.assign(ben.actor, ref, None))
    await forgotten(store, ada)
    left = await store.query(lambda work: rows(work, schema.change))
    assert [row.account_id for row in left] == [ben.account]  # that he made the task
    with pytest.raises(NothingToUndo):
        await store.mutate(lambda work: work.tasks.undo(ben.actor))


async def test_a_message_that_comes_again_is_still_known(
    store: Store, two: tuple[Person, Person]
) -> None:
    before = await store.query(lambda work: {row.key for row in rows(work, schema.message_key)})
    await forgotten(store, two[0])
    assert before == await store.query(
        lambda work: {row.key for row in rows(work, schema.message_key)}
    )


async def test_what_broke_is_kept_for_a_week_and_its_key_for_a_month(
    store: Store, database: Database, two: tuple[Person, Person]
) -> None:
    def left(work: Work) -> tuple[int, int]:
        work.failures.forget()
        work.inbox.forget()
        return len(rows(work, schema.failed_message)), len(rows(work, schema.message_key))

    for days, expected in ((7, (2, 2)), (1, (0, 2)), (22, (0, 2)), (1, (0, 0))):
        database.clock.advance(days=days)
        assert await store.mutate(left) == expected


async def test_who_writes_again_before_all_is_cleaned_up_keeps_the_new_life(store: Store) -> None:
    ada = await person(store, "Ada")
    chats = await store.mutate(lambda work: forget(work, ada.account))
    back = await store.mutate(lambda work: work.accounts.recognise(ada.sender))
    assert back[2]
    await store.mutate(lambda work: wipe_chats(work, chats, work.now))
    chat = await store.query(lambda work: work.chats.by_id(back[1].chat_id))
    assert (chat.chat, chat.gone) == (ada.sender.user_id, "")


async def test_what_was_on_its_way_meanwhile_names_nobody(store: Store) -> None:
    """A card of a task of Ben's reached Ada's chat while she was forgotten."""
    ada, ben = await person(store, "Ada", "slack", "T1"), await person(store, "Ben", "slack", "T1")
    task = await add(store, ben, "Coffee")
    where = await store.query(lambda work: work.chats.by_id(ada.chat).address)
    chats = await store.mutate(lambda work: forget(work, ada.account))
    sent = Sent(where, "17")
    await store.mutate(lambda work: work.cards.drawn(task.public_id, task.revision, ada.chat, sent))
    assert [row for row in await store.query(lambda work: rows(work, schema.card))
            if says(row, ada.sender.user_id)]  # fmt: skip
    await store.mutate(lambda work: wipe_chats(work, chats, work.now))
    left = await store.query(lambda work: rows(work, schema.card))
    assert not [row for row in left if says(row, ada.sender.user_id)]


async def test_nobody_is_forgotten_again_and_again(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    await forgotten(store, ada)
    again = await store.mutate(lambda work: work.accounts.recognise(ada.sender))
    with pytest.raises(RateLimited) as refused:
        await store.mutate(lambda work: forget(work, again[0].id))
    assert refused.value.wait == timedelta(hours=1)
    database.clock.advance(hours=1)
    await store.mutate(lambda work: forget(work, again[0].id))


async def test_what_they_left_in_other_accounts_goes_along(store: Store) -> None:
    """Her account was linked into another, and her tasks were left apart."""
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await add(store, office, "Left apart")
    identity = schema.identity.c
    moved = update(schema.identity).where(identity.id == office.identity)
    moved = moved.values(account_id=ada.account, home_id=office.account)
    await store.mutate(lambda work: work.run(moved) and None)
    sheets = await store.query(lambda work: everything(work, ada.account, ada.identity))
    assert "Left apart" in str([each.rows for each in sheets if each.name == "task"])
    await forgotten(store, ada)
    count = select(func.count()).select_from(schema.account)
    assert await store.query(lambda work: work.run(count).scalar_one()) == 0


async def test_an_account_that_somebody_uses_is_theirs(store: Store) -> None:
    """It was linked here, and has a chat of its own again."""
    ada, eve = await person(store, "Ada"), await person(store, "Eve")
    identity = schema.identity.c
    home = update(schema.identity).where(identity.id == ada.identity).values(home_id=eve.account)
    await store.mutate(lambda work: work.run(home) and None)
    assert (await store.query(lambda work: whole(work, ada.account))).accounts == (ada.account,)


async def test_cards_elsewhere_are_wiped(store: Store, database: Database) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    task = await add(store, ada, "Coffee")
    mine = Address("telegram", "", ada.sender.user_id, private=True)
    for where, row, message in ((GROUP, chat, "77"), (mine, ada.chat, "78")):
        sent, name = Sent(where, message), task.public_id
        await store.mutate(lambda w, s=sent, r=row, n=name: w.cards.drawn(n, 1, r, s))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    await store.mutate(lambda work: forget(work, ada.account))
    wiped = [each.payload for each in database.jobs.pending() if each.name == "wipe"]
    assert wiped == [{"message": "77", "chat": chat}]
