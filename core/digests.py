"""Digests: once a day, or a week, what is overdue, what is due today and what has no date, in one
message. A row says when; the tick (`house.md` section 5) sends it once over all processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update

from core import schema
from core.identity import Identity
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

BATCH = 10
"""Digests of one transaction, for which others wait on SQLite."""


class Days(StrEnum):
    """On which days a digest comes."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    def has(self, day: date) -> bool:
        """Whether it comes on this day."""
        if self is Days.WEEKDAYS:
            return day.weekday() <= _FRIDAY
        return self is Days.DAILY or _WEEKLY.index(self) == day.weekday()


_WEEKLY = (Days.MON, Days.TUE, Days.WED, Days.THU, Days.FRI, Days.SAT, Days.SUN)
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """When somebody's digest comes."""

    days: Days
    wall: time
    zone: str

    def next(self, after: datetime) -> datetime:
        """The first time after an instant. A time that the clocks skip is moved on by the gap, one
        that comes twice is the first."""
        zone = ZoneInfo(self.zone)
        day = after.astimezone(zone).date()
        while True:
            at = datetime.combine(day, self.wall, zone).astimezone(UTC)
            if self.days.has(day) and at > after:
                return at
            day += timedelta(days=1)


_d = schema.digest.c
_NOW = bindparam("now", type_=schema.UtcTime)
_OF = select(_d.days, _d.wall, _d.zone, _d.at).where(_d.account_id == bindparam("account"))
_SET = upsert(
    schema.digest,
    ("account_id",),
    lambda new: {
        "identity_id": new.identity_id,
        "days": new.days,
        "wall": new.wall,
        "zone": new.zone,
        "at": new.at,
    },
)
_DROP = delete(schema.digest).where(_d.account_id == bindparam("account")).returning(_d.account_id)
_MOVE = (
    update(schema.digest)
    .where(_d.account_id == bindparam("account"))
    .values(zone=bindparam("new_zone"), at=bindparam("at"))
)
_WAITING = select(_d.account_id).where(_d.at <= _NOW).limit(1)
# Over several processes each row is claimed by one: what another holds is passed over.
_CLAIM = (
    select(schema.digest)
    .where(_d.at <= _NOW)
    .order_by(_d.at, _d.account_id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class Digests:
    """Digests, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def of(self, account: int) -> Rule | None:
        """When somebody's digest comes, where they have one."""
        row = self._work.run(_OF, {"account": account}).first()
        return read_rule(row) if row is not None else None

    def set(self, account: int, identity: int, days: Days, wall: time) -> Rule:
        """Send one from now on, to the chat of this identity, in the account's zone."""
        rule = Rule(days, wall, self._zone(account))
        values = {
            "account_id": account,
            "identity_id": identity,
            "days": days.value,
            "wall": f"{wall:%H:%M}",
            "zone": rule.zone,
            "at": rule.next(self._work.now),
        }
        self._work.run(_SET, values)
        self._work.homes.changed(account)
        return rule

    def end(self, account: int) -> bool:
        """Send none any more; whether there was one."""
        self._work.homes.changed(account)
        return self._work.run(_DROP, {"account": account}).first() is not None

    def follow(self, account: int) -> None:
        """The zone of somebody is another: half past eight is half past eight there. What has come
        already comes."""
        row = self._work.run(_OF, {"account": account}).first()
        if row is not None:
            moved = replace(read_rule(row), zone=self._zone(account))
            at = row.at if row.at <= self._work.now else moved.next(self._work.now)
            self._work.run(_MOVE, {"account": account, "new_zone": moved.zone, "at": at})

    def _zone(self, account: int) -> str:
        return self._work.accounts.get(account).timezone or "UTC"

    def waiting(self) -> bool:
        """Whether the time of one has come."""
        return self._work.run(_WAITING, {"now": self._work.now}).first() is not None

    def fire(self, most: int = BATCH) -> int:
        """Send what has come due, each once over all processes, and say when the next comes; how
        many rows that were. Of several that were missed while the service was away, one is sent."""
        due = self._work.run(_CLAIM, {"now": self._work.now, "most": most}).all()
        for row in due:
            rule = read_rule(row)
            later = self._later(row)
            at = later or rule.next(self._work.now)
            values = {"account": row.account_id, "new_zone": rule.zone, "at": at}
            self._work.run(_MOVE, values)
            if later is None and (reader := self._reader(row)) is not None:
                self._put(row, reader)
        return len(due)

    def _later(self, row: Any) -> datetime | None:
        """Until when one that comes late has to wait, since it is quiet by now; None for no need.
        Whoever set it for a time inside their quiet hours gets it then."""
        hours = self._work.quiet.of(row.account_id)
        end = hours.end(self._work.now) if hours else None
        return None if hours is None or hours.end(row.at) is not None else end

    def _put(self, row: Any, reader: Identity) -> None:
        at = int(row.at.timestamp())
        self._work.put_in_chat(
            reader.chat_id,
            name="digest",
            id=f"digest:{row.account_id}:{at}",
            payload={"account": row.account_id, "identity": reader.id, "at": at},
        )

    def _reader(self, row: Any) -> Identity | None:
        """The chat where it was asked for; else the one that came last of those that want to be
        told anything, and can be."""
        mine = [
            each
            for each in self._work.accounts.identities(row.account_id)
            if each.user_id and each.notify
        ]
        mine.sort(key=lambda each: (each.id == row.identity_id, each.linked_at, each.id))
        reachable = (
            each for each in reversed(mine) if not self._work.chats.by_id(each.chat_id).gone
        )
        return next(reachable, None)


def read_rule(row: Any) -> Rule:
    """When a row says that it comes."""
    return Rule(Days(row.days), time.fromisoformat(row.wall), row.zone)
