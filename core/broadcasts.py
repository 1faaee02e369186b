"""What an operator tells everybody: asked first, then told part by part, each person once.

Somebody who has several chats is written to in the one that was connected first, of those that can
be written to and want such news; whoever has none finds it in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from core import schema
from core.events import Announced
from core.presets import Preset

if TYPE_CHECKING:
    from core.work import Work

PART = 50
"""People in one transaction: on SQLite whoever writes meanwhile waits for it, some 20 ms."""
KEEP = timedelta(days=30)
"""How long it is known what was told, for whoever looks after the service."""

_a, _i, _c, _b = schema.account.c, schema.identity.c, schema.chat.c, schema.broadcast.c
# As `core.presets.tells` has it for an announcement; who wants the least is told less than that.
_WANTS = _i.notify & (_i.preset != Preset.LEAST.value) & (_c.gone == "")
_TARGETS = (
    select(_a.id, func.min(case((_WANTS, _i.id))).label("identity"))
    # Not outer: nobody reads what is left behind where its chats joined another account.
    .join(schema.identity, (_i.account_id == _a.id) & (_i.user_id != ""))
    .join(schema.chat, _c.id == _i.chat_id)
    .where(_a.joined_at.is_not(None), _a.merged_into.is_(None))
    .group_by(_a.id)
)
_PART = _TARGETS.where(_a.id > bindparam("after")).order_by(_a.id).limit(bindparam("most"))
_all = _TARGETS.subquery()
_PEOPLE = select(func.count()).select_from(_all)
_CHATS = (
    select(_i.platform, func.count().label("many"))
    .join(_all, _all.c.identity == _i.id)
    .group_by(_i.platform)
)
_ADD = insert(schema.broadcast).returning(_b.id)
_ONE = select(schema.broadcast).where(_b.id == bindparam("number"))
_LAST = select(schema.broadcast).where(_b.begun_at.is_not(None)).order_by(_b.id.desc()).limit(1)
_BEGIN = (
    update(schema.broadcast)
    .where(_b.id == bindparam("number"), _b.begun_at.is_(None))
    .values(begun_at=bindparam("now"), people=bindparam("everybody"))
    .returning(_b.id)
)
_TOLD = (
    update(schema.broadcast)
    .where(_b.id == bindparam("number"), _b.last_id == bindparam("after"), _b.ended_at.is_(None))
    .values(
        last_id=bindparam("until"),
        told=_b.told + bindparam("more"),
        chats=_b.chats + bindparam("written"),
        ended_at=bindparam("ended", type_=schema.UtcTime),
    )
    .returning(_b.id)
)
_FORGET = delete(schema.broadcast).where(_b.asked_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it would reach."""

    people: int
    chats: Mapping[str, int]
    """How many chats are written to, by platform: one for each person who can be."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One, as it stands."""

    id: int
    text: str
    begun_at: datetime | None
    ended_at: datetime | None
    last_id: int
    people: int
    told: int
    chats: int


_COLUMNS = tuple(Broadcast.__slots__)


def reach(work: Work) -> Reach:
    """Whom it would reach now."""
    chats = {row.platform: row.many for row in work.run(_CHATS)}
    return Reach(work.run(_PEOPLE).scalar_one(), chats)


def prepare(work: Work, text: str) -> int:
    """Keep what is to be told until somebody says yes; its number."""
    number: int = work.run(_ADD, {"text": text, "asked_at": work.now}).scalar_one()
    return number


def find(work: Work, number: int) -> Broadcast | None:
    row = work.run(_ONE, {"number": number}).first()
    return Broadcast(*(getattr(row, each) for each in _COLUMNS)) if row is not None else None


def last(work: Work) -> Broadcast | None:
    """The last one that was begun."""
    row = work.run(_LAST).first()
    return Broadcast(*(getattr(row, each) for each in _COLUMNS)) if row is not None else None


def begin(work: Work, number: int) -> bool:
    """Somebody said yes; False where it was begun before, or is gone."""
    values = {"number": number, "now": work.now, "everybody": work.run(_PEOPLE).scalar_one()}
    return work.run(_BEGIN, values).first() is not None


def tell_part(work: Work, number: int, most: int = PART) -> Broadcast | None:
    """Tell the next people; how it stands then, None for one that is gone. Whoever tells the same
    part at the same time tells nobody."""
    now = find(work, number)
    if now is None or now.begun_at is None or now.ended_at is not None:
        return now
    part = work.run(_PART, {"after": now.last_id, "most": most}).all()
    values = {
        "number": number,
        "after": now.last_id,
        "until": part[-1].id if part else now.last_id,
        "more": len(part),
        "written": sum(row.identity is not None for row in part),
        "ended": None if len(part) == most else work.now,
    }
    if work.run(_TOLD, values).first() is None:
        return find(work, number)
    event = Announced(f"broadcast:{number}", now.text, "info")
    for row in part:
        work.notices.tell(event, row.id, only=row.identity or 0)
    return find(work, number)


def forget(work: Work) -> None:
    """Drop what is older than `KEEP`."""
    work.run(_FORGET, {"before": work.now - KEEP})
