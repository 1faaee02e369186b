"""What has come due is told, round after round. Any number of processes may do it: each reminder is
claimed by one of them, with the notice that tells it in the same commit."""

from __future__ import annotations

import asyncio
import logging

from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between two looks: how late a reminder may be while nothing is wrong."""


async def remind(store: Store) -> int:
    """Tell all that has come due by now, in small transactions, so that others get their turn; how
    many reminders went. Raises `StoreAway`."""
    went = 0
    while await store.query(_is_waiting):
        # What another process holds is passed over, and is not ours to wait for.
        if not (fired := await store.mutate(_fire)):
            break
        went += fired
    return went


def _is_waiting(work: Work) -> bool:
    return work.reminders.waiting()


def _fire(work: Work) -> int:
    return work.reminders.fire()


async def remind_for_ever(store: Store) -> None:
    """At once and every `TICK` seconds, until cancelled."""
    while True:
        try:
            await remind(store)
        except StoreAway:
            log.warning("nobody was reminded: the database is away")
        except Exception:
            log.exception("reminders could not be told")
        await asyncio.sleep(TICK)
