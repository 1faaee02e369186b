"""Draws a `Form` as a modal, and the problems with its answers on its fields. Pure."""

from __future__ import annotations

import re
from typing import Any

from adapters.slack import limits
from adapters.slack.buttons import Block, plain
from adapters.slack.markup import clean, cut, size
from adapters.slack.origin import Origin
from core.chat import Form, Input, Option, Question

CALLBACK = "form"
ANSWER = "answer"
"""The action id of a question's one element; the block's id is the question's name."""
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_USER = re.compile(r"@([UW][A-Z0-9]+)")
_ELEMENTS = {Input.DATE: "datepicker", Input.TIME: "timepicker", Input.PERSON: "users_select"}


def modal(form: Form, origin: Origin) -> dict[str, Any]:
    """The view to open. Raises `Unsendable` where `origin` does not fit into it."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _words(form.title, limits.MODAL_TITLE),
        "submit": _words(form.submit, limits.MODAL_TITLE),
        "close": _words(form.leave, limits.MODAL_TITLE),
        "private_metadata": origin.pack(),
        "blocks": [_block(each) for each in form.questions[: limits.MODAL_BLOCKS]],
    }


def problems(form: Form) -> dict[str, str]:
    """What is wrong, by the id of the block to show it on."""
    found = {each.name: each.problem for each in form.questions if each.problem}
    return {name: cut(clean(text), limits.INPUT_LABEL) for name, text in found.items()}


def _block(question: Question) -> Block:
    block: Block = {
        "type": "input",
        "block_id": question.name,
        "label": _words(question.label, limits.INPUT_LABEL),
        "optional": not question.required,
        "element": {**_element(question), "action_id": ANSWER},
    }
    hint = " ".join(filter(None, (question.problem, question.help)))
    return {**block, "hint": _words(hint, limits.INPUT_LABEL)} if hint.strip() else block


def _element(question: Question) -> Block:
    if question.kind in (Input.LINE, Input.TEXT):
        return _text(question)
    if question.kind is Input.CHOICE:
        return _choice(question)
    return {"type": _ELEMENTS[question.kind], **_picked(question.kind, question.value)}


def _picked(kind: Input, value: str) -> Block:
    """The initial value of a picker; Slack refuses the whole view for one that it cannot read."""
    if kind is Input.DATE and _DATE.fullmatch(value):
        return {"initial_date": value}
    if kind is Input.TIME and _TIME.fullmatch(value):
        return {"initial_time": value}
    user = _USER.fullmatch(value)
    return {"initial_user": user[1]} if kind is Input.PERSON and user else {}


def _text(question: Question) -> Block:
    longest = min(question.max_length or limits.INPUT_TEXT, limits.INPUT_TEXT)
    element: Block = {
        "type": "plain_text_input",
        "multiline": question.kind is Input.TEXT,
        "max_length": longest,
    }
    value = cut(clean(question.value), longest)
    return {**element, "initial_value": value} if value.strip() else element


def _choice(question: Question) -> Block:
    """A menu; a line to type into where there is nothing to choose from."""
    options = {
        each.value: _option(each)
        for each in question.options
        if each.value and size(each.value) <= limits.OPTION_VALUE
    }
    if not options:
        return _text(question)
    chosen = options.get(question.value)
    shown = list(options.values())[: limits.SELECT_OPTIONS]
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    element: Block = {"type": "static_select", "options": shown}
    return element if chosen is None else {**element, "initial_option": chosen}


def _option(option: Option) -> Block:
    return {
        "text": _words(option.label or option.value, limits.OPTION_LABEL),
        "value": option.value,
    }


def _words(text: str, limit: int) -> Block:
    shown = clean(text).strip()
    return plain(cut(shown, limit) if shown else "-")
