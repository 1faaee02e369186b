"""Quiet hours: what can wait is told when they are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from core import schema
from core.errors import NotUnderstood
from core.events import Event, TaskDue

if TYPE_CHECKING:
    from core.work import Work

_DAY = timedelta(days=1)
_a, _h, _i = schema.account.c, schema.held.c, schema.identity.c
_OF = select(_a.quiet_from, _a.quiet_until, _a.timezone).where(_a.id == bindparam("account"))
_SET = (
    update(schema.account)
    .where(_a.id == bindparam("account"))
    .values(quiet_from=bindparam("start"), quiet_until=bindparam("until"))
)
_MINE = select(_i.id).where(_i.account_id == bindparam("account"))
_WAIT = update(schema.held).where(_h.identity_id.in_(_MINE)).values(at=bindparam("at"))


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time on somebody's wall to another, perhaps over midnight."""

    start: time
    until: time
    zone: str

    def end(self, at: datetime) -> datetime | None:
        """When they are over, for an instant inside them; None for one outside."""
        wall = at.astimezone(ZoneInfo(self.zone))
        clock = wall.time()
        over_midnight = self.start > self.until
        late, early = clock >= self.start, clock < self.until
        if not (late or early if over_midnight else late and early):
            return None
        day = wall.date() + (_DAY if over_midnight and late else timedelta())
        end = datetime.combine(day, self.until, ZoneInfo(self.zone)).astimezone(UTC)
        # An hour that comes twice is quiet once.
        return end if end > at else None


class Quiet:
    """Quiet hours, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, account: int) -> Hours | None:
        """Somebody's quiet hours, where they have any."""
        row = self._work.run(_OF, {"account": account}).first()
        if row is None or not row.quiet_from:
            return None
        start, until = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until)
        return Hours(start, until, row.timezone or "UTC")

    def set(self, account: int, start: time, until: time) -> None:
        """Raises `NotUnderstood` for hours that never end."""
        if start == until:
            raise NotUnderstood("quiet hours", f"{start:%H:%M} {until:%H:%M}", "two times of day")
        self._set(account, f"{start:%H:%M}", f"{until:%H:%M}")

    def end(self, account: int) -> None:
        """No quiet hours any more."""
        self._set(account, "", "")

    def _set(self, account: int, start: str, until: str) -> None:
        self._work.run(_SET, {"account": account, "start": start, "until": until})
        self._work.homes.changed(account)
        self.follow(account)

    def follow(self, account: int) -> None:
        """What waits, waits as the hours and the zone are now."""
        end = self.end_of(account)
        self._work.run(_WAIT, {"account": account, "at": end or self._work.now})

    def end_of(self, account: int) -> datetime | None:
        """When the quiet hours of now are over for somebody; None where it is not quiet."""
        hours = self.of(account)
        return hours.end(self._work.now) if hours else None

    def until(self, account: int, event: Event) -> datetime | None:
        """Until when this is not to be told to somebody; None where it may be told now. Security
        never waits, nor does a reminder for a time that they chose inside their quiet hours."""
        if event.always or (hours := self.of(account)) is None:
            return None
        end = hours.end(self._work.now)
        return None if end is not None and _was_chosen(event, hours) else end


def _was_chosen(event: Event, hours: Hours) -> bool:
    """Whether somebody said this very time, and it is one of the quiet hours."""
    if not isinstance(event, TaskDue) or not (event.snoozed or event.at == event.due):
        return False
    return hours.end(datetime.fromtimestamp(event.at, UTC)) is not None
