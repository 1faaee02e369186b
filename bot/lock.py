"""One service for one SQLite file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import SettingsError


@contextmanager
def only_one(database: Path | None) -> Iterator[None]:
    """Hold the file's lock while the service runs; nothing to hold on PostgreSQL, where any number
    may run. The kernel lets go of it however the process ends.

    Raises `SettingsError` when another service has it."""
    if database is None:
        yield
        return
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(database.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                [
                    "DATABASE_URL: another fluxbot runs on this SQLite file; stop it, or set "
                    "another file, or PostgreSQL for several processes"
                ]
            ) from None
        yield
