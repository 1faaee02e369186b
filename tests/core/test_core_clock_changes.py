"""Digests and quiet hours through every change of the clocks of two years, in every zone that has
one (`promises.md` B19)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.digests import Days, Rule
from core.quiet import Hours
from tests.core.test_core_reminders import transitions

WALLS = tuple(time(hour, minute) for hour in (0, 1, 2, 3, 22, 23) for minute in (0, 30))
STEP = timedelta(minutes=15)
_DAY = timedelta(days=1)


def is_at(found: datetime, wall: time, zone: ZoneInfo) -> bool:
    """Whether it is this time on the wall there, or one that this time was moved to by a gap."""
    local = found.astimezone(zone)
    days = (local.date(), local.date() - _DAY)
    said = [datetime.combine(day, wall, zone) for day in days]
    moved = [each for each in said if each.astimezone(UTC).astimezone(zone).time() != wall]
    return local.time() == wall or found in [each.astimezone(UTC) for each in moved]


def test_a_digest_comes_once_on_each_day() -> None:
    changes = transitions()
    assert len(changes) > 100
    for at, before, after in changes:
        zone = ZoneInfo(changes[at, before, after])
        for wall in WALLS:
            rule, moment = Rule(Days.DAILY, wall, zone.key), at - 2 * _DAY
            found = [moment := rule.next(moment) for _ in range(5)]
            assert all(is_at(each, wall, zone) for each in found), (zone.key, at, wall)
            apart = [later - sooner for sooner, later in pairwise(found)]
            assert all(abs(each - _DAY) <= timedelta(hours=2) for each in apart), (zone.key, at)


def test_quiet_hours_end_when_they_should() -> None:
    """Whatever is told inside them is told at their end, and nothing outside waits."""
    changes = transitions()
    for at, before, after in changes:
        zone = ZoneInfo(changes[at, before, after])
        for start, until in ((time(22), time(7)), (time(22), time(2, 30)), (time(1), time(3))):
            hours = Hours(start, until, zone.key)
            moment = at - timedelta(hours=14)
            while moment < at + timedelta(hours=14):
                check(hours, moment, zone)
                moment += STEP


def check(hours: Hours, moment: datetime, zone: ZoneInfo) -> None:
    end = hours.end(moment)
    if end is None:
        return
    assert moment < end <= moment + timedelta(hours=24), (zone.key, moment)
    assert hours.end(end) is None, (zone.key, moment)  # it does not wait again
    assert is_at(end, hours.until, zone), (zone.key, moment)
