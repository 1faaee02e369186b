"""Whoever writes as the group is told why nothing happens, as often as helps."""

from __future__ import annotations

from dataclasses import replace

from bot.masks import Masks
from core.limits import MASKED
from tests.bot.talking import GROUP
from tests.databases import Database, core_postgres, database

__all__ = ["core_postgres", "database"]  # fixtures


async def test_a_group_is_told_a_few_times_a_minute_at_the_most(database: Database) -> None:
    store = database.open()
    masks, other = Masks(store), replace(GROUP, chat="-6")
    for number in range(MASKED.times + 3):
        await masks.said(GROUP, "settings", f"k{number}")
    await masks.said(other, "settings", "of another group")
    chats = [each.payload["chat"] for each in database.jobs.pending()]
    assert sorted(chats.count(each) for each in set(chats)) == [1, MASKED.times]
    database.clock.at += MASKED.per
    for _ in range(2):  # Telegram says it again
        await masks.said(GROUP, "settings", "later")
    assert len(database.jobs.pending()) == MASKED.times + 2
