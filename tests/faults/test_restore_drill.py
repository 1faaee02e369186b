"""The drill of the operator's guide with 100,000 tasks, within a minute (B18)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.backup import backup
from bot.restoring import restore
from core import migrations
from tests.databases import Database, core_postgres, database
from tests.faults.test_migration_kills import fill, task
from tests.test_backup import QUIET, plain, settings_at, target, tools

__all__ = ["core_postgres", "database", "target", "tools"]
Figure = Callable[[str, object], None]
TASKS, WITHIN = 100_000, 60.0


def grown(url: str) -> None:
    with migrations.locked(url) as connection:
        account = fill(connection, "account", [{"public_id": "ada", "name": "Ada"}])
        chat = fill(connection, "chat", [{}])
        rows: list[dict[str, Any]] = [task(number, account, chat) for number in range(TASKS)]
        for first in range(0, TASKS, 5000):
            fill(connection, "task", rows[first : first + 5000])


@pytest.mark.faults
@pytest.mark.promise("B18", "F7")
@pytest.mark.usefixtures("tools")
async def test_a_drill_takes_less_than_a_minute(
    database: Database, target: str, tmp_path: Path, record_property: Figure
) -> None:
    await asyncio.to_thread(grown, database.url)
    began = time.monotonic()
    path = tmp_path / "saved"
    made = await asyncio.to_thread(backup, settings_at(plain(database.url)), path, QUIET)
    saved = time.monotonic()
    found = await asyncio.to_thread(restore, settings_at(plain(target)), path, QUIET)
    ended = time.monotonic()
    assert found.counts["tasks"] == TASKS
    record_property("backup s", round(saved - began, 1))
    record_property("restore s", round(ended - saved, 1))
    record_property("MB", round(made.size / 1e6))
    assert ended - began < WITHIN
