"""Add a task, from a line of text or from a form; several lines are several tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import verbs
from bot.added import card_of, summary_of
from bot.assigned import may_be_given, not_given, unreached
from bot.commands.unfurling import follow
from bot.forms import add_form, add_question
from bot.grammar import straight
from bot.kept import quotes_code
from bot.language import N_, _
from bot.new_lists import answers, has_room, others, question, too_long, unlisted
from bot.outcomes import due_of, which_date
from bot.people import is_person, person_named, person_of
from bot.quickadd import MOST, Understood, lines, understand
from bot.quoting import quoting, remember
from bot.turn import EVERYWHERE, Turn, commands
from bot.typed import context_of
from bot.typed_fields import before_of, labels_of, rule_of
from bot.words import cut, number
from core.chat import Reply
from core.cleaning import clean
from core.task import (
    DESCRIPTION_LIMIT,
    REMIND_LIMIT,
    TITLE_LIMIT,
    Draft,
    read_priority,
    read_status,
)
from core.work import Work


@commands.on(
    verbs.Add,
    aliases=("new", "todo"),
    usage=N_("Buy milk !high #home @alice tomorrow 5pm"),
    menu=EVERYWHERE,
)
def add(work: Work, turn: Turn, command: verbs.Add) -> Reply:
    if turn.inbound.quoted and quotes_code(turn.inbound.quoted.text):
        return Reply(text=_("There is a code or a token in it, so I made no task of that."))
    command = quoting(turn, command)
    text = straight(command.text).strip()
    if command.title is not None:
        draft = with_fields(work, turn, command, Draft(command.title))
        return card_of(turn, work.tasks.add(turn.actor, draft), work.tasks.change)
    if not text:
        return Reply(form=add_form() if turn.inbound.forms else add_question())
    several = wholes(text)
    if len(several) > 1:
        said, drafts = zip(*(read_draft(work, turn, each) for each in several), strict=True)
        tasks = [
            work.tasks.add(turn.actor, with_fields(work, turn, command, each)) for each in drafts
        ]
        remember(work, turn, [(task.id, each) for task, each in zip(tasks, several, strict=True)])
        unsure = [task for task, each in zip(tasks, said, strict=True) if each.ambiguity]
        refused = not_given(work, turn, zip(tasks, said, strict=True))
        return summary_of(turn, tasks, unsure, work.tasks.change, refused)
    return _add(work, turn, command, text)


def _add(work: Work, turn: Turn, command: verbs.Add, text: str) -> Reply:
    """One task."""
    said, draft = read_draft(work, turn, text)
    whole, lists = draft.description, None if command.category else others(work, turn, said)
    draft = unlisted(draft) if lists is not None else draft
    task = work.tasks.add(turn.actor, with_fields(work, turn, command, draft))
    remember(work, turn, [(task.id, text)])
    follow(work, turn, task)
    if said.ambiguity and task.due is None:
        saved = _("Saved without a date - which one?")
        if len(said.ambiguity.candidates) == 1:
            saved = _("Saved without a date - is it one?")
        return which_date(turn, task, said.ambiguity, saved=saved)
    refused = not_given(work, turn, [(task, said)])
    asked = question(said) if lists is not None else ""
    about = (_said_added(text, whole), *refused, unreached(work, task), asked)
    text = " ".join(filter(None, about))
    added = card_of(turn, task, work.tasks.change, said, text)
    row = answers(task, said, lists) if lists is not None else ()
    return replace(added, buttons=(*added.buttons, row)) if row else added


def wholes(text: str) -> list[str]:
    """The lines of a text that are a task each; else the text, which is one."""
    several = lines(text)
    return several if 1 < len(several) <= MOST else [text]


def read_draft(work: Work, turn: Turn, text: str) -> tuple[Understood, Draft]:
    """One task as a text says it; what is too long for a title, or has too many lines for a list,
    is kept as notes, too."""
    several = lines(text)
    said = _understood(work, turn, several[0])
    long = len(several) > MOST or len(said.title) > TITLE_LIMIT
    long |= too_long(said) and not has_room(said)
    draft = _drafted(work, turn, said, clean(text).strip() if long else "")
    return said, unlisted(draft) if too_long(said) else draft


def _understood(work: Work, turn: Turn, line: str) -> Understood:
    return understand(line, context_of(turn, lambda token: _is_meant(work, turn, token)))


def _is_meant(work: Work, turn: Turn, token: str) -> bool:
    """Whether somebody is mentioned. What is quoted somebody else may have written: it gives nobody
    a task, and tells nobody."""
    foreign = turn.inbound.quoted is not None and token not in turn.inbound.line
    return not (foreign and not turn.inbound.edited) and is_person(work, turn, token)


def with_fields(work: Work, turn: Turn, command: verbs.Fields, draft: Draft) -> Draft:
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
    return _with_more(turn, command, replace(draft, **given) if given else draft)


def _with_more(turn: Turn, command: verbs.Fields, draft: Draft) -> Draft:
    """Labels, reminder and repetition."""
    if command.labels:
        draft = replace(draft, labels=labels_of(command.labels))
    if command.remind:
        draft = replace(draft, remind=before_of(turn, command.remind))
    if command.repeat:
        rule, first = rule_of(turn, command.repeat, draft.due)
        draft = replace(draft, rule=rule, due=first)
    return draft


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
        assignee=person.id if person and may_be_given(turn, person) else None,
        due=said.due,
        remind=_minutes(said.reminder),
        labels=said.labels,
        rule=said.rule,
    )


def _minutes(before: timedelta | None) -> int | None:
    """As a task has them; nobody is reminded more than a year before."""
    return min(before // timedelta(minutes=1), REMIND_LIMIT) or None if before else None


def _said_added(text: str, whole: str) -> str:
    if not whole:
        return ""
    if len(clean(text).strip()) > DESCRIPTION_LIMIT:
        return _(
            "That is long: I kept the first {limit} characters as notes.",
            limit=number(DESCRIPTION_LIMIT),
        )
    if len(lines(text)) > MOST:
        return _(
            "It is one task, with all lines as notes: I make tasks of up to {most} lines.",
            most=MOST,
        )
    return _("That is too long for a title, so I kept the whole text as notes.")
