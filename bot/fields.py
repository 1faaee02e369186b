"""A refused form, given back with the problem on its field."""

from __future__ import annotations

from dataclasses import replace

from bot.grammar import Command
from bot.language import _
from bot.reading import parse
from bot.turn import Entry, Turn, commands
from core.chat import Form, Reply
from core.errors import (
    Blank,
    NotUnderstood,
    PlanLimit,
    Refusal,
    TakesNoTasks,
    TooLong,
    UnknownPerson,
)
from core.work import Work

_FIELDS = {
    "date": ("due", "date"),
    "time zone": ("zone",),
    "time zone here": ("here",),
    "language": ("tag", "language"),
    "name": ("text", "called"),
    "digest": ("text", "digest"),
    "quiet hours": ("text", "quiet"),
    "person": ("assignee", "person"),
}


def with_problem(work: Work, turn: Turn, refusal: Refusal, said: Reply) -> Reply:
    """The form again, where the platform shows problems on fields and the form is still there;
    else the sentence with what was written, so that nothing is lost."""
    form = _form(work, turn) if turn.inbound.forms else None
    if form is None:
        wrote = "; ".join(f"{name}: {text}" for name, text in turn.inbound.answers.items() if text)
        return replace(
            said,
            text=f"{said.text}\n{_('You wrote: {text}', text=wrote[:1500])}",
            fresh=True,
            toast="",
        )
    names = _names(refusal)
    wrong = next((each.name for each in form.questions if each.name in names), "")
    wrong = wrong or form.questions[0].name
    questions = tuple(
        replace(each, problem=said.text) if each.name == wrong else each for each in form.questions
    )
    return Reply(form=replace(form, questions=questions))


def _names(refusal: Refusal) -> tuple[str, ...]:
    match refusal:
        case TooLong(what=what) | Blank(what=what) | NotUnderstood(what=what):
            return _FIELDS.get(what, (what,))
        case PlanLimit(what="categories"):
            return ("category",)
        case UnknownPerson() | TakesNoTasks() | PlanLimit(what="people"):
            return _FIELDS["person"]
        case _:
            return ()


def _form(work: Work, turn: Turn) -> Form | None:
    """The form that was filled."""
    command = parse(turn.inbound.line)
    try:
        return form_of(work, turn, commands.of(command), command)
    except Refusal:
        return None


class _NoForm(Exception):
    """What was asked about is no form: it is taken back."""


def form_of(work: Work, turn: Turn, entry: Entry, command: Command) -> Form | None:
    """The form that a command answers with; None for one that did something instead, which is taken
    back. Raises `Refusal`."""
    try:
        with work.savepoint():
            form = entry.handler(work, turn, command).form
            if form is None:
                raise _NoForm
            return form
    except _NoForm:
        return None
