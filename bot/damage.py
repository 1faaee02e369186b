"""Whether a SQLite file is whole, as far as it can tell by itself: its pages, and what leads from
one to another. What stands in a page may be altered all the same; backups have a digest for that.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.settings import SettingsError

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is looked through at each start; a larger one is by `fluxbot doctor`.
Measured with all cores busy: 54 MB take 0.3 to 0.5 s."""


def refuse_damaged(file: Path | None) -> None:
    """Raise `SettingsError` for a damaged file, and for one that cannot be read; nothing for one
    that is new, or large."""
    if file is None or not file.is_file() or not 0 < file.stat().st_size <= LARGEST:
        return
    try:
        damage = damage_of(file)
    except sqlite3.OperationalError as error:
        raise SettingsError([f"DATABASE_URL: {file} cannot be read: {error}"]) from None
    if damage:
        fix = "put it aside and restore a backup (docs/operating.md)"
        raise SettingsError([f"DATABASE_URL: {file} is damaged ({damage}); {fix}"])


def damage_of(file: Path) -> str:
    """What is wrong with it, in SQLite's words; empty where nothing is. Raises
    `sqlite3.OperationalError` for what is no damage: who may not read it, or somebody's lock."""
    try:
        with closing(sqlite3.connect(file, timeout=30.0)) as connection:
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        found = str(error)
    return "" if found == "ok" else found.replace("\n", " ")[:200]
