"""Each protection of installs taken away, to see that what it is for then happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, delete, update

from core import installs, schema, vault
from core.installs import Granted
from core.store import Store
from core.vault import Unopenable, Vault
from tests.databases import sqlite

__all__ = ["sqlite"]  # fixtures
KEY = Vault(b"k" * 40)
ONE, TWO = ("slack_install", "token", "", "T1"), ("slack_install", "token", "", "T2")


def test_without_its_place_a_swapped_token_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unopenable):
        KEY.open(KEY.seal("xoxb-1", ONE), TWO)
    monkeypatch.setattr(vault, "_bound", lambda _: b"")
    assert KEY.open(KEY.seal("xoxb-1", ONE), TWO) == "xoxb-1"


@pytest.fixture
def store(sqlite: object) -> Store:
    opened: Store = sqlite.open()  # type: ignore[attr-defined]  # tests.databases.Database
    return opened


async def test_without_the_cookie_a_lured_browser_installs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lured() -> bool:
        await store.mutate(lambda work: work.installs.begin("s", "attacker"))
        return await store.mutate(lambda work: work.installs.claim("s", "victim"))

    assert not await lured()
    _t = schema.install_state.c
    open_to_all = (
        delete(schema.install_state)
        .where(_t.state_hash == bindparam("state"))
        .returning(_t.state_hash)
    )
    monkeypatch.setattr(installs, "CLAIM", open_to_all)
    await store.mutate(lambda work: work.installs.claim("s", ""))
    assert await lured()


async def test_without_the_time_late_news_ends_a_new_install(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = Granted("T1", "", "U0BOT", "xoxb-1")
    one = await store.mutate(lambda work: work.installs.save(granted, KEY))
    before = one.installed_at - timedelta(seconds=1)
    assert not await store.mutate(lambda work: work.installs.revoke(one.id, "late", before))
    _s = schema.slack_install.c
    timeless = (
        update(schema.slack_install)
        .where(_s.id == bindparam("install"))
        .values(revoked_at=bindparam("now"), why=bindparam("reason"))
        .returning(_s.id)
    )
    monkeypatch.setattr(installs, "REVOKE", timeless)
    assert await store.mutate(lambda work: work.installs.revoke(one.id, "late", before))
