"""The short numbers by which people name their tasks, and how many tasks they have open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Table, Update, bindparam, delete, update

from core import schema
from core.entitlements import allowed
from core.sql import LAST_INTEGER, Overtaken, insert_or_ignore
from core.task import OPEN_LIMIT

if TYPE_CHECKING:
    from core.work import Work

_a, _n = schema.account.c, schema.concern.c
# The limit, the count and the owner's next number are one statement: nobody can slip between.
_TAKE_OPEN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.open_tasks < OPEN_LIMIT)
    .values(open_tasks=_a.open_tasks + 1, next_number=_a.next_number + 1)
    .returning(_a.next_number - 1, _a.merged_into)
)
_TAKE_WITHIN_PLAN = _TAKE_OPEN.where(_a.open_tasks < allowed("open_tasks"))
_TAKE_NUMBER = (
    update(schema.account)
    .where(_a.id == bindparam("account"))
    .values(next_number=_a.next_number + 1)
    .returning(_a.next_number - 1, _a.merged_into)
)
_COUNT_OPEN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.open_tasks + bindparam("more") <= bindparam("most"))
    .values(open_tasks=_a.open_tasks + bindparam("more"))
    .returning(_a.id)
)
_COUNT_WITHIN_PLAN = _COUNT_OPEN.where(_a.open_tasks < allowed("open_tasks"))
_CONCERN = insert_or_ignore(schema.concern, ("account_id", "task_id"))
_NUMBERED = schema.concern.select().where(
    _n.account_id == bindparam("account"), _n.task_id == bindparam("task")
)
_UNCONCERN = delete(schema.concern).where(
    _n.account_id == bindparam("account"), _n.task_id == bindparam("task")
)
_OPEN = (
    update(schema.concern).where(_n.task_id == bindparam("task")).values(open=bindparam("is_open"))
)


class Numbers:
    """Short numbers and open counts, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def take(self, account: int, *, opened: bool) -> int:
        """The owner's number for a new task, which is counted if it is open. Raises `TooMany`,
        `PlanLimit`."""
        taking = _TAKE_WITHIN_PLAN if self._work.sales.on else _TAKE_OPEN
        # What is written for a new task comes with its number's row.
        new = (schema.task, schema.change)
        return self._take(account, taking if opened else _TAKE_NUMBER, *new)

    def give(self, account: int, task: int, *, opened: bool, number: int = 0) -> None:
        """Give somebody their number for a task that concerns them from now on: the one taken, or
        the next."""
        if not number:
            if self._work.run(_NUMBERED, {"account": account, "task": task}).first():
                return
            number = self._take(account, _TAKE_NUMBER)
        values = {"account_id": account, "number": number, "task_id": task, "open": opened}
        self._work.run(_CONCERN, values)

    def drop(self, account: int, task: int) -> None:
        """The task no longer concerns them."""
        self._work.run(_UNCONCERN, {"account": account, "task": task})

    def opened(self, owner: int, task: int, *, now_open: bool, undoing: bool) -> None:
        """A task was opened or closed. Raises `TooMany`, `PlanLimit`; closing is never refused,
        since two accounts that became one may have more than the limit, nor is taking back."""
        limited = now_open and not undoing
        most = OPEN_LIMIT if limited else LAST_INTEGER
        values = {"account": owner, "more": 1 if now_open else -1, "most": most}
        counting = _COUNT_WITHIN_PLAN if limited and self._work.sales.on else _COUNT_OPEN
        if self._work.ahead.draw(counting, values, schema.change) is None:
            self._work.entitlements.refuse_open(owner)
        self._work.run(_OPEN, {"task": task, "is_open": now_open})

    def _take(self, account: int, statement: Update, *ahead: Table) -> int:
        row = self._work.ahead.draw(statement, {"account": account}, *ahead)
        if row is None:
            self._work.entitlements.refuse_open(account)
        if row.merged_into is not None:
            raise Overtaken  # it became another account since this transaction began
        number: int = row[0]
        return number
