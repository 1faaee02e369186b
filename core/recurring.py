"""What comes again: a rule on the wall, and one task for each time.

A rule is an RRULE (RFC 5545) in wall time, in the zone of its task. The open task has it; once that
is done, the next time is a task of its own, and has it instead. `occurrence` is when a task was to
be by its rule: it stays when this one task is put off, so that the times after it stay, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it has no types
from sqlalchemy import insert

from core import schema
from core.columns import FIELDS, due_columns, rule_columns
from core.numbers import Numbers
from core.rights import Actor, Right
from core.task import Due, Ref, Status, Task
from core.undo import Undo

if TYPE_CHECKING:
    from core.work import Work

_ADD = insert(schema.task).returning(schema.task.c.id)
_CARRIED = frozenset(FIELDS) - {
    "status", "completed_at", "completed_by", "completions", "deleted_at", "notes",
}  # fmt: skip
"""Notes are of the time at which they were made."""
LAST_YEAR = 2999
"""What would come later comes no more: calendars of computers end, and chats show no such date."""
_CHANGE = timedelta(hours=3)
"""More than any clock is set back by (`promises.md` B19): what comes again within it is looked at
as instants, not as times on the wall."""


def following(rule: str, occurrence: str, zone: str, now: datetime) -> Due | None:
    """The first time after an occurrence that is still to come; None where the rule has ended. Of
    whole days today is past: what was to be done yesterday and is done today is done for today."""
    begin = datetime.fromisoformat(occurrence)
    timed = "T" in occurrence
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    past = wall - _CHANGE if timed else datetime.combine(wall, time())
    series: Iterator[datetime] = rrulestr(rule, dtstart=begin).xafter(max(begin, past))
    for at in series:
        if at.year > LAST_YEAR:
            return None
        due = Due(at.date(), at.time() if timed else None, zone)
        if due.instant > now:
            return due
    return None


class Recurring:
    """Recurrences, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._undo = Undo(work)
        self._numbers = Numbers(work)
        self._made: dict[int, int] = {}

    def repeat(self, actor: Actor, ref: Ref, rule: str, first: Due | None) -> Task:
        """Let a task come again by a rule whose first time is then; an empty rule ends it, and the
        task stays as it is."""
        values: dict[str, Any] = {"rule": rule}
        return self._work.tasks.update(actor, ref, values | ({"due": first} if rule else {}))

    def skip(self, actor: Actor, ref: Ref) -> Task | None:
        """Pass over this time: the task is the next one now. None where there is no next one, and
        then nothing is changed."""
        task = self._work.tasks.get(actor, ref, Right.OWN)
        then = self._next(task.owner, task.rule, task.occurrence, task.due) if task.rule else None
        return (
            self._work.tasks.update(actor, ref, {"rule": task.rule, "due": then}) if then else None
        )

    def made(self, task: Task, actor: Actor) -> Task | None:
        """The next one, where this transaction completed the task."""
        found = self._made.get(task.id)
        return self._work.tasks.for_account(actor.account, found) if found else None

    def follow(
        self, actor: Actor, task: Task, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """The next one of a task that was just completed, with what it had but its notes. Nobody is
        told of it, and no limit refuses it, since the one before has gone. Undone with the
        completion."""
        then = self._next(task.owner, old["rule"], old["occurrence"], task.due)
        if then is None:
            return
        now = self._work.now
        row = {name: new[name] for name in _CARRIED} | {
            "public_id": self._work.ids.public(),
            "owner_id": task.owner,
            "chat_id": task.chat,
            "status": Status.PENDING.value,
            "created_at": now,
            "updated_at": now,
            "nag": old["nag"],
            **rule_columns(old["rule"], then),
            **due_columns(then),
        }
        made: int = self._work.run(_ADD, row).scalar_one()
        for account in sorted({task.owner, new["assignee_id"]} - {None}):
            self._numbers.give(account, made, opened=True)
        self._numbers.opened(task.owner, made, now_open=True, undoing=True)
        self._undo.added(actor, made)
        self._work.reminders.follow(made, task.owner, row)
        self._work.group_presets.expect(actor, row)
        self._made[task.id] = made

    def _next(self, owner: int, rule: str, occurrence: str, due: Due | None) -> Due | None:
        """The next time; of a task that never had a date, as seen from today where its owner is."""
        zone = due.zone if due else self._work.accounts.get(owner).timezone or "UTC"
        today = f"{self._work.now.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
        return following(rule, occurrence or today, zone, self._work.now)
