"""Those buttons of a card that are menus where the platform has menus.

A card is made of plain buttons, and most stay that: menus take the place of two of them only on
their way to such a platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from bot import verbs
from bot.language import _, spoken
from bot.quickadd.clock import EVENING, MORNING
from core.chat import Button, Link, Menu, Reply

_SEEN = 2
"""Blanks of a line such as `due t:9k3f7q2m rev:17`."""
PLATFORMS = frozenset({"slack"})
"""That have menus."""


def with_menus(reply: Reply) -> Reply:
    """The reply; the card of an open task, with its menus."""
    if reply.card is None or reply.struck:
        return reply
    snoozes = any(_verb(each) == verbs.Snooze.name for row in reply.buttons for each in row)
    rows = tuple(tuple(_menu(each, snoozes) for each in row) for row in reply.buttons)
    return replace(reply, buttons=rows)


def _menu(button: Button | Link, snoozes: bool) -> Button | Link:
    """The menu in place of a button that names the task as it was drawn, and nothing more."""
    if isinstance(button, Link) or button.line.count(" ") != _SEEN:
        return button
    match _verb(button):
        case verbs.Due.name:
            return due_menu(button.line)
        case verbs.More.name:
            return more_menu(button.line, shared=not snoozes)
        case _:
            return button


def _verb(button: Button | Link) -> str:
    return "" if isinstance(button, Link) else button.line.partition(" ")[0]


def due_menu(line: str) -> Menu:
    """When the task is due: the usual times (`product.md` 1.4), in words that mean what they say on
    the day they are chosen, since a card stays in the chat. `line`: of the button."""
    words = _words(spoken())
    times = [Button(label, f"{line} {said}") for label, said in words.times]
    day = f"{line.replace(verbs.Due.name, verbs.Pick.name, 1)} {verbs.Picked.DUE}"
    pick = Button(words.pick, day)
    return Menu(words.due, line, options=(*times, pick, Button(words.none, f"{line} none")))


def more_menu(line: str, *, shared: bool) -> Menu:
    """What else can be done with an open task. `shared`: in a group, where nobody snoozes."""
    words = _words(spoken())
    as_drawn = line.removeprefix(verbs.More.name)
    as_it_is = as_drawn.rpartition(" ")[0]
    options = [
        Button(label, f"{verb}{as_drawn if drawn else as_it_is}")
        for verb, label, drawn in words.others
        if not (shared and verb == verbs.Snooze.name)
    ]
    return Menu(words.more, line, options=tuple(options), beside=True)


@dataclass(frozen=True, slots=True)
class _Words:
    """All labels of the menus. A card is drawn often, and they are always the same."""

    due: str
    times: tuple[tuple[str, str], ...]
    """A label, and what it says behind `due`."""
    pick: str
    none: str
    more: str
    others: tuple[tuple[str, str, bool], ...]
    """A verb, its label, and whether it is about the task as it was drawn."""


@lru_cache(maxsize=16)
def _words(_language: str) -> _Words:
    """In the language that is spoken now."""
    return _Words(
        due=_("Due"),
        times=(
            (_("In 1 h"), "in 1h"),
            (_("Tonight {time}", time=f"{EVENING:%H:%M}"), "tonight"),
            (_("Tomorrow {time}", time=f"{MORNING:%H:%M}"), f"tomorrow {MORNING:%H:%M}"),
            (_("Today"), "today"),
            (_("Tomorrow"), "tomorrow"),
            (_("Next Mon"), "next mon"),
        ),
        pick=_("Pick a day"),
        none=_("No date"),
        more=_("More"),
        others=(
            (verbs.Edit.name, _("Edit"), True),
            (verbs.Snooze.name, _("Snooze"), False),
            (verbs.Cancel.name, _("Cancel task"), True),
            (verbs.Delete.name, _("Delete"), True),
            (verbs.Share.name, _("Copy link"), False),
        ),
    )
