"""What stands in Slack's own menus. A shortcut is a button: it says a line, which is its id."""

from __future__ import annotations

from dataclasses import dataclass

from bot import verbs
from bot.grammar import to_line

MESSAGE, GLOBAL = "message", "global"
"""In the menu of a message; in the search box and beside the composer."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of a menu."""

    name: str
    """At most 24 characters. The manifest has one language."""
    kind: str
    line: str
    description: str
    """At most 150 characters."""


SHORTCUTS = (
    Shortcut(
        "Turn into task",
        MESSAGE,
        to_line(verbs.Capture()),
        "Make a task of this message, with a link back to it",
    ),
    Shortcut(
        "Remind me about this",
        MESSAGE,
        to_line(verbs.RemindAbout()),
        "Make a task of this message and choose when to be reminded of it",
    ),
    Shortcut("New task", GLOBAL, to_line(verbs.Add()), "Write a new task"),
    Shortcut("My tasks", GLOBAL, to_line(verbs.List()), "See what is open"),
)
