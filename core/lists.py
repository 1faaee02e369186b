"""Lists of tasks, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, case, func, literal, or_, select, true

from core import schema
from core.cleaning import clean_labels
from core.history import RECENT, listed_since
from core.reading import TASK, read_task
from core.task import Status, Task

if TYPE_CHECKING:
    from core.work import Work

COUNTED = 1000
"""Matches are counted up to one more than this."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_t, _n = schema.task.c, schema.concern.c


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks of a person. Empty fields let everything through."""

    open: bool | None = True
    """Only open ones, only finished ones, or all."""
    status: Status | None = None
    priority: str = ""
    category: str = ""
    label: str = ""
    assignee: int = 0
    """Account id."""
    doer: int = 0
    """Account id: with whom a task is, which is its owner where nobody else has it."""
    due_before: datetime = NEVER
    due_until: str = ""
    """A day, as `2026-11-26`: due on it or before, wherever its clocks are."""
    chat: int = 0
    """Made in this chat."""


@dataclass(frozen=True, slots=True)
class Page:
    tasks: tuple[Task, ...]
    total: int
    """Counted up to `COUNTED` + 1."""
    since: datetime | None = None
    """What was finished before is kept, and not listed: the reader's plan goes back no further."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of the tasks that concern a person."""

    total: int
    completed: int
    in_progress: int
    pending: int
    cancelled: int
    overdue: int


def _unless(parameter: str, empty: Any, condition: Any) -> Any:
    """The condition, or everything when the parameter is empty: one statement for all filters."""
    return or_(bindparam(parameter, empty) == empty, condition)


_LABELS = literal(" ").concat(_t.labels).concat(" ")
_FITS = and_(
    _t.deleted_at.is_(None),
    _unless("status", "", _t.status == bindparam("status", "")),
    _unless("priority", "", _t.priority == bindparam("priority", "")),
    _unless("category", "", func.lower(_t.category) == bindparam("category", "")),
    _unless("label", "", _LABELS.like(bindparam("label", ""), escape="\\")),
    _unless("assignee", 0, _t.assignee_id == bindparam("assignee", 0)),
    _unless("doer", 0, func.coalesce(_t.assignee_id, _t.owner_id) == bindparam("doer", 0)),
    _unless("chat", 0, _t.chat_id == bindparam("chat", 0)),
    _unless("any_due", 1, _t.due_at < bindparam("due_before", type_=_t.due_at.type)),
    _unless("due_until", "", and_(_t.due_on != "", _t.due_on <= bindparam("due_until", ""))),
    RECENT,
)


def _listing(select_from: Select[Any], openness: Any) -> Select[Any]:
    return select_from.join(schema.concern, _n.task_id == _t.id).where(
        _n.account_id == bindparam("viewer"), openness, _FITS
    )


def _page(openness: Any) -> Select[Any]:
    # Newest first by the index (account, open, task): the finished ones are not passed over.
    return (
        _listing(TASK, openness)
        .order_by(_n.task_id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip"))
    )


def _due_page(openness: Any) -> Select[Any]:
    """What is due first; what has no date follows, the newest first. They are put in order by their
    ids alone: what else a row of a task has is read of those on the page."""
    ids = _listing(select(_t.id), openness)  # built per call: which is at import
    order = (_t.due_at.is_(None), _t.due_at, _t.id.desc())
    shown = ids.order_by(*order).limit(bindparam("most")).offset(bindparam("skip")).subquery()
    mine = and_(_n.task_id == _t.id, _n.account_id == bindparam("viewer"))
    found = TASK.join(schema.concern, mine).join(shown, shown.c.id == _t.id)
    return found.order_by(*order)


def _count(openness: Any) -> Select[Any]:
    matches = _listing(select(_t.id), openness)  # built per call: which is at import
    limited = matches.limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(limited)  # built per call: which is at import


_OPENNESS = {True: _n.open.is_(True), False: _n.open.is_(False), None: true()}
_PAGES = {wanted: _page(openness) for wanted, openness in _OPENNESS.items()}
_BY_DUE = _due_page(_OPENNESS[True])
_COUNTS = {wanted: _count(openness) for wanted, openness in _OPENNESS.items()}
_OVERDUE = and_(_n.open, _t.due_at < bindparam("now", type_=_t.due_at.type))
_STATS = (
    select(
        _t.status,
        func.count().label("tasks"),
        func.sum(case((_OVERDUE, 1), else_=0)).label("overdue"),
    )
    .join(schema.concern, _n.task_id == _t.id)
    .where(_n.account_id == bindparam("viewer"), _t.deleted_at.is_(None))
    .group_by(_t.status)
)


def _inside(label: str) -> str:
    """What a task's labels are like that has this one, whatever signs are in it."""
    kept = clean_labels([label])
    for sign in ("\\", "%", "_"):
        kept = kept.replace(sign, f"\\{sign}")
    return f"% {kept} %" if kept else ""


class Lists:
    """What a person has, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def page(
        self, viewer: int, which: Filter, *, skip: int = 0, most: int = 8, by_due: bool = False
    ) -> Page:
        """The newest first; `by_due`: of open ones what is due first, then what has no date."""
        since = None if which.open else listed_since(self._work, viewer)
        values = {
            "viewer": viewer,
            "status": which.status.value if which.status else "",
            "priority": which.priority,
            "category": which.category.lower(),
            "label": _inside(which.label),
            "assignee": which.assignee,
            "doer": which.doer,
            "chat": which.chat,
            "any_due": int(which.due_before == NEVER),
            "due_before": which.due_before,
            "due_until": which.due_until,
            "any_age": int(since is None),
            "since": since or NEVER,
        }
        total = self._work.run(_COUNTS[which.open], values).scalar_one()
        ordered = _BY_DUE if by_due and which.open else _PAGES[which.open]
        rows = self._work.run(ordered, values | {"skip": skip, "most": most})
        return Page(tuple(read_task(row) for row in rows), total, since)

    def stats(self, viewer: int) -> Stats:
        """The original's counts, with cancelled and overdue too."""
        rows = self._work.run(_STATS, {"viewer": viewer, "now": self._work.now}).all()
        counts = {row.status: row.tasks for row in rows}
        return Stats(
            total=sum(counts.values()),
            completed=counts.get(Status.COMPLETED, 0),
            in_progress=counts.get(Status.IN_PROGRESS, 0),
            pending=counts.get(Status.PENDING, 0),
            cancelled=counts.get(Status.CANCELLED, 0),
            overdue=sum(row.overdue for row in rows),
        )
