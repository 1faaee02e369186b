"""A workspace that uninstalls: its chats are lost and its people's other chats are told, once,
whatever comes in which order; installing again restores; after 30 days it is forgotten."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.departing import drop_part
from bot.installs import InstallBook
from core import schema
from core.addresses import Address
from core.departed import KEEP
from core.events import Announced
from core.installs import UNINSTALLED, Granted, Install
from core.nagging import set_nag
from core.reaching import PAGE, lose, lose_page
from core.store import Store
from core.task import Ref
from core.vault import Vault
from core.work import Work
from tests.core.people import Person, add, person, told
from tests.databases import Database

VAULT = Vault(b"k" * 40)


async def install(store: Store, team: str = "T1", enterprise: str = "") -> Install:
    granted = Granted(team, enterprise, "U0BOT", "xoxb-made-up", name="Acme")
    await InstallBook(store, VAULT).save(granted)
    found = await store.query(lambda work: work.installs.named(team, enterprise))
    assert found is not None
    return found


async def join(store: Store, *people: Person) -> None:
    """They are one person, however that came about."""
    ids = [each.identity for each in people]
    one = (
        update(schema.identity)
        .where(schema.identity.c.id.in_(ids))
        .values(account_id=people[0].account)
    )
    await store.mutate(lambda work: work.run(one))


async def jobs(database: Database, store: Store) -> list[str]:
    """Run what is put for the workspace; the names of all jobs that were run."""
    names: list[str] = []

    async def note(name: str) -> None:
        names.append(name)

    async def left(payload: dict[str, str]) -> None:
        await note("left")
        await store.mutate(lambda work: lose_page(work, payload))

    async def other(_: object) -> None:
        await note("other")

    runners = {"left": left} | dict.fromkeys(("tell", "forget", "farewell", "reply"), other)
    await database.jobs.start(runners)  # type: ignore[arg-type]  # payloads of text alone
    await database.jobs.drain()
    return names


async def gone(store: Store, who: Person) -> str:
    return (await store.query(lambda work: work.chats.by_id(who.chat))).gone


async def end(store: Store, one: Install, database: Database, team: str = "T1") -> None:
    at = database.clock.advance(seconds=10)
    await InstallBook(store, VAULT).ended(team, one.enterprise, "app_uninstalled", at)


async def test_the_people_of_a_workspace_are_lost_and_others_are_not(database: Database) -> None:
    store = database.open()
    one = await install(store)
    here, there = await person(store, "Ada", "slack", "T1"), await person(store, "B", "slack", "T2")
    channel = Address("slack", "T1", "C1", private=False)
    await store.mutate(lambda work: work.chats.get(channel))
    await end(store, one, database)
    await jobs(database, store)
    assert (await gone(store, here), await gone(store, there)) == (UNINSTALLED, "")
    assert (await store.query(lambda work: work.chats.get(channel))).gone == UNINSTALLED


@pytest.mark.parametrize("order", list(itertools.permutations(("event", "event", "refused"))))
async def test_in_any_order_and_twice_it_is_told_once(
    database: Database, order: tuple[str, ...]
) -> None:
    store = database.open()
    one = await install(store)
    tg, sl = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await join(store, tg, sl)
    for each in order:
        if each == "event":
            await end(store, one, database)
        else:  # a send found it out: the courier notes the chat, the adapter the install
            await InstallBook(store, VAULT).refused(one, "account_inactive")
            await store.mutate(lambda work: lose(work, work.chats.by_id(sl.chat), UNINSTALLED))
        await jobs(database, store)
    assert (await told(store, tg)).count("system") == 1
    assert await gone(store, sl) == UNINSTALLED


async def test_installing_again_restores_links_and_tasks(database: Database) -> None:
    store = database.open()
    one = await install(store)
    tg, sl = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await join(store, tg, sl)
    await end(store, one, database)
    await jobs(database, store)
    again = await install(store)
    assert again.id == one.id
    assert await gone(store, sl) == ""
    mine = await store.query(lambda work: work.accounts.identities(tg.account))
    assert {each.id for each in mine} == {tg.identity, sl.identity}
    told_now = await store.mutate(lambda work: work.notices.announce(Announced("a", "news")))
    assert told_now[0] >= 1


async def test_what_nagged_there_begins_again(database: Database) -> None:
    store, clock = database.open(), database.clock
    one = await install(store)
    sl = await person(store, "Ada", "slack", "T1")
    task = await add(store, sl)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: set_nag(work, sl.actor, ref, 30))
    await end(store, one, database)
    await jobs(database, store)
    clock.advance(hours=1)
    assert len(await store.mutate(lambda work: work.reminders.fire())) == 1
    clock.advance(hours=1)
    assert await store.mutate(lambda work: work.reminders.fire()) == []
    assert "task_due" not in await told(store, sl)
    await install(store)
    clock.advance(minutes=30)
    assert len(await store.mutate(lambda work: work.reminders.fire())) == 1
    assert "task_due" in await told(store, sl)


async def test_installed_again_before_the_jobs_ran_nothing_is_lost(database: Database) -> None:
    store = database.open()
    one = await install(store)
    sl = await person(store, "Ada", "slack", "T1")
    await end(store, one, database)
    await install(store)
    await jobs(database, store)
    assert await gone(store, sl) == ""


async def test_a_large_workspace_goes_in_parts(sqlite: Database) -> None:
    store = sqlite.open()
    one = await install(store)

    def crowd(work: Work) -> None:
        for number in range(2 * PAGE + 5):
            work.chats.get(Address("slack", "T1", f"C{number}", private=False))

    await store.mutate(crowd)
    await end(store, one, sqlite)
    assert (await jobs(sqlite, store)).count("left") == 3
    last = Address("slack", "T1", f"C{2 * PAGE + 4}", private=False)
    assert (await store.query(lambda work: work.chats.get(last))).gone


async def test_an_organisation_keeps_what_another_workspace_of_it_reaches(
    database: Database,
) -> None:
    store = database.open()
    one, two = await install(store, "T1", "E1"), await install(store, "T2", "E1")
    sl = await person(store, "Ada", "slack", "E1")
    await end(store, one, database)
    await jobs(database, store)
    assert await gone(store, sl) == ""
    await end(store, two, database, "T2")
    await jobs(database, store)
    assert await gone(store, sl) == UNINSTALLED


async def drop(store: Store) -> None:
    while await store.mutate(drop_part):
        pass


async def test_after_thirty_days_it_is_forgotten_and_not_before(database: Database) -> None:
    store = database.open()
    one = await install(store)
    alone = await person(store, "Ben", "slack", "T1")
    tg, sl = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await join(store, tg, sl)
    task = await add(store, tg, "Mine to keep")
    await add(store, alone, "Mine alone")
    await end(store, one, database)
    await jobs(database, store)
    database.clock.advance(seconds=KEEP.total_seconds())
    await drop(store)
    assert await store.query(lambda work: work.accounts.identity(alone.identity)), "a day too early"
    database.clock.advance(seconds=1)
    await drop(store)
    assert await store.query(lambda work: work.accounts.identity(alone.identity)) is None
    assert not await store.query(lambda work: work.installs.page())
    mine = await store.query(lambda work: work.accounts.identities(tg.account))
    assert [each.id for each in mine] == [tg.identity]
    kept = await store.query(lambda work: work.tasks.for_account(tg.account, task.id))
    assert kept is not None
    await drop(store)  # again changes nothing


async def test_what_was_restored_in_time_is_kept(database: Database) -> None:
    store = database.open()
    one = await install(store)
    alone = await person(store, "Ben", "slack", "T1")
    await end(store, one, database)
    database.clock.advance(seconds=(KEEP - timedelta(days=1)).total_seconds())
    await install(store)
    database.clock.advance(seconds=KEEP.total_seconds())
    await drop(store)
    assert await store.query(lambda work: work.accounts.identity(alone.identity))
    assert len(await store.query(lambda work: work.installs.page())) == 1


async def test_a_blocked_chat_is_told_elsewhere_once_and_comes_back(store: Store) -> None:
    tg, sl = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await join(store, tg, sl)

    def blocked(work: Work) -> None:
        lose(work, work.chats.by_id(tg.chat), "Forbidden: bot was blocked by the user")

    for _ in range(2):
        await store.mutate(blocked)
    assert (await told(store, tg)).count("system") == 1
    where = Address("telegram", "", tg.sender.user_id, private=True)
    await store.mutate(lambda work: work.chats.heard_from(where))
    assert await gone(store, tg) == ""


async def test_whoever_has_no_other_chat_is_told_nothing(store: Store) -> None:
    tg = await person(store, "Ada")
    await store.mutate(lambda work: lose(work, work.chats.by_id(tg.chat), "blocked"))
    assert "system" not in await told(store, tg)
