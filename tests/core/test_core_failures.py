"""What is kept of a message on which our code broke."""

from __future__ import annotations

from core.chat import Unread
from tests.databases import Database


async def test_of_a_long_traceback_the_last_line_stays(database: Database) -> None:
    """It says what it was, and is what `fluxbot failed` shows."""
    store, error = database.open(), "  in a frame\n" * 1000 + "KeyError: 'id'"
    unread = Unread("telegram:1:5", "telegram", "{}")
    await store.mutate(lambda work: work.failures.keep(unread, error))
    (kept,) = await store.query(lambda work: work.failures.page())
    assert kept.error.endswith("\nKeyError: 'id'")
    assert len(kept.error) == 4000
