"""A form where there are no forms: one question at a time, in words and buttons."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.turn import Turn
from core.chat import Button, Form, Input, Question, Reply
from core.work import Work

_IN_A_ROW = 3


def asked(work: Work, turn: Turn, form: Form) -> Reply:
    """Ask for what is missing; where nothing is, offer every field as a button."""
    missing = [each for each in form.questions if each.required and not each.value]
    if missing:
        return ask(work, turn, form, missing[0])
    buttons = [button(each.label, verbs.Ask(each.name, form.line)) for each in form.questions]
    return Reply(title=form.title, text="What should change?", buttons=_rows(buttons))


def ask(work: Work, turn: Turn, form: Form, question: Question) -> Reply:
    """Ask for one field; the next line of text in the private chat is the answer."""
    work.questions.ask(turn.identity.id, turn.identity.chat_id, form.line, question.name)
    text = f"{question.label}? {question.help}".strip()
    if question.value and question.kind is not Input.CHOICE:
        text = f"{text}\nNow: {question.value}"
    options = [_option(form, question, each.label, each.value) for each in question.options]
    if not question.required and question.value and not question.options:
        options.append(_option(form, question, "Clear it", ""))
    leave = button("Leave it", verbs.Close("Left as it was."))
    return Reply(text=text, buttons=(*_rows(options), (leave,)))


def _option(form: Form, question: Question, label: str, value: str) -> Button:
    word = f'"{value}"' if " " in value or not value else value
    return Button(label, f"{form.line} {question.name}:{word}")


def _rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    starts = range(0, len(buttons), _IN_A_ROW)
    return tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in starts)
