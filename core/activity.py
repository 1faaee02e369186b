"""When somebody completed what: week by week, and on how many days in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, extract, select

from core import schema
from core.task import Status

if TYPE_CHECKING:
    from core.work import Work

LOOKED_BACK = timedelta(weeks=53)
"""No streak is longer, as it is counted."""
MOST = 4_000
"""Completions that are looked at, those of the newest tasks: 10 a day for a year. So many take some
20 ms of the writer's time on SQLite."""
_QUARTER = 15 * 60
"""Seconds: no day begins within one, in any zone of today."""

_t, _n = schema.task.c, schema.concern.c
_COMPLETED = (
    select(extract("epoch", _t.completed_at))
    .join(schema.concern, _n.task_id == _t.id)
    .where(
        _n.account_id == bindparam("account"),
        _n.open.is_(False),
        _t.completed_by == bindparam("account"),
        _t.status == Status.COMPLETED.value,
        _t.completed_at >= bindparam("since", type_=_t.completed_at.type),
        _t.deleted_at.is_(None),
    )
    .order_by(_n.task_id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    completed: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What somebody completed themselves, by the days of where they are."""

    weeks: tuple[Week, ...]
    """Oldest first; the last is the one that runs."""
    streak: int
    """Days in a row on which something was completed, up to today, or to yesterday while today has
    nothing yet."""


def activity(work: Work, account: int, zone: ZoneInfo, weeks: int) -> Activity:
    """The last so many weeks of somebody."""
    values = {"account": account, "since": work.now - LOOKED_BACK, "most": MOST}
    days = _by_day(work.run(_COMPLETED, values).scalars(), zone)
    today = work.now.astimezone(zone).date()
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in reversed(range(weeks))]
    completed = Counter[date]()
    for day, many in days.items():
        completed[day - timedelta(days=day.weekday())] += many
    return Activity(tuple(Week(each, completed[each]) for each in mondays), _streak(days, today))


def _by_day(seconds: Iterable[float], zone: ZoneInfo) -> Counter[date]:
    """How much on each day. What falls into one quarter of an hour falls on one day."""
    quarters = Counter(int(each) // _QUARTER for each in seconds)
    days = Counter[date]()
    for quarter, many in quarters.items():
        days[datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone).date()] += many
    return days


def _streak(days: Counter[date], today: date) -> int:
    day = today if days[today] else today - timedelta(days=1)
    length = 0
    while days[day]:
        length, day = length + 1, day - timedelta(days=1)
    return length
