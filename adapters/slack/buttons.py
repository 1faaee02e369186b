"""Draws buttons, alone and in rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from adapters.slack import limits
from adapters.slack.markup import clean, cut, size
from core.chat import Button, Link, Menu, Reply, Style

Block = dict[str, Any]

Rows = tuple[tuple[Button | Link, ...], ...]

PRESS, LINK, OPEN, MENU = "press", "link", "item", "menu"
"""How the action ids of buttons, of links, of a list's buttons and of menus begin."""
SELECT = "static_select"
ROWS = 10
MENUS, OPTIONS = 4, 12
"""Menus in a message, and what can be chosen in each: all of it takes from the room for text."""


def labels_of(reply: Reply) -> int:
    """How long all labels together are: of a message's text they take their part."""
    shown = [each for row in reply.buttons[:ROWS] for each in row[: limits.ACTIONS_ELEMENTS]]
    shown += [each.button for each in reply.items if each.button]
    for menu in _menus(reply.buttons):
        shown += menu.options[:OPTIONS]
    return sum([_length(each.label or _instead(each)) for each in shown])


def _instead(button: Button | Link) -> str:
    return button.line if isinstance(button, Button) else button.url


def _menus(shown: Rows) -> list[Menu]:
    """Those that are drawn as menus; of any more the button is drawn."""
    return [each for row in shown[:ROWS] for each in row if isinstance(each, Menu)][:MENUS]


def rows(shown: Rows, of: str = "") -> list[Block]:
    """A block for each row, but rows with menus stand in one: menus are there to be brief. `of`:
    what the buttons are about, for whoever hears one alone."""
    menus = _menus(shown)
    drawing = _Drawing(menus, heard(of))
    blocks: list[list[Block]] = []
    joins = False
    for number, row in enumerate(shown[:ROWS]):
        drawn = drawing.row(row, number)
        brief = bool(menus) and any(each["type"] != "button" for each in drawn)
        if brief and joins and len(blocks[-1]) + len(drawn) <= limits.ACTIONS_ELEMENTS:
            blocks[-1] += drawn
        elif drawn:
            blocks.append(drawn)
        joins = brief
    return [{"type": "actions", "elements": each} for each in blocks]


class _Drawing:
    """Draws the rows of one reply."""

    def __init__(self, menus: list[Menu], of: str) -> None:
        self._of = of
        self._menus = {id(each) for each in menus}
        self._behind = {each.line for menu in menus if menu.beside for each in menu.options}

    def row(self, row: tuple[Button | Link, ...], number: int) -> list[Block]:
        drawn: list[Block | None] = []
        for place, each in enumerate(row[: limits.ACTIONS_ELEMENTS]):
            at = f"{number}:{place}"
            if isinstance(each, Link):
                drawn.append(_link(each, at))
            elif id(each) in self._menus:
                drawn += self._with_menu(each, at)
            elif each.line not in self._behind:
                drawn.append(pressed_by(each, f"{PRESS}:{at}", self._of))
        return [each for each in drawn if each][: limits.ACTIONS_ELEMENTS]

    def _with_menu(self, button: Button, place: str) -> list[Block | None]:
        """The button is left out where the menu has its name, or another one has it."""
        menu = _menu(button, place)
        if menu is not None and menu["type"] == SELECT:
            return [menu]
        if button.line in self._behind:
            return []
        return [pressed_by(button, f"{PRESS}:{place}", self._of), menu]


def _menu(button: Button, place: str) -> Block | None:
    """A menu under its name, or as three dots; None where there is nothing to choose."""
    if not isinstance(button, Menu):
        return None
    most = limits.OVERFLOW_OPTIONS if button.beside else OPTIONS
    options = choices(button.options)[:most]
    if not options:
        return None
    drawn: Block = {"type": "overflow", "action_id": f"{MENU}:{place}", "options": options}
    return drawn if button.beside else {**drawn, "type": SELECT, "placeholder": _words(button)}


def choices(buttons: Iterable[Button]) -> list[Block]:
    """The options of a menu; none that Slack would refuse the whole message for."""
    return [
        {"text": plain(words), "value": each.line}
        for each in buttons
        if (words := _shown(each.label, limits.OPTION_LABEL))
        and 0 < size(each.line) <= limits.OPTION_VALUE
    ]


def _link(button: Link, place: str) -> Block | None:
    openable = button.url.startswith(("https://", "http://")) and size(button.url) <= limits.URL
    if not openable:
        return None
    return {**_labelled(button, f"{LINK}:{place}"), "url": button.url}


def heard(of: str) -> str:
    """What a button is about, on one line."""
    return " ".join(clean(of).split())


def pressed_by(button: Button, action_id: str, of: str = "") -> Block | None:
    """A button; whoever only hears a number hears what it is `of` (see `heard`). None where
    Slack would refuse the whole message: a shortened line would do something else."""
    if not button.line or size(button.line) > limits.BUTTON_VALUE:
        return None
    drawn = _labelled(button, action_id)
    drawn["value"] = button.line
    if of:
        words = drawn["text"]["text"]
        drawn["accessibility_label"] = cut(f"{words} {of}", limits.BUTTON_LABEL)
    if button.style is not Style.PLAIN:
        drawn["style"] = button.style.value
    return drawn


def _labelled(button: Button | Link, action_id: str) -> Block:
    return {"type": "button", "text": _words(button), "action_id": action_id}


def _words(button: Button | Link) -> Block:
    most = limits.BUTTON_LABEL
    return plain(_shown(button.label, most) or _shown(_instead(button), most) or "-")


# A card has some thirty labels, and they are nearly always the same.
@lru_cache(maxsize=1024)
def _length(label: str) -> int:
    return min(size(label), limits.BUTTON_LABEL)


@lru_cache(maxsize=1024)
def _shown(label: str, limit: int) -> str:
    """As much of a label as Slack takes; empty for one that shows nothing."""
    return cut(clean(label).strip(), limit)


def plain(text: str) -> Block:
    """A text object that Slack shows as it is; not even `:names:` become emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}
