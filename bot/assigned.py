"""What is said to whoever gives a task away."""

from __future__ import annotations

from collections.abc import Iterable

from bot.language import _, ngettext
from bot.people import person_of
from bot.quickadd import Understood
from bot.turn import Turn
from core.identity import Account, Identity
from core.task import Offer, Task
from core.work import Work

_COUNTED = 99
"""Offers are counted up to it."""


def given(work: Work, task: Task) -> str:
    """To whom a task went just now."""
    if task.assignee is None:
        return _("Assigned to nobody.")
    if task.offer is not Offer.OFFERED:
        return _("Assigned to {name}.", name=task.assignee_name)
    return f"{_('Offered to {name}.', name=task.assignee_name)} {unreached(work, task)}".strip()


def unreached(work: Work, task: Task) -> str:
    """A sentence where somebody was given a task and there is no way to tell them yet."""
    if task.offer is not Offer.OFFERED or task.assignee is None:
        return ""
    person = work.accounts.get(task.assignee)
    if any(_is_reached(person, each) for each in work.accounts.identities(person.id)):
        return ""
    return _("{name} never wrote to me, and sees it once they do.", name=task.assignee_name)


def _is_reached(person: Account, by: Identity) -> bool:
    """Whether we may write to somebody there: on Telegram only once they wrote."""
    return bool(by.user_id) and (person.joined or by.platform != "telegram")


def takes_none(name: str) -> str:
    """Why somebody was given nothing."""
    return _("{name} takes no tasks from others.", name=name)


def may_be_given(turn: Turn, person: Account) -> bool:
    """Whether a line that names somebody gives them its task: it is kept as nobody's where they
    take none, since a refusal would lose what was written."""
    return person.takes_tasks or person.id == turn.account.id


def not_given(work: Work, turn: Turn, added: Iterable[tuple[Task, Understood]]) -> list[str]:
    """A sentence about each who was named in a line and takes no tasks."""
    tokens = [said.person for task, said in added if said.person and task.assignee is None]
    names = (_named(work, turn, token) for token in dict.fromkeys(tokens))
    return [_("{name} takes no tasks from others, so nobody has it.", name=name) for name in names]


def _named(work: Work, turn: Turn, token: str) -> str:
    """By the name of their account: a mention in a message of Slack's has none."""
    person = person_of(work, turn, token)
    return person.name if person else token.lstrip("@")


def unanswered(work: Work, turn: Turn) -> str:
    """How many tasks others offered to whoever writes, who did not answer yet; else nothing."""
    waiting = len(work.assigning.offered(turn.account.id, most=_COUNTED))
    if not waiting:
        return ""
    return ngettext(
        "{n} of your tasks waits for your answer: do you take it?",
        "{n} of your tasks wait for your answer: do you take them?",
        waiting,
    )
