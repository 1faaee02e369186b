"""A form that was not taken: what was written into it is there when it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.grammar import BUTTON_BYTES
from bot.language import _
from bot.reading import entry_of
from bot.turn import Turn
from bot.verbs import Fields
from core.addresses import Sender
from core.chat import Button, Form, Input, Kind, Question, Style
from core.drafts import Draft, unrevised
from core.work import Work


def keep(work: Work, turn: Turn) -> None:
    """Keep what was sent with a form about a task. What is in others may be a secret."""
    inbound, entry = turn.inbound, entry_of(turn.inbound.line)
    if inbound.kind is Kind.FORM and entry and issubclass(entry.kind, Fields):
        work.drafts.keep(turn.identity.id, inbound.line, inbound.answers, inbound.people)


def drop(work: Work, turn: Turn) -> None:
    """The form was taken, if it was one."""
    if turn.inbound.kind is Kind.FORM:
        work.drafts.drop(turn.identity.id, turn.inbound.line)


def filled(work: Work, turn: Turn, form: Form) -> Form:
    """The form with what was written into it the last time, if that was not taken."""
    kept = work.drafts.of(turn.identity.id, form.line)
    if kept is None:
        return form
    questions = tuple(replace(each, value=_value(each, kept)) for each in form.questions)
    return replace(form, questions=questions)


def again(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    """A way back to the form that was sent, if it was one."""
    line = unrevised(turn.inbound.line)
    if turn.inbound.kind is not Kind.FORM or len(line.encode()) > BUTTON_BYTES:
        return ()
    return ((Button(_("Open the form again"), line, Style.PRIMARY),),)


def _value(question: Question, kept: Draft) -> str:
    said = kept.answers.get(question.name, question.value)
    return _person(said, kept.people) if question.kind is Input.PERSON else said


def _person(token: str, people: Mapping[str, Sender]) -> str:
    """Somebody as a form names them, by the id."""
    meant = people.get(token)
    return f"@{meant.user_id}" if meant and meant.user_id else token
