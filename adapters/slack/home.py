"""Draws a `Home` as the view of Slack's Home tab. Pure.

A task is one row: a box to tick and a menu beside it, since a group of ten boxes has no place for a
menu of each. Source of the limits: https://docs.slack.dev/reference/views/home-tab-views, and for
the elements slack_sdk 3.47's models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from adapters.slack import limits
from adapters.slack.buttons import MENU, OPEN, Block, choices, heard, plain, pressed_by
from adapters.slack.markup import clean, cut, size
from adapters.slack.render import EMPTY, ITEM_TEXT, MIN_TEXT, Canvas, above, below
from core.chat import Button, Check, Home, Item, Reply

CHECK = "check:"
"""How the action ids of boxes begin; behind a box's stands the line that taking
the tick away sends, which Slack names nowhere else."""
SPARE = 1000
"""Bytes for what is not a block, and for the line that says that something is left out."""


def view(home: Home, command: str) -> dict[str, Any]:
    """The view to publish, within Slack's limits. `command` is how the slash command is spelled."""
    canvas = Canvas(limits.HOME_TEXT)
    parts = (_part(canvas, each, command) for each in home.parts)
    blocks, whole = _fitting(chain.from_iterable(parts))
    rest = cut(clean(home.rest).strip(), limits.HEADER_TEXT)
    if rest and (not whole or canvas.room < MIN_TEXT):
        note = {"type": "context", "elements": [plain(rest)]}
        blocks = [*blocks[: limits.HOME_BLOCKS - 1], note]
    return {"type": "home", "blocks": blocks or [{"type": "section", "text": plain(EMPTY)}]}


def _fitting(blocks: Iterable[Block]) -> tuple[list[Block], bool]:
    """As many as one view takes, and whether those are all."""
    taken: list[Block] = []
    room = limits.VIEW_BYTES - SPARE
    for block in blocks:
        room -= len(json.dumps(block)) + len(", ")
        if room < 0 or len(taken) == limits.HOME_BLOCKS:
            return taken, False
        taken.append(block)
    return taken, True


def _part(canvas: Canvas, part: Reply, command: str) -> Iterator[Block]:
    heading = "" if part.struck else canvas.take(part.heading, limits.HEADER_TEXT)
    if heading:
        yield {"type": "header", "text": plain(heading)}
    yield from above(canvas, part, titled=not heading)
    yield from _items(canvas, part.items)
    yield from below(canvas, part, command)


def _items(canvas: Canvas, items: tuple[Item, ...]) -> Iterator[Block]:
    for number, item in enumerate(items):
        row = _task(canvas, item, number) or _row(canvas, item, number)
        if row is not None:
            yield row


def _task(canvas: Canvas, item: Item, number: int) -> Block | None:
    """A box to tick, and the menu; None for what has no box, or none that Slack would take."""
    if item.check is None or not _fits(item.check):
        return None
    words = canvas.take(" ".join(item.text.split()), limits.OPTION_LABEL)
    if not words:
        return None
    option: Block = {"text": plain(words), "value": item.check.on}
    detail = canvas.take(" ".join(item.detail.split()), limits.OPTION_LABEL)
    if detail:
        option["description"] = plain(detail)
    box = {"type": "checkboxes", "action_id": f"{CHECK}{item.check.off}", "options": [option]}
    return {"type": "actions", "elements": [box, *_menu(item.menu, number)]}


def _fits(check: Check) -> bool:
    room = limits.ACTION_ID - len(CHECK)
    return 0 < size(check.on) <= limits.OPTION_VALUE and 0 < size(check.off) <= room


def _menu(buttons: Iterable[Button], number: int) -> list[Block]:
    options = choices(buttons)
    if not options:
        return []
    menu = {"type": "overflow", "action_id": f"{MENU}:{number}"}
    return [{**menu, "options": options[: limits.OVERFLOW_OPTIONS]}]


def _row(canvas: Canvas, item: Item, number: int) -> Block | None:
    shown = canvas.take("\n".join(filter(None, (item.text, item.detail))), ITEM_TEXT)
    if not shown:
        return None
    block: Block = {"type": "section", "text": plain(shown)}
    opens = item.button
    if opens and (button := pressed_by(opens, f"{OPEN}:{number}", heard(item.text))):
        block["accessory"] = button
    return block
