"""What this process knows for those who look after the service; and whether they ask people to
wait, which any process may have been told."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

from bot.files import bytes_of
from bot.settings import Settings
from bot.staff import named
from core import upkeep
from core.desk import Desk
from core.migrations import HEAD
from core.ports import Clock
from core.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks: how late a process may be in asking people to wait."""
VERSION = "0.1.0"
"""As pyproject.toml has it, which a container need not have; a test compares them."""


def desk_of(settings: Settings, clock: Clock) -> Desk:
    """As it is at the start; the rest is known once the parts are made."""
    return Desk(
        admins=named(settings.admins),
        version=f"{VERSION}, schema {HEAD}",
        since=clock.now(),
        database=partial(_database, settings.sqlite_file),
    )


def _database(file: Path | None) -> str:
    if file is None:
        return "PostgreSQL"
    taken = bytes_of(file)
    return f"SQLite, {taken['database'] / 2**20:.1f} MiB, {taken['free'] / 2**30:.1f} GiB free"


def notes(desk: Desk) -> list[str]:
    """What /readyz says besides, while the service works."""
    if desk.closed_since is None:
        return []
    since = f"{desk.closed_since:%Y-%m-%d %H:%M} UTC"
    return [f"maintenance since {since}: people are asked to wait, and what Polar says is kept"]


async def look(store: Store, desk: Desk) -> None:
    """Whether people are asked to wait. Raises `StoreAway`."""
    desk.closed_since = await store.query(upkeep.since)


async def look_for_ever(store: Store, desk: Desk) -> None:
    """Until cancelled. What was so stays so while it cannot be read, which is logged once."""
    read = True
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            await look(store, desk)
            read = True
        except Exception:
            if read:
                log.exception("whether people are asked to wait could not be read")
            read = False
