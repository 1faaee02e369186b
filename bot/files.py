"""How much room a SQLite database takes, and how much is left."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def bytes_of(database: Path) -> Mapping[str, int]:
    """Of the file, of its log (0 while there is none), and free on its disk for us. Raises
    `OSError` for a file that is not there."""
    log = database.with_name(f"{database.name}-wal")
    disk = os.statvfs(database)
    return {
        "database": database.stat().st_size,
        "log": log.stat().st_size if log.exists() else 0,
        "free": disk.f_bavail * disk.f_frsize,
    }
