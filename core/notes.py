"""Notes: what is added to a task, one after the other, by whoever does or owns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from core import schema
from core.cleaning import clean
from core.errors import Blank, TooLong, TooMany
from core.rights import Actor, Right
from core.sql import upsert
from core.task import Ref, Task
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work

NOTE_LIMIT = 4000
"""Characters of one: what a message of either platform holds."""
NOTES_LIMIT = 100
"""Notes of a task: against filling the disk, not a plan."""

_w = schema.note.c
# The place of one that was taken back is free.
_ADD = upsert(
    schema.note,
    ("task_id", "place"),
    lambda new: {"account_id": new.account_id, "text": new.text, "made_at": new.made_at},
)
_PAGE = (
    select(_w.place, _w.text, _w.made_at, schema.account.c.name)
    .outerjoin(schema.account, schema.account.c.id == _w.account_id)
    .where(_w.task_id == bindparam("task"), _w.place <= bindparam("last"))
    .order_by(_w.place.desc())
    .limit(bindparam("most"))
)
_DROP = delete(schema.note).where(_w.task_id == bindparam("task"), _w.place > bindparam("last"))


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    place: int
    """From 1, the oldest, to `Task.notes`."""
    text: str
    """Empty when whoever wrote it was forgotten."""
    author: str
    made_at: datetime


class Notes:
    """The notes of tasks, in one transaction. Which are there says the task's count: so a note is a
    change of the task like any other, which redraws its cards and can be undone."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, actor: Actor, ref: Ref, text: str) -> Task:
        """Add a note to a task that the actor owns or does. Raises `Blank`, `TooLong`,
        `TooMany`."""
        said = clean(text).strip()
        if not said:
            raise Blank("note")
        if len(said) > NOTE_LIMIT:
            raise TooLong("note", NOTE_LIMIT, len(said))
        task = self._work.tasks.held(actor, Ref(ref.number, ref.public_id), Right.WORK)
        if task.notes >= NOTES_LIMIT:
            raise TooMany("notes on one task", NOTES_LIMIT)
        self._work.run(
            _ADD,
            {
                "task_id": task.id,
                "place": task.notes + 1,
                "account_id": actor.account,
                "text": said,
                "made_at": self._work.now,
            },
        )
        Writer(self._work).write(actor, task, {"notes": task.notes + 1})
        return self._work.tasks.get(actor, Ref(public_id=task.public_id))

    def page(self, task: Task, *, below: int = 0, most: int = 5) -> list[Note]:
        """The newest notes of a task that the caller may see; `below`: older ones than that."""
        last = min(task.notes, below - 1 if below else task.notes)
        rows = self._work.run(_PAGE, {"task": task.id, "last": last, "most": most})
        return [Note(row.place, row.text, row.name or "", row.made_at) for row in rows]

    def drop(self, task: int, last: int) -> None:
        """Delete the notes behind that place: they were taken back."""
        self._work.run(_DROP, {"task": task, "last": last})
