"""Add a task, from a line of text or from a form; several lines are several tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import verbs
from bot.added import card_of, summary_of
from bot.forms import add_form, add_question
from bot.grammar import straight
from bot.outcomes import due_of, which_date
from bot.people import is_person, person_named, person_of
from bot.quickadd import MOST, Understood, lines, understand
from bot.turn import EVERYWHERE, Turn, commands
from bot.typed import context_of
from bot.words import cut
from core.chat import Reply
from core.task import (
    DESCRIPTION_LIMIT,
    REMIND_LIMIT,
    TITLE_LIMIT,
    Draft,
    clean,
    read_priority,
    read_status,
)
from core.work import Work


@commands.on(
    verbs.Add,
    aliases=("new", "todo"),
    usage="Buy milk !high #home @alice tomorrow 5pm",
    menu=EVERYWHERE,
)
def add(work: Work, turn: Turn, command: verbs.Add) -> Reply:
    text = straight(command.text).strip()
    if command.title is not None:
        draft = _with_fields(work, turn, command, Draft(command.title))
        return card_of(turn, work.tasks.add(turn.actor, draft), work.tasks.change)
    if not text:
        return Reply(form=add_form() if turn.inbound.forms else add_question())
    several = lines(text)
    if 1 < len(several) <= MOST:
        said = [_understood(work, turn, each) for each in several]
        drafts = [_draft(work, turn, command, *each) for each in zip(said, several, strict=True)]
        tasks = [work.tasks.add(turn.actor, draft) for draft in drafts]
        unsure = [task for task, each in zip(tasks, said, strict=True) if each.ambiguity]
        return summary_of(turn, tasks, unsure, work.tasks.change)
    return _add(work, turn, command, text, several)


def _add(work: Work, turn: Turn, command: verbs.Add, text: str, several: list[str]) -> Reply:
    """One task; a text too long for a title, or of too many lines for a list, is kept as notes."""
    said = _understood(work, turn, several[0])
    long = len(several) > MOST or len(said.title) > TITLE_LIMIT
    whole = clean(text).strip() if long else ""
    draft = _with_fields(work, turn, command, _drafted(work, turn, said, whole))
    task = work.tasks.add(turn.actor, draft)
    if said.ambiguity and task.due is None:
        which = "is it one" if len(said.ambiguity.candidates) == 1 else "which one"
        return which_date(turn, task, said.ambiguity, saved=f"Added without a date - {which}?")
    return card_of(turn, task, work.tasks.change, said, _said_added(several, whole))


def _understood(work: Work, turn: Turn, line: str) -> Understood:
    return understand(line, context_of(turn, lambda token: is_person(work, turn, token)))


def _draft(work: Work, turn: Turn, command: verbs.Add, said: Understood, line: str) -> Draft:
    """One line of several."""
    whole = clean(line).strip() if len(said.title) > TITLE_LIMIT else ""
    return _with_fields(work, turn, command, _drafted(work, turn, said, whole))


def _with_fields(work: Work, turn: Turn, command: verbs.Add, draft: Draft) -> Draft:
    """The draft with what a form says, or a line by name: `add priority:high Buy milk`."""
    given: dict[str, Any] = {}
    if command.description:
        given["description"] = command.description
    if command.priority:
        given["priority"] = read_priority(command.priority)
    if command.status:
        given["status"] = read_status(command.status)
    if command.category:
        given["category"] = command.category
    if command.assignee:
        given["assignee"] = person_named(work, turn, command.assignee).id
    if command.due or command.time:
        given["due"] = due_of(turn, command.due or "", command.time or "")
    return replace(draft, **given) if given else draft


def _drafted(work: Work, turn: Turn, said: Understood, whole: str) -> Draft:
    """A draft from a line; where the line is too long for a title, `whole` are the notes. The words
    of a date that has to be asked for stay in the title until it is answered."""
    person = person_of(work, turn, said.person) if said.person else None
    title = said.ambiguity.title if said.ambiguity else said.title
    return Draft(
        title=cut(" ".join(clean(title).split()), TITLE_LIMIT),
        description=whole[:DESCRIPTION_LIMIT],
        priority=said.priority,
        category=said.category,
        assignee=person.id if person else None,
        due=said.due,
        remind=_minutes(said.reminder),
    )


def _minutes(before: timedelta | None) -> int | None:
    """As a task has them; nobody is reminded more than a year before."""
    return min(before // timedelta(minutes=1), REMIND_LIMIT) or None if before else None


def _said_added(several: list[str], whole: str) -> str:
    if not whole:
        return "Added."
    if len(whole) > DESCRIPTION_LIMIT:
        return f"Added. That is long: I kept the first {DESCRIPTION_LIMIT:,} characters as notes."
    if len(several) > MOST:
        return f"Added as one task, with all lines as notes: I make tasks of up to {MOST} lines."
    return "Added. That is too long for a title, so I kept the whole text as notes."
