"""What has come due is told, round after round: reminders, digests, and what waited for the end of
quiet hours; chats are disconnected for which it was asked (`core/partings.py`), and groups hear of
those who left them (`core/leaving.py`). Any number of processes may do it: each row is claimed by
one of them, with the job that tells it in the same commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial

from core import backlog, leaving
from core.carrying_out import any_due, carry_out
from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between two looks: how late a reminder may be while nothing is wrong."""
BREATH = 0.01
"""Seconds between two parts, about as long as a part takes: on SQLite others wait for the one lock,
and those of other connections sleep between two looks at it."""
Late = Callable[[int], None]
"""Told how many reminders were late."""


async def remind(store: Store, late: Late = lambda count: None) -> int:
    """Tell all that has come due by now, in small transactions, so that others get their turn; how
    much went. Raises `StoreAway`."""
    went = 0
    while is_due := await store.query(_what_is_due):
        fired = [await _part(store, each) for each in is_due]
        # What another process holds is passed over, and is not ours to wait for.
        if not any(count for count, _ in fired):
            break
        went += sum(count for count, _ in fired)
        late(sum(count for _, count in fired))
    return went


async def _part(store: Store, what: What) -> tuple[int, int]:
    """Whatever is wrong with one kind holds up no other."""
    try:
        fired = await store.mutate(_FIRE[what])
    except StoreAway:
        raise
    except Exception:
        log.exception("of what has come due, none could be told: %s", what)
        fired = (0, 0)
    await asyncio.sleep(BREATH)
    return fired


class What(StrEnum):
    """What comes at its time."""

    REMINDER = "reminder"
    HELD = "held"
    DIGEST = "digest"
    GROUP = "group"
    GROUP_TASKS = "group tasks"
    PARTING = "parting"
    LEAVING = "leaving"


def _what_is_due(work: Work) -> list[What]:
    waits: Mapping[What, Callable[[], object]] = {
        What.REMINDER: work.reminders.waiting,
        What.HELD: work.held.waiting,
        What.DIGEST: work.digests.waiting,
        What.GROUP: work.group_digests.waiting,
        What.GROUP_TASKS: work.group_presets.waiting,
        What.PARTING: partial(any_due, work),
        What.LEAVING: partial(leaving.waiting, work),
    }
    return [each for each, waiting in waits.items() if waiting()]


def _tell_reminders(work: Work) -> tuple[int, int]:
    told = work.reminders.fire()
    return len(told), backlog.late(work, told)


_FIRE: Mapping[What, Callable[[Work], tuple[int, int]]] = {
    What.REMINDER: _tell_reminders,
    What.HELD: lambda work: (work.held.release(), 0),
    What.DIGEST: lambda work: (work.digests.fire(), 0),
    What.GROUP: lambda work: (work.group_digests.fire(), 0),
    What.GROUP_TASKS: lambda work: (work.group_presets.fire(), 0),
    What.PARTING: lambda work: (int(carry_out(work)), 0),
    What.LEAVING: lambda work: (leaving.fire(work), 0),
}
"""How many went, and how many of these were late."""


async def remind_for_ever(store: Store, late: Late) -> None:
    """At once and every `TICK` seconds, until cancelled."""
    while True:
        try:
            await remind(store, late)
        except StoreAway:
            log.warning("nobody was reminded: the database is away")
        except Exception:
            log.exception("reminders could not be told")
        await asyncio.sleep(TICK)
