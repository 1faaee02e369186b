"""Add a task, from a line of text or from a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import verbs
from bot.cards import cut, turn_card
from bot.dates import Either
from bot.forms import add_form, add_question
from bot.grammar import straight
from bot.outcomes import due_of, which_date, with_zone_hint
from bot.people import is_person, person_named, person_of
from bot.turn import EVERYWHERE, Turn, commands
from bot.words import Understood, understand
from core.chat import Reply
from core.task import (
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    Draft,
    Due,
    clean,
    read_priority,
    read_status,
)
from core.work import Work


@commands.on(
    verbs.Add,
    aliases=("new", "todo"),
    usage="Buy milk !high #home @alice due tomorrow",
    menu=EVERYWHERE,
)
def add(work: Work, turn: Turn, command: verbs.Add) -> Reply:
    text = straight(command.text).strip()
    if command.title is not None:
        return _add(work, turn, _with_fields(work, turn, command, Draft(command.title)))
    if not text:
        return Reply(form=add_form() if turn.inbound.forms else add_question())
    understood = understand(
        text,
        today=turn.today,
        zone=turn.account.timezone or "UTC",
        is_person=lambda token: is_person(work, turn, token),
    )
    whole = clean(text).strip() if len(understood.title) > TITLE_LIMIT else ""
    draft = _with_fields(work, turn, command, _drafted(work, turn, understood, whole))
    if isinstance(understood.due, Either) and draft.due is None:
        task = work.tasks.add(turn.actor, draft)
        return which_date(turn, task, understood.due, saved="Added without a date - which one?")
    return _add(work, turn, draft, whole)


def _add(work: Work, turn: Turn, draft: Draft, whole: str = "") -> Reply:
    task = work.tasks.add(turn.actor, draft)
    reply = turn_card(turn, task, said=_said_added(whole), change=work.tasks.change)
    return with_zone_hint(turn, task, reply)


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
    return replace(draft, **given)


def _drafted(work: Work, turn: Turn, understood: Understood, whole: str) -> Draft:
    """A draft from a line; where the line is too long for a title, `whole` are the notes."""
    person = person_of(work, turn, understood.person) if understood.person else None
    return Draft(
        title=cut(" ".join(clean(understood.title).split()), TITLE_LIMIT),
        description=whole[:DESCRIPTION_LIMIT],
        priority=understood.priority,
        category=understood.category,
        assignee=person.id if person else None,
        due=understood.due if isinstance(understood.due, Due) else None,
    )


def _said_added(whole: str) -> str:
    if not whole:
        return "Added."
    if len(whole) > DESCRIPTION_LIMIT:
        return f"Added. That is long: I kept the first {DESCRIPTION_LIMIT:,} characters as notes."
    return "Added. That is too long for a title, so I kept the whole text as notes."
