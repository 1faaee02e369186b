"""The way out of messages that are too many, on each of them."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.verbs import About
from core.chat import Button, Reply
from core.events import Event, TaskAssigned
from core.task import Ref, Task

_BESIDE = 2
"""Buttons of a row that has room for this one, too."""


def fewer(about: About, task: Task | None = None) -> Button:
    """The button that offers to turn such messages down; `task`: the one that it was about."""
    ref = Ref(public_id=task.public_id) if task else None
    return button(_("Fewer of these"), verbs.Fewer(about, ref))


def with_way_out(event: Event, told: Reply) -> Reply:
    """A notice with that button, where it has none. What is told for somebody's security is told
    whatever they want fewer of."""
    lines = [each.line for row in told.buttons for each in row if isinstance(each, Button)]
    if event.always or any(each.split(" ", 1)[0] == verbs.Fewer.name for each in lines):
        return told
    way = fewer(About.OFFERS if isinstance(event, TaskAssigned) else About.NEWS)
    *rows, last = told.buttons or ((),)
    if told.card is not None or len(last) > _BESIDE:
        return replace(told, buttons=(*told.buttons, (way,)))
    return replace(told, buttons=(*rows, (*last, way)))
