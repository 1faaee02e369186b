"""What a card says of its task below the title."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from bot.words import cut, say_date, say_due
from core.chat import Fact, Moment
from core.identity import Account
from core.task import Due, Priority, Status, Task

_STATES = {
    Status.PENDING: "Open",
    Status.IN_PROGRESS: "In progress",
    Status.COMPLETED: "Done",
    Status.CANCELLED: "Cancelled",
}


def state(task: Task, now: datetime) -> str:
    """The state in words."""
    said = _STATES[task.status]
    return f"{said}, overdue" if task.overdue(now) else said


def facts(task: Task, now: datetime, reader: Account, *, shared: bool) -> tuple[Fact | Moment, ...]:
    """What the card says below its title. A card stays in the chat: no day on it is "today"."""
    today = now.astimezone(reader.zone).date()
    lines: list[Fact | Moment] = [Fact(state(task, now))]
    if task.status is Status.COMPLETED and task.completed_at:
        lines = [_done(task, task.completed_at, today, UTC if shared else reader.zone)]
    if task.priority is not Priority.MEDIUM:
        lines.append(Fact(f"{task.priority.value} priority"))
    if task.category:
        lines.append(Fact(f"#{task.category}"))
    if task.assignee is not None:
        lines.append(Fact(f"@{task.assignee_name}"))
    if task.due is not None:
        lines.append(_due(task.due, today))
    if not shared:
        lines += _reminds(task, now, reader)
    if task.description:
        lines.append(Fact(cut(task.description, 1000), "notes"))
    return tuple(lines)


def _due(due: Due, today: date) -> Fact | Moment:
    text = say_due(due, today, near=False)
    return Moment(text, int(due.instant.timestamp()), "due") if due.time else Fact(text, "due")


def _reminds(task: Task, now: datetime, reader: Account) -> list[Moment]:
    """When the reader is reminded, where that is not when the task is due."""
    at = task.reminds_at
    if at is None or at <= now or not task.status.open:
        return []
    wall, today = at.astimezone(reader.zone), now.astimezone(reader.zone).date()
    text = f"{say_date(wall.date(), today, near=False)} {wall:%H:%M} ({reader.zone})"
    return [Moment(text, int(at.timestamp()), "reminds you")]


def _done(task: Task, at: datetime, today: date, zone: tzinfo) -> Fact | Moment:
    """By whom and when; readers of a shared card are in zones of their own, so it names one."""
    who = f"Done by {task.completed_by_name or task.owner_name}"
    wall = at.astimezone(zone)
    said = f"{say_date(wall.date(), today, near=False)} {wall:%H:%M}"
    if zone is not UTC:
        return Fact(said, who)
    return Moment(f"{said} (UTC)", int(at.timestamp()), who)
