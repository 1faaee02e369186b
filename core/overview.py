"""What somebody, or a group, has to do now: what a digest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, case, func, select

from core import schema
from core.reading import TASK, read_task
from core.task import Task

if TYPE_CHECKING:
    from core.work import Work

SHOWN = 7
"""Tasks of each part; of the others it is said how many there are."""
OVERDUE, TODAY, UNDATED, LATER = range(4)

_t, _n = schema.task.c, schema.concern.c
_VIEWER = bindparam("viewer", type_=schema.Id)
_PART = case(
    (_t.due_on == "", UNDATED),
    (_t.due_at < bindparam("now", type_=_t.due_at.type), OVERDUE),
    (_t.due_on <= bindparam("today", type_=_t.due_on.type), TODAY),
    else_=LATER,
)
# To be done by the reader: what they gave to somebody else is not on their plate.
_THEIRS = (
    _n.account_id == _VIEWER,
    _n.open.is_(True),
    _t.deleted_at.is_(None),
    func.coalesce(_t.assignee_id, _t.owner_id) == _VIEWER,
)
# Made in the group, so that everybody there may read them; each once, whomever it concerns.
_GROUPS = (
    _t.chat_id == bindparam("chat", type_=schema.Id),
    _n.account_id == _t.owner_id,
    _n.open.is_(True),
    _t.deleted_at.is_(None),
)


def _counts(which: tuple[Any, ...]) -> Select[Any]:
    parts = select(_PART.label("part"), func.count().label("tasks"))  # built per call: at import
    found = parts.join(schema.concern, _n.task_id == _t.id)
    return found.where(*which).group_by(_PART)


def _some(which: tuple[Any, ...]) -> Select[Any]:
    found = TASK.join(schema.concern, _n.task_id == _t.id).where(*which)
    found = found.where(bindparam("part") == _PART)
    return found.order_by(_t.due_at, _t.id.desc()).limit(SHOWN)


_COUNTS_OF, _SOME_OF = _counts(_THEIRS), _some(_THEIRS)
_COUNTS_IN, _SOME_IN = _counts(_GROUPS), _some(_GROUPS)


@dataclass(frozen=True, slots=True)
class Part:
    """The tasks of one kind."""

    tasks: tuple[Task, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody has to do, the most pressing first."""

    overdue: Part
    today: Part
    undated: Part
    later: int
    """How many are due on a later day."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing that could be done now."""
        return not (self.overdue.total or self.today.total or self.undated.total)


def overview(work: Work, account: int, zone: str = "") -> Overview:
    """As things stand now, with the days of a zone; of the account's, where it is empty."""
    days = zone or work.accounts.get(account).timezone or "UTC"
    return _read(work, _COUNTS_OF, _SOME_OF, {"viewer": account, "now": work.now}, days)


def group_overview(work: Work, chat: int, zone: str) -> Overview:
    """Of the open tasks that were made in a group, with the days of a zone."""
    values = {"viewer": 0, "chat": chat, "now": work.now}
    return _read(work, _COUNTS_IN, _SOME_IN, values, zone)


def _read(
    work: Work, count: Select[Any], some: Select[Any], who: Mapping[str, Any], zone: str
) -> Overview:
    today = work.now.astimezone(ZoneInfo(zone)).date().isoformat()
    values = {**who, "today": today}
    counts = {row.part: row.tasks for row in work.run(count, values)}

    def part(which: int) -> Part:
        total = counts.get(which, 0)
        rows = work.run(some, values | {"part": which}) if total else ()
        tasks = [read_task(row) for row in rows]
        if not who["viewer"]:  # a number is each person's own
            tasks = [replace(each, number=0) for each in tasks]
        return Part(tuple(tasks), total)

    return Overview(part(OVERDUE), part(TODAY), part(UNDATED), counts.get(LATER, 0))
