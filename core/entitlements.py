"""What an account's plan allows, and how much of it is used (`core/plans.py` has the numbers).

Each limit is one statement that decides while the account's row is held. Nothing is deleted when a
plan ends, and only what adds is refused: completing, taking back, exporting and leaving are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select

from core import schema
from core.errors import PlanLimit, TooMany
from core.plans import PLANS, UNLIMITED, Plan, plan
from core.task import OPEN_LIMIT

if TYPE_CHECKING:
    from core.work import Work

_a, _t, _n = schema.account.c, schema.task.c, schema.concern.c
_ACCOUNT: Any = bindparam("account")


def allowed(what: str) -> ColumnElement[int]:
    """What the plan in the account's row allows, as a part of a statement. `what`: a field of
    `Plan`."""
    numbers = {name: getattr(each, what) for name, each in PLANS.items()}
    return case(numbers, value=_a.plan, else_=getattr(plan(""), what))


_OWN_OPEN = and_(
    _n.account_id == _ACCOUNT, _n.open, _t.id == _n.task_id, _t.owner_id == _n.account_id
)
_CATEGORY = func.lower(_t.category)
_OTHER = _t.id != bindparam("task")


def _fits(what: str, same: ColumnElement[bool], different: Any, counted: Any) -> Select[Any]:
    """The account's row, if one more is there already, or fits."""
    there = exists().where(_OWN_OPEN, same)  # built per call: once each, for the constants below
    many = select(func.count(different.distinct()))  # built per call: the same
    used = many.where(_OWN_OPEN, _OTHER, counted).scalar_subquery()
    fitting = select(_a.id).where(_a.id == _ACCOUNT)  # built per call: the same
    return fitting.where(or_(there, used < allowed(what)))


_NAMED = _t.category != ""
_GIVEN = _t.assignee_id != _t.owner_id  # which is not so of nobody, in SQL
_LIST_FITS = _fits("categories", func.lower(bindparam("category")) == _CATEGORY, _CATEGORY, _NAMED)
_PERSON_FITS = _fits("assignees", bindparam("person") == _t.assignee_id, _t.assignee_id, _GIVEN)
_PLAN = select(_a.plan, _a.open_tasks).where(_a.id == _ACCOUNT)
_USED = select(
    func.count(case((_NAMED, _CATEGORY)).distinct()).label("categories"),
    func.count(case((_GIVEN, _t.assignee_id)).distinct()).label("assignees"),
).where(_OWN_OPEN)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of each an account uses now."""

    open_tasks: int
    categories: int
    assignees: int


class Entitlements:
    """Limits, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def plan(self, account: int) -> Plan:
        """The plan of an account, as it was derived last."""
        return plan(self._work.run(_PLAN, {"account": account}).one().plan)

    def usage(self, account: int) -> Usage:
        """What counts towards its limits."""
        row = self._work.run(_PLAN, {"account": account}).one()
        used = self._work.run(_USED, {"account": account}).one()
        return Usage(row.open_tasks, used.categories, used.assignees)

    def check(self, owner: int, category: str, assignee: int | None, task: int = 0) -> None:
        """Whether a task of this owner may be open in that list, and that person's, beside all
        others that are open: it may be there itself. For whoever holds the owner's lock. Raises
        `PlanLimit`."""
        if category:
            values = {"account": owner, "category": category, "task": task}
            if self._work.run(_LIST_FITS, values).first() is None:
                held = self.plan(owner)
                raise PlanLimit("categories", held.name, held.categories, owner)
        if assignee is not None and assignee != owner:
            values = {"account": owner, "person": assignee, "task": task}
            if self._work.run(_PERSON_FITS, values).first() is None:
                held = self.plan(owner)
                raise PlanLimit("people", held.name, held.assignees, owner)

    def refuse_open(self, owner: int) -> NoReturn:
        """No more open tasks, for whichever reason. Raises `PlanLimit`, `TooMany`."""
        held = self.plan(owner)
        if self._work.sales.on and held.open_tasks < OPEN_LIMIT:
            raise PlanLimit("open tasks", held.name, held.open_tasks, owner)
        raise TooMany("open tasks", OPEN_LIMIT)

    def history_days(self, account: int) -> int | None:
        """How far back their finished tasks are listed; None for all of them."""
        if not self._work.sales.on:
            return None
        days = self.plan(account).history_days
        return None if days == UNLIMITED else days
