"""The same on PostgreSQL, in the roles of several processes' one."""

from __future__ import annotations

from pathlib import Path

from tests.databases import PostgresServer, core_postgres
from tests.pages_kit import logins_of, signing
from tests.ports import free_port
from tests.service_kit import ADA

__all__ = ["core_postgres"]  # a fixture


async def test_a_chat_is_connected(tmp_path: Path, core_postgres: PostgresServer) -> None:
    url = core_postgres.whole()
    async with signing(tmp_path, free_port(), database_url=url) as up:
        await up.town.say(ADA, await up.letters(up.browser(), await up.link_of(ADA)))
        await up.town.sees(ADA, "signing in as Ada Lovelace leads to this account")
        assert await logins_of(up, ADA) == ["Ada Lovelace"]
