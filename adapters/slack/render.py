"""Draws a `Reply` as Slack blocks and a plain sentence beside them. Pure.

User text goes into `plain_text` and `rich_text`, which Slack does not parse; only the fallback
sentence and the date markup are mrkdwn, and those pass `markup.escape`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from adapters.slack import limits
from adapters.slack.markup import clean, cut, escape, size
from core.chat import Button, Fact, Hint, Item, Link, Moment, Reply, Style

Block = dict[str, Any]

PRESS, LINK, OPEN = "press", "link", "item"
"""How the action ids of buttons, of links and of a list's buttons begin."""
EMPTY = "There is nothing to show."
TITLE = 600
TEXT_SECTIONS = 4
FACTS = 3 * limits.CONTEXT_ELEMENTS
FACT_TEXT = 500
HINTS = 30
ROWS = 10
ITEMS = limits.MESSAGE_BLOCKS - (TEXT_SECTIONS + 1 + 3 + 1 + ROWS) - 1
"""List rows that fit beside everything else and the line that counts the others."""
ITEM_TEXT = 600
MIN_TEXT = 2
"""With less room than that nothing is drawn."""


def draw(reply: Reply, command: str) -> dict[str, Any]:
    """`text` and `blocks`, within Slack's limits. `command` is how the slash command is spelled."""
    canvas = _Canvas()
    blocks = [
        *_title(canvas, reply),
        *_text(canvas, reply.text),
        *_facts(canvas, reply.facts),
        *_items(canvas, reply.items),
        *_hints(canvas, reply.hints, command),
        *_rows(reply.buttons),
    ]
    return {"text": sentence(reply), "blocks": blocks}


def sentence(reply: Reply) -> str:
    """The whole reply as text, for notifications and screen readers; never empty."""
    values = [reply.text, reply.title]
    values += [_labelled(each.label, _value(each)) for each in reply.facts]
    values += [_labelled(each.text, each.detail) for each in reply.items]
    said = [part for part in (clean(value).strip() for value in values) if part]
    joined = " ".join(part if part[-1] in ".!?…" else f"{part}." for part in said)
    return escape(joined or clean(reply.toast) or EMPTY, limits.FALLBACK_TEXT)


@dataclass(slots=True)
class _Canvas:
    """What room is left for text in the whole message."""

    room: int = limits.MESSAGE_TEXT

    def take(self, text: str, limit: int) -> str:
        """As much of the text as fits; empty when it has nothing to show or there is no room."""
        shown = clean(text).strip("\n")
        limit = min(limit, self.room)
        if not shown.strip() or limit < MIN_TEXT:
            return ""
        shown = cut(shown, limit)
        self.room -= size(shown)
        return shown


def _text(canvas: _Canvas, text: str) -> Iterator[Block]:
    rest = canvas.take(text, TEXT_SECTIONS * limits.SECTION_TEXT)
    for _ in range(TEXT_SECTIONS):
        part = rest.encode("utf-16-le", "ignore")[: 2 * limits.SECTION_TEXT]
        shown = part.decode("utf-16-le", "ignore")  # without half a character at the end
        rest = rest[len(shown) :]
        if shown.strip():
            yield {"type": "section", "text": plain(shown)}


def _title(canvas: _Canvas, reply: Reply) -> Iterator[Block]:
    title = canvas.take(reply.title, TITLE)
    if title:
        style = {"strike": True} if reply.struck else {"bold": True}
        words = {"type": "text", "text": title, "style": style}
        section = {"type": "rich_text_section", "elements": [words]}
        yield {"type": "rich_text", "elements": [section]}


def _facts(canvas: _Canvas, facts: tuple[Fact | Moment, ...]) -> Iterator[Block]:
    elements = [each for fact in facts for each in _fact(canvas, fact)][:FACTS]
    for start in range(0, len(elements), limits.CONTEXT_ELEMENTS):
        row = elements[start : start + limits.CONTEXT_ELEMENTS]
        yield {"type": "context", "elements": row}


def _fact(canvas: _Canvas, fact: Fact | Moment) -> Iterator[Block]:
    if isinstance(fact, Fact):
        shown = canvas.take(_labelled(fact.label, fact.value), FACT_TEXT)
        if shown:
            yield plain(shown)
        return
    label, text = canvas.take(fact.label, FACT_TEXT), canvas.take(fact.text, FACT_TEXT)
    if label:
        yield plain(label)
    if text:
        words = escape(text, limits.SECTION_TEXT // 2)
        date = f"<!date^{fact.epoch}^{{date_short_pretty}} {{time}}|{words}>"
        yield {"type": "mrkdwn", "text": date, "verbatim": True}


def _items(canvas: _Canvas, items: tuple[Item, ...]) -> Iterator[Block]:
    drawn = 0
    for number, item in enumerate(islice(items, ITEMS)):
        shown = canvas.take("\n".join(filter(None, (item.text, item.detail))), ITEM_TEXT)
        if not shown:
            break
        block: Block = {"type": "section", "text": plain(shown)}
        if item.button and (button := _button(item.button, f"{OPEN}:{number}")):
            block["accessory"] = button
        drawn += 1
        yield block
    if drawn < len(items):
        yield {"type": "context", "elements": [plain(f"and {len(items) - drawn} more")]}


def _hints(canvas: _Canvas, hints: tuple[Hint, ...], command: str) -> Iterator[Block]:
    lines = [_labelled(f"{command} {each.line}", each.text, " - ") for each in hints[:HINTS]]
    shown = canvas.take("\n".join(lines), limits.SECTION_TEXT)
    if shown:
        yield {"type": "context", "elements": [plain(shown)]}


def _rows(rows: tuple[tuple[Button | Link, ...], ...]) -> Iterator[Block]:
    for number, row in enumerate(rows[:ROWS]):
        drawn = [
            button
            for place, each in enumerate(row[: limits.ACTIONS_ELEMENTS])
            if (button := _any_button(each, f"{number}:{place}"))
        ]
        if drawn:
            yield {"type": "actions", "elements": drawn}


def _any_button(button: Button | Link, place: str) -> Block | None:
    if isinstance(button, Button):
        return _button(button, f"{PRESS}:{place}")
    openable = button.url.startswith(("https://", "http://")) and size(button.url) <= limits.URL
    if not openable:
        return None
    return {**_labelled_button(button.label, button.url, f"{LINK}:{place}"), "url": button.url}


def _button(button: Button, action_id: str) -> Block | None:
    """None where Slack would refuse the whole message: a shortened line would do something else."""
    if not button.line or size(button.line) > limits.BUTTON_VALUE:
        return None
    drawn = {**_labelled_button(button.label, button.line, action_id), "value": button.line}
    return drawn if button.style is Style.PLAIN else {**drawn, "style": button.style.value}


def _labelled_button(label: str, instead: str, action_id: str) -> Block:
    words = clean(label).strip() or clean(instead).strip() or "-"
    text = plain(cut(words, limits.BUTTON_LABEL))
    return {"type": "button", "text": text, "action_id": action_id}


def plain(text: str) -> Block:
    """A text object that Slack shows as it is; not even `:names:` become emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _value(fact: Fact | Moment) -> str:
    return fact.value if isinstance(fact, Fact) else fact.text


def _labelled(label: str, value: str, between: str = ": ") -> str:
    return between.join(filter(None, (label, value)))
