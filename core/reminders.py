"""When somebody is to be reminded of a task: rows that follow the task, and one tick that tells.

Who does a task is reminded of it: its assignee, else its owner (`product.md` 1.9). A snooze is of
whoever asked for it. Nothing here is undone when a task is finished: what comes due then is dropped
in silence, so that a task opened again has its reminders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from core import nagging, snoozes
from core import reminder_rows as sql
from core.columns import REMINDED, due_of
from core.errors import NotUnderstood
from core.events import TaskDue
from core.moments import Moment, Why, again, coming
from core.rights import Actor, Right
from core.task import NEVER, REMIND_LIMIT, Ref, Task
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work

BATCH, PEOPLE = 50, 10
"""Reminders of one transaction, for which others wait on SQLite, and those whose they are: each has
a job of the engine, which is 0.3 ms of the 0.4 that a reminder takes. Several of one person are one
job. On a machine that has five times as much to do as it can, ten people were 12 ms, and fifty were
97, and no sooner told."""
PATIENCE = timedelta(days=3)
"""How long an offer may go unanswered before whoever made it is told."""
_DAY = 24 * 60

_DATED = ("due_on", "due_time")
"""In another zone it is the same date: a snooze stays."""


class Reminders:
    """Reminders and snoozes, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def follow(
        self, task: int, owner: int, columns: Mapping[str, Any]
    ) -> tuple[Why, Moment] | None:
        """Whoever does the task is reminded of it as its columns say; the reminder."""
        found = coming(due_of(columns), columns["remind"], self._work.now, columns["nag"])
        if found is not None:
            self._work.run(sql.ADD, _row(task, columns["assignee_id"] or owner, *found))
        return found

    def follow_change(
        self, task: int, owner: int, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """The same after a change. A new date ends every snooze, and a new assignee those of whom
        the task no longer concerns."""
        if old["chat_id"] != new["chat_id"]:
            self._work.run(sql.DROP_LEFT, {"task": task})  # nobody left the one that it goes to
        if all(old[name] == new[name] for name in REMINDED):
            return
        dated = any(old[name] != new[name] for name in _DATED)
        self._work.run(sql.DROP_ALL if dated else sql.DROP, {"task": task})
        concerned = {"task": task, "owner": owner, "account": new["assignee_id"] or owner}
        self._work.run(sql.DROP_OTHERS, concerned)
        self.follow(task, owner, new)

    def follow_anew(self, task: int) -> None:
        """Whoever does the task now is reminded of it, as far as there is no reminder of theirs."""
        columns = self._work.run(sql.COLUMNS, {"task": task}).one()._asdict()
        self.follow(task, columns["owner_id"], columns)

    def snooze(self, actor: Actor, ref: Ref, at: datetime, zone: str) -> Task:
        """Remind the actor then, in place of what would have come until then; nobody else, and it
        is due when it was. Can be undone. Raises `NotUnderstood` for what is past."""
        task = self._work.tasks.get(actor, ref, Right.WORK)
        if at <= self._work.now:
            raise NotUnderstood("time", f"{at:%Y-%m-%d %H:%M}", "a time that is still to come")
        snoozes.note(self._work, actor, task)
        self.put_off(task.id, actor.account, Moment.of(at, zone))
        return self._work.tasks.get(actor, ref)

    def put_off(self, task: int, account: int, until: Moment | None) -> None:
        """Their one reminder up to then comes then. None: what the task itself says holds again."""
        mine = {"task": task, "account": account}
        if until is None:
            self._work.run(sql.DROP_SNOOZE, mine)
            self.follow_anew(task)
        else:
            self._work.run(sql.SET, _row(task, account, Why.SNOOZE, until))
            self._work.run(sql.DROP_SOONER, mine | {"at": until.at})

    def wake(self, actor: Actor, ref: Ref) -> Task:
        """End the actor's snooze. Can be undone."""
        task = self._work.tasks.get(actor, ref, Right.WORK)
        snoozes.note(self._work, actor, task, ends=True)
        self.put_off(task.id, actor.account, None)
        return self._work.tasks.get(actor, ref)

    def expect(self, task: int, owner: int, columns: Mapping[str, Any]) -> None:
        """An answer to an offer, by some time: until when it is due, where that is sooner. Whoever
        made the task is told then that there is none."""
        by, due = self._work.now + PATIENCE, due_of(columns)
        if due is not None and self._work.now < due.instant < by:
            by = due.instant
        self._work.run(sql.SET, _row(task, owner, Why.OFFER, Moment.of(by, "UTC")))

    def set_before(self, actor: Actor, ref: Ref, minutes: int | None) -> Task:
        """How long before a task is due to remind, as `Task.remind`; never is not again and again,
        either. Can be undone. Raises `NotUnderstood` beyond `REMIND_LIMIT`."""
        if minutes is not None and minutes > REMIND_LIMIT:
            raise NotUnderstood("reminder", f"{minutes // _DAY} days", "a year at most")
        task = self._work.tasks.get(actor, ref, Right.WORK)
        columns = {"remind": minutes} | ({"nag": None} if minutes == NEVER else {})
        Writer(self._work).write(actor, task, columns)
        return self._work.tasks.get(actor, Ref(public_id=task.public_id))

    def snoozed(self, account: int, task: int) -> bool:
        """Whether they asked to be reminded of it later."""
        values = {"account": account, "task": task, "now": self._work.now}
        return bool(self._work.run(sql.LATER, values).scalar())

    def waiting(self) -> bool:
        """Whether one has come due."""
        return self._work.run(sql.WAITING, {"now": self._work.now}).first() is not None

    def fire(self, most: int = BATCH, people: int = PEOPLE) -> list[datetime]:
        """Tell what has come due, the oldest first, each once over all processes; when those that
        went were due. Those of tasks that are finished, deleted or somebody else's by now go in
        silence, and of two of one task, as after a time away, the earlier one."""
        values = {"now": self._work.now, "most": most, "people": people}
        due = self._work.run(sql.CLAIM, values).all()
        in_order = sorted(due, key=lambda each: (each.at, each.id))
        offers = [each for each in in_order if each.why == Why.OFFER]
        newest = {(each.account_id, each.task_id): each for each in in_order if each not in offers}
        for row in newest.values():
            self._tell(row)
        for row in offers:
            self._work.assigning.tell_unanswered(row.task_id, row.account_id)
        return [each.at for each in in_order]

    def _tell(self, row: Row[Any]) -> None:
        if row.why == Why.NAG and not nagging.reaches(self._work, row.account_id):
            return
        task = self._work.tasks.for_account(row.account_id, row.task_id)
        if task is None:
            return
        due = int(task.due.instant.timestamp()) if task.due else 0
        event = TaskDue(task.id, int(row.at.timestamp()), due, row.why == Why.SNOOZE)
        if is_theirs(task, event, row.account_id):
            self._work.notices.tell(event, row.account_id, task=task.id, subject=task.title)
            self._tell_again(task, event, row.account_id)

    def _tell_again(self, task: Task, event: TaskDue, account: int) -> None:
        """Until it is done, by choice of whoever does it, as long as they have a chat that can be
        written to (`core.nagging.begin_again`). What waits for the end of quiet hours is not told
        again and again meanwhile, and an inbox has the last one."""
        if not task.nag or account != (task.assignee or task.owner):
            return
        if nagging.reaches(self._work, account):
            self._work.notices.replace(task.id, account, event)
            told = self._work.quiet.until(account, event) or self._work.now
            then = _row(task.id, account, Why.NAG, again(task.due, task.nag, told))
            self._work.run(sql.ADD, then)


def is_theirs(task: Task, event: TaskDue, account: int) -> bool:
    """Whether this is still to be told: the task is open and due when it was, and theirs to do."""
    due = int(task.due.instant.timestamp()) if task.due else 0
    mine = event.snoozed or account == (task.assignee or task.owner)
    return task.status.open and due == event.due and mine


def _row(task: int, account: int, why: Why, when: Moment) -> dict[str, Any]:
    return {
        "task_id": task,
        "account_id": account,
        "why": why.value,
        "wall": f"{when.wall:%Y-%m-%dT%H:%M}",
        "zone": when.zone,
        "at": when.at.astimezone(UTC),
    }
