"""What has come due is told, round after round: reminders, digests, and what waited for the end of
quiet hours. Any number of processes may do it: each row is claimed by one of them, with the job
that tells it in the same commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from enum import StrEnum

from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between two looks: how late a reminder may be while nothing is wrong."""


async def remind(store: Store) -> int:
    """Tell all that has come due by now, in small transactions, so that others get their turn; how
    much went. Raises `StoreAway`."""
    went = 0
    while is_due := await store.query(_what_is_due):
        fired = [await store.mutate(_FIRE[each]) for each in is_due]
        # What another process holds is passed over, and is not ours to wait for.
        if not any(fired):
            break
        went += sum(fired)
    return went


class What(StrEnum):
    """What comes at its time."""

    REMINDER = "reminder"
    HELD = "held"
    DIGEST = "digest"
    GROUP = "group"


def _what_is_due(work: Work) -> list[What]:
    waits = {
        What.REMINDER: work.reminders.waiting,
        What.HELD: work.held.waiting,
        What.DIGEST: work.digests.waiting,
        What.GROUP: work.group_digests.waiting,
    }
    return [each for each, waiting in waits.items() if waiting()]


_FIRE: Mapping[What, Callable[[Work], int]] = {
    What.REMINDER: lambda work: work.reminders.fire(),
    What.HELD: lambda work: work.held.release(),
    What.DIGEST: lambda work: work.digests.fire(),
    What.GROUP: lambda work: work.group_digests.fire(),
}


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
