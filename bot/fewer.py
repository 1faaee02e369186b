"""The way out of messages that are too many, on each of them."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.verbs import About
from core.chat import Button
from core.task import Ref, Task


def fewer(about: About, task: Task | None = None) -> Button:
    """The button that offers to turn such messages down; `task`: the one that it was about."""
    ref = Ref(public_id=task.public_id) if task else None
    return button(_("Fewer of these"), verbs.Fewer(about, ref))
