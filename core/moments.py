"""When a reminder comes: a time on somebody's wall, and the instant that it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.task import NEVER, Due

MORNING = time(9, 0)
"""When the reminder of a day without a time comes, on its wall."""
_DAY = 24 * 60
"""Minutes."""


class Why(StrEnum):
    """What a reminder comes from; one of each for a person and a task."""

    DUE = "due"
    OFFSET = "offset"
    SNOOZE = "snooze"
    NAG = "nag"
    OFFER = "offer"
    """Nobody answered: told to the owner, as something else (`core.reminders.Reminders.expect`)."""
    LEFT = "left"
    """They left the group of the task, which is told then, as something else (`core.leaving`)."""


NOT_OF_DATES = (Why.OFFER, Why.LEFT)
"""What has nothing to do with when a task is due, and is no reminder to whoever does it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on a wall, with the instant that it means."""

    wall: datetime
    zone: str
    at: datetime

    @classmethod
    def of(cls, at: datetime, zone: str) -> Moment:
        return cls(at.astimezone(ZoneInfo(zone)), zone, at)


def moment(due: Due, before: int) -> Moment:
    """So many minutes before something is due. Whole days are the calendar's, and keep the time on
    the wall; less is what a clock counts. A time that the clocks skip is moved on by the gap, one
    that comes twice is the first (`core.task.Due`)."""
    timed = due if due.time else replace(due, time=MORNING)
    days, minutes = divmod(before, _DAY)
    if minutes:
        return Moment.of(timed.instant - timedelta(minutes=before), due.zone)
    return Moment.of(replace(timed, on=due.on - timedelta(days=days)).instant, due.zone)


def elsewhere(found: tuple[Why, Moment] | None) -> datetime | None:
    """When a reminder comes that does not come when its task is due."""
    return found[1].at if found is not None and found[0] is not Why.DUE else None


def coming(
    due: Due | None, remind: int | None, now: datetime, nag: int | None = None
) -> tuple[Why, Moment] | None:
    """The reminder of a task that is due then; one that would have been in the past is when it is
    due, and where that has passed, too, the next that nags. None where there is none to come."""
    if due is not None and due.instant > now and remind != NEVER:
        if remind and (early := moment(due, remind)).at > now:
            return Why.OFFSET, early
        if (on_time := moment(due, 0)).at > now:
            return Why.DUE, on_time
    if nag is None or (due is not None and moment(due, 0).at > now):
        return None
    return Why.NAG, again(due, nag, now)


def again(due: Due | None, nag: int, now: datetime) -> Moment:
    """When to remind again of what is not done yet: minutes are what a clock counts."""
    return Moment.of(now + timedelta(minutes=nag), due.zone if due else "UTC")
