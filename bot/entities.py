"""A task in named values, for a platform that draws it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.card_facts import done_by, reminds, said_labels, state, with_whom
from bot.cards import TITLE_SHOWN
from bot.forms import PRIORITIES
from bot.language import _
from bot.rule_words import say_rule
from bot.words import cut
from core.chat import Entity, Fact, Moment, Tone
from core.identity import Account
from core.task import Offer, Status, Task

SHARED_NOTES = 1000
"""Characters of the notes that everybody is shown, as on a card."""
_TONES = {
    Status.PENDING: Tone.WAITING,
    Status.IN_PROGRESS: Tone.ACTIVE,
    Status.COMPLETED: Tone.DONE,
    Status.CANCELLED: Tone.OFF,
}


def entity(task: Task, now: datetime, reader: Account, url: str, *, shared: bool) -> Entity:
    """The task as somebody may see it. `shared`: everybody in a chat reads it, so it says what
    their card says, and nothing that is the reader's own."""
    due = task.due
    return Entity(
        id=task.public_id,
        url=url,
        title=cut(task.title, TITLE_SHOWN),
        status=state(task, now),
        tone=Tone.LATE if task.overdue(now) else _TONES[task.status],
        description=cut(task.description, SHARED_NOTES) if shared else task.description,
        created_by=task.owner_name,
        assignee=task.assignee_name if task.assignee is not None else "",
        due_on=due.on.isoformat() if due and not due.time else "",
        due_at=int(due.instant.timestamp()) if due and due.time else 0,
        priority=_(PRIORITIES[task.priority]),
        more=tuple(_more(task, now, reader, shared=shared)),
        changed=int(task.updated_at.timestamp()),
    )


def gone(public_id: str, url: str, said: str) -> Entity:
    """In place of a task that is not to be seen any more."""
    return Entity(id=public_id, url=url, title=said, tone=Tone.OFF)


def _more(task: Task, now: datetime, reader: Account, *, shared: bool) -> Iterator[Fact | Moment]:
    """What has no name of its own there."""
    today = now.astimezone(reader.zone).date()
    if task.status is Status.COMPLETED and task.completed_at:
        yield done_by(task, task.completed_at, today, UTC if shared else reader.zone)
    if task.status.open and task.assignee is not None and task.offer is not Offer.NONE:
        yield Fact(with_whom(task, 0 if shared else reader.id), _("answer"))
    if task.rule:
        yield Fact(say_rule(task.rule, today), _("repeats"))
    if not shared:
        yield from reminds(task, now, reader)
    if task.category:
        yield Fact(task.category, _("Category"))
    if task.labels:
        yield Fact(said_labels(task), _("Labels"))
    if task.notes:
        yield Fact(str(task.notes), _("Notes"))
