"""Who installed the app: found by workspace or organisation, revoked, and restored by installing
again; a state is claimed once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.installs import STATE_LIFE, Granted, Install
from core.store import Store
from core.vault import Unopenable, Vault
from core.work import Work
from tests.databases import Database

OLD, NEW = Vault(b"o" * 40), Vault(b"n" * 40, b"o" * 40)
CANARY = "xoxb-canary"


async def install(
    store: Store, team: str, enterprise: str = "", *, token: str = CANARY, vault: Vault = OLD
) -> Install:
    granted = Granted(team, enterprise, "U0BOT", token, name=f"Name of {team or enterprise}")
    return await store.mutate(lambda work: work.installs.save(granted, vault))


async def found(store: Store, team: str, enterprise: str = "") -> str:
    """The scope of the install that serves a workspace; empty for none."""
    one = await store.query(lambda work: work.installs.find(team, enterprise))
    return one.scope if one else ""


async def reaching(store: Store, scope: str) -> list[str]:
    return [each.scope for each in await store.query(lambda work: work.installs.reaching(scope))]


async def revoke(store: Store, one: Install, *, later: float = 0) -> bool:
    since = one.installed_at + timedelta(seconds=later)
    return await store.mutate(lambda work: work.installs.revoke(one.id, "app_uninstalled", since))


async def test_a_workspace_is_served_by_its_own_install_and_no_other(store: Store) -> None:
    await install(store, "T1")
    await install(store, "T2", "E1")
    assert await found(store, "T1") == await found(store, "T1", "E1") == "T1"
    assert await found(store, "T2", "E1") == "T2"
    assert await found(store, "T3", "E1") == "", "another workspace's token is not its own"
    assert await found(store, "", "E1") == "", "a workspace does not speak for its organisation"
    assert await found(store, "") == ""


async def test_an_organisation_serves_its_workspaces(store: Store) -> None:
    own = await install(store, "T1", "E1")
    await install(store, "", "E1")
    assert await found(store, "T1", "E1") == "T1"
    assert await found(store, "T2", "E1") == await found(store, "", "E1") == "E1"
    assert await found(store, "T2", "E2") == ""
    await revoke(store, own)
    assert await found(store, "T1", "E1") == await found(store, "T1") == "E1"


async def test_people_are_reached_by_whoever_may_know_them(store: Store) -> None:
    await install(store, "T1")
    for team in ("T2", "T3"):
        await install(store, team, "E1")
    assert await reaching(store, "T1") == ["T1"]
    assert await reaching(store, "E1") == ["T2", "T3"]
    assert await reaching(store, "T9") == [], "a stranger is nobody's to write to"
    await install(store, "", "E1")
    assert await reaching(store, "E1") == ["E1"]


async def test_revoked_is_not_found_and_its_token_is_gone(store: Store) -> None:
    one = await install(store, "T1")
    assert await revoke(store, one)
    assert not await revoke(store, one), "twice is once"
    assert await found(store, "T1") == ""
    [row] = await store.query(lambda work: work.installs.page())
    assert (row.token, row.why) == ("", "app_uninstalled")
    assert row.revoked_at is not None


async def test_installing_again_restores_and_old_news_does_not_end_it(database: Database) -> None:
    store = database.open()
    one = await install(store, "T1")
    await revoke(store, one)
    database.clock.advance(seconds=60)
    again = await install(store, "T1", token="xoxb-second")
    assert again.id == one.id
    assert OLD.open(again.token, again.place) == "xoxb-second"
    assert not await revoke(store, one, later=59), "it happened before the new install"
    assert await found(store, "T1") == "T1"
    assert await revoke(store, again)


async def test_installing_at_the_same_time_gives_one_row(database: Database) -> None:
    stores = [database.open() for _ in range(4)] if database.shared else [database.open()] * 4
    await asyncio.gather(*(install(each, "T1", token=f"xoxb-{n}") for n, each in enumerate(stores)))
    [row] = await stores[0].query(lambda work: work.installs.page())
    assert OLD.open(row.token, row.place).startswith("xoxb-")


async def test_rows_that_were_swapped_do_not_open(store: Store) -> None:
    one, two = await install(store, "T1"), await install(store, "T2", "E1")
    for mine, theirs in ((one, two), (two, one)):
        with pytest.raises(Unopenable, match=f"/{mine.team} does not open"):
            OLD.open(theirs.token, mine.place)


async def test_all_rows_are_sealed_again_by_the_new_key(store: Store) -> None:
    for number in range(7):
        await install(store, f"T{number}", token=f"xoxb-{number}")
    await revoke(store, await install(store, "T9"))
    page = await store.query(lambda work: work.installs.page())
    assert await store.mutate(lambda work: work.installs.seal_again(page, NEW)) == 7
    page = await store.query(lambda work: work.installs.page())
    assert await store.mutate(lambda work: work.installs.seal_again(page, NEW)) == 0
    only_new = Vault(b"n" * 40)
    opened = [only_new.open(each.token, each.place) for each in page if each.token]
    assert opened == [f"xoxb-{number}" for number in range(7)]


async def test_what_was_installed_meanwhile_is_not_overwritten(store: Store) -> None:
    stale = await install(store, "T1", token="xoxb-before")
    await install(store, "T1", token="xoxb-after")
    assert await store.mutate(lambda work: work.installs.seal_again([stale], NEW)) == 0
    [row] = await store.query(lambda work: work.installs.page())
    assert NEW.open(row.token, row.place) == "xoxb-after"


async def test_a_state_is_claimed_once_by_its_browser(database: Database) -> None:
    store = database.open()
    await store.mutate(lambda work: work.installs.begin("s" * 64, "b" * 64))
    assert not await store.mutate(lambda work: work.installs.claim("s" * 64, "x" * 64))
    assert not await store.mutate(lambda work: work.installs.claim("x" * 64, "b" * 64))
    stores = [database.open() for _ in range(6)] if database.shared else [store] * 6
    claims = await asyncio.gather(
        *(each.mutate(lambda work: work.installs.claim("s" * 64, "b" * 64)) for each in stores)
    )
    assert sorted(claims) == [False] * 5 + [True]


async def test_a_state_is_good_for_ten_minutes(database: Database) -> None:
    store = database.open()
    await store.mutate(lambda work: work.installs.begin("s" * 64, "b" * 64))
    database.clock.advance(seconds=STATE_LIFE.total_seconds())
    assert not await store.mutate(lambda work: work.installs.claim("s" * 64, "b" * 64))
    database.clock.advance(seconds=1)
    await store.mutate(lambda work: work.installs.forget())
    await store.mutate(lambda work: work.installs.begin("s" * 64, "b" * 64))


async def test_people_read_the_name_of_a_workspace_where_it_is_known(store: Store) -> None:
    await install(store, "T1")
    scopes = ("T1", "T2", "T3", "")

    def places(work: Work) -> list[str]:
        return [work.installs.place(each) for each in scopes]

    assert await store.query(places) == ["Name of T1", "T2", "T3", ""]

    def learned(work: Work) -> None:  # by the fixed token, as `adapters.slack.installs` does
        work.own.team, work.own.name = "T2", "Acme"

    await store.query(learned)
    assert await store.query(places) == ["Name of T1", "Acme", "T3", ""]
