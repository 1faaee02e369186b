"""A task's columns: which of them change, and how what people say stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from core.cleaning import clean_category, clean_description, clean_labels, clean_title
from core.rules import settled
from core.task import Draft, Due, Status, Task

FIELDS = (
    "title",
    "description",
    "status",
    "priority",
    "category",
    "assignee_id",
    "offer",
    "offers",
    "due_on",
    "due_time",
    "due_zone",
    "due_at",
    "remind",
    "rule",
    "occurrence",
    "labels",
    "nag",
    "completed_at",
    "completed_by",
    "completions",
    "notes",
    "chat_id",
    "deleted_at",
)


REMINDED = ("due_at", "due_zone", "remind", "nag", "assignee_id")
"""What reminders follow."""
DATED = ("due_on", "due_time", "due_zone", "due_at", "chat_id")
"""When something is due, and in which group."""


def due_of(columns: Mapping[str, Any]) -> Due | None:
    """A due date as it stands in the table. Of an hour that comes twice, the instant says which."""
    if not columns["due_on"]:
        return None
    wall = time.fromisoformat(columns["due_time"]) if columns["due_time"] else None
    due = Due(date.fromisoformat(columns["due_on"]), wall, columns["due_zone"])
    if wall is None or due.instant == columns["due_at"]:
        return due
    again = replace(due, time=wall.replace(fold=1))
    return again if again.instant == columns["due_at"] else due


def draft_columns(draft: Draft) -> dict[str, Any]:
    """The columns of a new task that its draft says, but for the title. Raises `TooLong`."""
    return {
        "assignee_id": draft.assignee,
        "description": clean_description(draft.description),
        "status": draft.status.value,
        "priority": draft.priority.value,
        "category": clean_category(draft.category),
        "remind": draft.remind,
        "labels": clean_labels(draft.labels),
        "nag": None,
        **rule_columns(draft.rule, draft.due),
        **due_columns(draft.due),
    }


def due_columns(due: Due | None) -> dict[str, Any]:
    """How a due date stands in the table."""
    if due is None:
        return {"due_on": "", "due_time": "", "due_zone": "", "due_at": None}
    return {
        "due_on": due.on.isoformat(),
        "due_time": due.time.strftime("%H:%M") if due.time else "",
        "due_zone": due.zone,
        "due_at": due.instant,
    }


def rule_columns(rule: str, first: Due | None) -> dict[str, Any]:
    """How a rule stands in the table, with its first time; it may wait for one."""
    if not rule or first is None:
        return {"rule": rule, "occurrence": ""}
    return {"rule": settled(rule, first.on), "occurrence": occurrence_of(first)}


def occurrence_of(due: Due) -> str:
    """A time on the wall, or a day, as a rule counts it."""
    return f"{due.on}T{due.time:%H:%M}" if due.time else f"{due.on}"


def follow_on(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that change because others do. Nobody is nagged any more once it is done, or is
    somebody else's to do; the rule goes over to the next one (`core.recurring`), needs a date, and
    counts from the first one that it gets."""
    more: dict[str, Any] = {}
    done = new["status"] == Status.COMPLETED
    if done or new["assignee_id"] != old["assignee_id"]:
        more["nag"] = None
    if new["rule"] and (done or (old["due_on"] and not new["due_on"])):
        more |= {"rule": "", "occurrence": ""}
    elif new["rule"] and new["due_on"] and not new["occurrence"]:
        more |= rule_columns(new["rule"], due_of(new))
    return more


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of what is to change, but for the status; see `core.tasks.Tasks.update`.

    Raises `Blank`, `TooLong`."""
    columns: dict[str, Any] = {}
    for name, as_columns in _WRITTEN.items():
        if name in values:
            columns |= as_columns(values[name])
    if "rule" in values:
        columns |= rule_columns(values["rule"], values.get("due"))
    return columns


_WRITTEN: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "title": lambda title: {"title": clean_title(title)},
    "description": lambda text: {"description": clean_description(text or "")},
    "priority": lambda priority: {"priority": priority.value},
    "category": lambda name: {"category": clean_category(name or "")},
    "assignee": lambda account: {"assignee_id": account},
    "due": due_columns,
    "labels": lambda names: {"labels": clean_labels(names)},
    "remind": lambda minutes: {"remind": minutes},
}
"""What may be changed by its name, but for the status and the rule."""


def status_columns(task: Task, status: Status, actor: int, now: datetime) -> dict[str, Any]:
    """The columns of a new status."""
    if status is not Status.COMPLETED:
        return {"status": status.value, "completed_at": None, "completed_by": None}
    return {
        "status": status.value,
        "completed_at": now,
        "completed_by": actor,
        "completions": task.completions + 1,
    }


def is_open(row: Mapping[str, Any]) -> bool:
    """Whether a task with these columns is open, and counts."""
    return row["deleted_at"] is None and Status(row["status"]).open
