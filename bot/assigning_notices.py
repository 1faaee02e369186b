"""A task that is offered to somebody, and what they answered, in words."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, card
from bot.language import _, pgettext
from core.assigning import is_unanswered
from core.chat import Audience, Reply
from core.events import OfferUnanswered, TaskAccepted, TaskDeclined
from core.identity import Account
from core.notices import Notice
from core.task import Offer, Ref, Task
from core.work import Work


def answered(
    event: TaskAccepted | TaskDeclined | OfferUnanswered, notice: Notice
) -> tuple[str, str]:
    """The notice's title and message."""
    facts = {"name": notice.actor, "task": notice.subject}
    if isinstance(event, OfferUnanswered):
        return _("No Answer Yet"), _(
            "{name} has not said yet whether they take the task: {task}. They still can.", **facts
        )
    if isinstance(event, TaskAccepted):
        return _("Task Accepted"), _("{name} accepted the task: {task}", **facts)
    if event.taken:
        return _("Task Given Back"), _("{name} gave the task back: {task}", **facts)
    return _("Task Declined"), _("{name} declined the task: {task}", **facts)


def offered(work: Work, notice: Notice, reader: Account) -> Reply | None:
    """The card of a task that somebody else gave the reader; None where it is not theirs any
    more."""
    task = work.tasks.for_account(reader.id, notice.task) if notice.task else None
    if task is None or task.assignee != reader.id:
        return None
    said = _("{name} assigned a task to you.", name=notice.actor)
    if task.offer is Offer.OFFERED and task.status.open:
        said = _("{name} assigned a task to you. Do you take it?", name=notice.actor)
    return replace(card(task, reader, work.now), text=said)


def told_answer(work: Work, notice: Notice, reader: int, message: str) -> Reply | None:
    """What the owner of a task is told of the answer, without a sound; None where the task is gone,
    or somebody else's by now."""
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None:
        return None
    seen = Ref(public_id=task.public_id)
    row = [button(pgettext("verb", "Open"), verbs.Show(seen))]
    if _free(notice, task):
        row.append(button(_("Assign"), verbs.Assign(seen)))
    return Reply(text=message, buttons=(tuple(row),), silent=True, audience=Audience.HERE)


def unanswered(work: Work, notice: Notice, reader: int, message: str) -> Reply | None:
    """What whoever made a task is told of an offer that nobody answered, with the ways on; None
    where it was answered meanwhile, or taken back."""
    task = work.tasks.for_account(reader, notice.task) if notice.task else None
    if task is None or task.owner != reader or not is_unanswered(task):
        return None
    seen = Ref(public_id=task.public_id)
    row = (
        button(pgettext("verb", "Open"), verbs.Show(seen)),
        button(_("Give to another"), verbs.Assign(seen)),
        button(_("Take it back"), verbs.Assign(seen, "nobody")),
    )
    return Reply(text=message, buttons=(row,), audience=Audience.HERE)


def _free(notice: Notice, task: Task) -> bool:
    """Whether it was declined, and waits for somebody."""
    return isinstance(notice.event, TaskDeclined) and task.assignee is None and task.status.open
