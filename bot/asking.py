"""A form where there are no forms: one question at a time, in words and buttons."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import ROW_SHOWN, button
from bot.language import N_, _
from bot.reading import parse
from bot.turn import Turn
from bot.whom import people
from bot.words import cut
from core.chat import Button, Form, Input, Question, Reply
from core.task import Ref
from core.work import Work

_IN_A_ROW = 3
_EXAMPLES = {
    Input.DATE: N_("For example: tomorrow, fri, 24 nov"),
    Input.TIME: N_("For example: 17:00"),
    Input.PERSON: N_("Mention them, or say: me, nobody"),
}
ASKED_FOR = 5
"""Minutes that a question before something final stands (`product.md` 1.6)."""

ASKED_AGAIN = N_("That question was old, so I ask again.")


def asked(work: Work, turn: Turn, form: Form) -> Reply:
    """Ask for what is missing; where nothing is, offer every field as a button."""
    missing = [each for each in form.questions if each.required and not each.value]
    if missing or len(form.questions) == 1:
        return ask(work, turn, form, [*missing, form.questions[0]][0])
    buttons = [button(each.label, verbs.Ask(each.name, form.line)) for each in form.questions]
    rows = (*_rows(buttons), (_leave(_("Back"), form),))
    title = next((each.value for each in form.questions if each.name == "title"), "")
    text = f"{cut(title, ROW_SHOWN)}\n{_('What should change?')}".strip()
    return Reply(title=form.title, text=text, buttons=rows)


def ask(work: Work, turn: Turn, form: Form, question: Question, page: int = 1) -> Reply:
    """Ask for one field; the next line of text in the private chat is the answer. `page`: of the
    people who are offered, where it asks for one."""
    work.questions.ask(turn.identity.id, turn.identity.chat_id, form.line, question.name)
    text = f"{question.label}? {question.help or _(_EXAMPLES.get(question.kind, ''))}".strip()
    if question.value and question.kind is not Input.CHOICE:
        text = f"{text}\n{_('Now: {value}', value=question.value)}"
    options = [_option(form, question, each.label, each.value) for each in question.options]
    if not question.required and question.value and not question.options:
        options.append(_option(form, question, _("Clear it"), ""))
    rows = _rows(options)
    if question.kind is Input.PERSON and (ref := _ref(form)) is not None:
        rows = people(work, turn, ref, page)
    return Reply(text=text, buttons=(*rows, (_leave(_("Leave it"), form),)))


def _ref(form: Form) -> Ref | None:
    """The task that a form is about."""
    ref = getattr(parse(form.line), "ref", None)
    return ref if isinstance(ref, Ref) else None


def _leave(label: str, form: Form) -> Button:
    """Away from a question: to the card of the task that it is about, if it is about one."""
    task = _ref(form)
    if task is None:
        return button(label, verbs.Close(_("Left as it was.")))
    return button(label, verbs.Show(replace(task, revision=0)))


def _option(form: Form, question: Question, label: str, value: str) -> Button:
    word = f'"{value}"' if " " in value or not value else value
    return Button(label, f"{form.line} {question.name}:{word}")


def _rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    starts = range(0, len(buttons), _IN_A_ROW)
    return tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in starts)


def minutes(turn: Turn) -> int:
    """The present minute, for questions that do not stand for ever."""
    return int(turn.now.timestamp()) // 60


def stands(turn: Turn, at: int | None) -> bool:
    """Whether a question asked at that minute still stands."""
    return at is not None and 0 <= minutes(turn) - at <= ASKED_FOR
