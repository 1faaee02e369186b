"""What a phrase means now: days with their time on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.quickadd.clock import MIDNIGHT, PARTS, WAKING, Clock
from bot.quickadd.meant import Context
from bot.quickadd.when import Phrase
from core.task import Due
from core.zones import COUNTED, NOWHERE

_LATE = frozenset({"afternoon", "evening", "night"})
_AGAIN_TOMORROW = frozenset({"noon", "morning"})
"""Parts that, past for today and without a day, are tomorrow's; the others are today's still."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class When:
    """When something is due."""

    choices: tuple[Due, ...]
    """One, or two where it can be read in two ways."""
    moved: bool = False
    """Whether the time was past for today, so that it is tomorrow's."""


def resolve(said: Phrase, context: Context, lean: str = "") -> When:
    """The days and the time that a phrase means. `lean`: the part of the day in which what is to
    be done usually is, `morning` or `evening`, for an hour that could be of both."""
    day = said.day
    if day and day.instant:
        zone = COUNTED if context.zone == NOWHERE else context.zone
        return When((Due(day.instant.date(), day.instant.time(), zone),))
    days = day.choices if day else ()
    at_twelve = said.clock is not None and said.clock.rough and said.clock.time.hour == 12
    if said.part == "night" and at_twelve:
        return _midnight(days or (context.today,), context)
    if said.clock:
        another_day = bool(days) and days != (context.today,)
        to_24 = context.counts_to_24 or said.to_24 or bool(day and day.to_24)
        lean = lean or as_written(said.clock, another_day=another_day, to_24=to_24)
        return _timed(days, hours(said.part, said.clock, lean), context)
    if said.part == "midnight":
        return _midnight(days or (context.today,), context)
    if said.part:
        return _in_part(days, said.part, context)
    return When(tuple(Due(each, None, context.zone) for each in days))


def as_written(clock: Clock, *, another_day: bool, to_24: bool) -> str:
    """How `6:12` leans on another day where people count to 24."""
    return "morning" if clock.small and another_day and to_24 else ""


def hours(part: str, clock: Clock, lean: str = "") -> tuple[time, ...]:
    """What a clock can mean, earliest first."""
    at = clock.time
    part = part or ("" if clock.exact else lean)
    late = (part in _LATE and not clock.exact) or (clock.small and part != "morning")
    if late and at.hour < 12:
        return (at.replace(hour=at.hour + 12),)
    if part == "morning" or not clock.rough:
        return (at,)
    both = (at.hour % 12, at.hour % 12 + 12)
    return tuple(at.replace(hour=each) for each in both if each in WAKING) or (at,)


def _timed(days: tuple[date, ...], at: tuple[time, ...], context: Context) -> When:
    today, now = context.today, context.wall.time()
    ahead = next((each for each in at if each > now), None)
    if not days:
        if ahead is not None:
            return When((Due(today, ahead, context.zone),))
        return When((Due(today + _ONE_DAY, at[0], context.zone),), moved=True)
    if days == (today,):
        return When((Due(today, ahead or at[-1], context.zone),))
    return When(tuple(Due(each, at[0], context.zone) for each in days))


def _midnight(days: tuple[date, ...], context: Context) -> When:
    """The one that ends the day."""
    return When(tuple(Due(each + _ONE_DAY, MIDNIGHT, context.zone) for each in days))


def _in_part(days: tuple[date, ...], part: str, context: Context) -> When:
    """A part of today that is past leaves the rest of today."""
    at, today = PARTS[part], context.today
    if (days and days != (today,)) or context.wall.time() < at:
        return When(tuple(Due(each, at, context.zone) for each in days or (today,)))
    if not days and part in _AGAIN_TOMORROW:
        return When((Due(today + _ONE_DAY, at, context.zone),), moved=True)
    return When((Due(today, None, context.zone),))
