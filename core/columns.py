"""A task's columns: which of them change, and how what people say stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from core.task import (
    Draft,
    Due,
    Status,
    Task,
    clean_category,
    clean_description,
    clean_title,
)

FIELDS = (
    "title",
    "description",
    "status",
    "priority",
    "category",
    "assignee_id",
    "due_on",
    "due_time",
    "due_zone",
    "due_at",
    "remind",
    "completed_at",
    "completed_by",
    "completions",
    "deleted_at",
)


REMINDED = ("due_on", "due_time", "due_zone", "remind", "assignee_id")
"""What reminders follow."""


def due_of(columns: Mapping[str, Any]) -> Due | None:
    """A due date as it stands in the table."""
    if not columns["due_on"]:
        return None
    wall = time.fromisoformat(columns["due_time"]) if columns["due_time"] else None
    return Due(date.fromisoformat(columns["due_on"]), wall, columns["due_zone"])


def draft_columns(draft: Draft) -> dict[str, Any]:
    """The columns of a new task that its draft says, but for the title. Raises `TooLong`."""
    return {
        "assignee_id": draft.assignee,
        "description": clean_description(draft.description),
        "status": draft.status.value,
        "priority": draft.priority.value,
        "category": clean_category(draft.category),
        "remind": draft.remind,
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


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of what is to change, but for the status; see `core.tasks.Tasks.update`.

    Raises `Blank`, `TooLong`."""
    columns: dict[str, Any] = {}
    if "title" in values:
        columns["title"] = clean_title(values["title"])
    if "description" in values:
        columns["description"] = clean_description(values["description"] or "")
    if "priority" in values:
        columns["priority"] = values["priority"].value
    if "category" in values:
        columns["category"] = clean_category(values["category"] or "")
    if "assignee" in values:
        columns["assignee_id"] = values["assignee"]
    if "due" in values:
        columns |= due_columns(values["due"])
    return columns


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
