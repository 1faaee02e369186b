"""What a card says of its task below the title."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from bot.language import N_, _, ngettext
from bot.rule_words import say_rule
from bot.spans import in_words
from bot.words import cut, say_date, say_due
from core.chat import Fact, Moment
from core.identity import Account
from core.task import Due, Offer, Priority, Status, Task


def state(task: Task, now: datetime) -> str:
    """The state in words."""
    match task.status:
        case Status.PENDING:
            said = _("Open")
        case Status.IN_PROGRESS:
            said = _("In progress")
        case Status.COMPLETED:
            said = _("Done")
        case Status.CANCELLED:
            said = _("Cancelled")
    return _("{state}, overdue", state=said) if task.overdue(now) else said


_IN_ROWS = {
    Status.IN_PROGRESS: N_("in progress"),
    Status.COMPLETED: N_("done"),
    Status.CANCELLED: N_("cancelled"),
}


def row_state(task: Task) -> list[str]:
    """The same in a row of a list, where it is not to be expected."""
    return [_(_IN_ROWS[task.status])] if task.status in _IN_ROWS else []


_PRIORITIES = {Priority.HIGH: N_("high"), Priority.LOW: N_("low")}


def row_priority(task: Task) -> list[str]:
    """The priority, where it is not the usual one."""
    return [_(_PRIORITIES[task.priority])] if task.priority in _PRIORITIES else []


def with_whom(task: Task, reader: int = 0) -> str:
    """Whoever does the task, and whether they said so. Of one that is finished, that is past.
    `reader`: the account of whoever reads it alone."""
    name, you = task.assignee_name, reader != 0 and reader == task.assignee
    left = task.offer is Offer.LEFT
    if not task.status.open or task.offer is Offer.NONE or (left and you):
        return f"@{name}"
    if left:
        return _("@{name}, who left", name=name)
    if task.offer is Offer.OFFERED:
        return _("offered to you") if you else _("offered to @{name}", name=name)
    return _("accepted by you") if you else _("accepted by @{name}", name=name)


def facts(task: Task, now: datetime, reader: Account, *, shared: bool) -> tuple[Fact | Moment, ...]:
    """What the card says below its title. A card stays in the chat: no day on it is "today"."""
    today = now.astimezone(reader.zone).date()
    lines: list[Fact | Moment] = [Fact(state(task, now))]
    if task.status is Status.COMPLETED and task.completed_at:
        lines = [done_by(task, task.completed_at, today, UTC if shared else reader.zone)]
    lines += map(Fact, _marks(task, 0 if shared else reader.id))
    if task.due is not None:
        lines.append(_due(task.due, today))
    if task.rule:
        lines.append(Fact(say_rule(task.rule, today), _("repeats")))
    if not shared:
        lines += reminds(task, now, reader)
    if task.notes:
        lines.append(Fact(ngettext("{n} note", "{n} notes", task.notes)))
    if task.description:
        lines.append(Fact(cut(task.description, 1000), _("notes")))
    return tuple(lines)


def _marks(task: Task, reader: int) -> list[str]:
    """What signs say when it is typed."""
    marks = row_priority(task)
    marks += [f"#{task.category}"] if task.category else []
    marks += [said_labels(task)] if task.labels else []
    return marks + ([with_whom(task, reader)] if task.assignee is not None else [])


def said_labels(task: Task) -> str:
    """`~errand ~cheap`."""
    return " ".join(f"~{each}" for each in task.labels)


def _due(due: Due, today: date) -> Fact | Moment:
    text = say_due(due, today, near=False)
    return (
        Moment(text, int(due.instant.timestamp()), _("due")) if due.time else Fact(text, _("due"))
    )


def reminds(task: Task, now: datetime, reader: Account) -> list[Fact | Moment]:
    """When the reader is reminded, where that is not when the task is due."""
    nags: list[Fact | Moment] = []
    if task.nag and task.status.open and reader.id == (task.assignee or task.owner):
        again = _("every {time} until it is done", time=in_words(task.nag))
        nags = [Fact(again, _("reminds"))]
    at = task.reminds_at
    if at is None or at <= now or not task.status.open:
        return nags
    wall, today = at.astimezone(reader.zone), now.astimezone(reader.zone).date()
    text = f"{say_date(wall.date(), today, near=False)} {wall:%H:%M} ({reader.zone})"
    return [Moment(text, int(at.timestamp()), _("reminds you")), *nags]


def done_by(task: Task, at: datetime, today: date, zone: tzinfo) -> Fact | Moment:
    """By whom and when; readers of a shared card are in zones of their own, so it names one."""
    who = _("Done by {name}", name=task.completed_by_name or task.owner_name)
    wall = at.astimezone(zone)
    said = f"{say_date(wall.date(), today, near=False)} {wall:%H:%M}"
    if zone is not UTC:
        return Fact(said, who)
    return Moment(f"{said} (UTC)", int(at.timestamp()), who)
