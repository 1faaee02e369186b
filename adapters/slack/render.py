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
from adapters.slack.buttons import OPEN, ROWS, Block, heard, labels_of, plain, pressed_by, rows
from adapters.slack.markup import clean, cut, escape, size
from core.chat import Fact, Hint, Item, Moment, Reply

EMPTY = "There is nothing to show."
TITLE = 600
TEXT_SECTIONS = 4
FACTS = 3 * limits.CONTEXT_ELEMENTS
FACT_TEXT = 500
HINTS = 20
"""Lines in one element of a context block, of which it has ten."""
ITEMS = limits.MESSAGE_BLOCKS - (TEXT_SECTIONS + 1 + 3 + 1 + ROWS) - 1
"""List rows that fit beside everything else and the line that counts the others."""
ITEM_TEXT = 600
MIN_TEXT = 2
"""With less room than that nothing is drawn."""


def draw(reply: Reply, command: str) -> dict[str, Any]:
    """`text` and `blocks`, within Slack's limits. `command` is how the slash command is spelled."""
    canvas = Canvas(limits.MESSAGE_TEXT - labels_of(reply))
    blocks = [*above(canvas, reply)]
    if reply.items:
        blocks += _items(canvas, reply.items)
    blocks += below(canvas, reply, command)
    return {"text": sentence(reply, command), "blocks": blocks}


def above(canvas: Canvas, reply: Reply, *, titled: bool = True) -> Iterator[Block]:
    """What stands above a reply's items. `titled`: with its title."""
    state = _state(reply)
    head = [*_title(canvas, reply, state)] if titled and reply.heading else []
    yield from head
    yield from _text(canvas, reply.text)
    yield from _facts(canvas, reply.facts[1:] if head and state else reply.facts)


def below(canvas: Canvas, reply: Reply, command: str) -> Iterator[Block]:
    """What stands below them."""
    if reply.hints:
        yield from _hints(canvas, reply.hints, command)
    if reply.buttons:
        yield from rows(reply.buttons, reply.title if reply.card else "")


def sentence(reply: Reply, command: str = "") -> str:
    """The whole reply as text, for notifications and screen readers; never empty. Its hints are
    in it where `command` says how they are typed."""
    values = [reply.headline, reply.text] if reply.headline else [reply.text, reply.title]
    values += [_labelled(each.label, _value(each)) for each in reply.facts]
    values += [_labelled(each.text, each.detail) for each in reply.items]
    values += _lines(reply.hints, command) if command else []
    said = [part for value in values if (part := clean(value).strip())]
    joined = " ".join([part if part[-1] in ".!?…" else f"{part}." for part in said])
    return escape(joined or clean(reply.toast) or EMPTY, limits.FALLBACK_TEXT)


@dataclass(slots=True)
class Canvas:
    """What room is left for text in the whole message, or view."""

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


def _text(canvas: Canvas, text: str) -> Iterator[Block]:
    rest = canvas.take(text, TEXT_SECTIONS * limits.SECTION_TEXT)
    for _ in range(TEXT_SECTIONS):
        if not rest:
            break
        shown = rest
        if size(rest) > limits.SECTION_TEXT:
            part = rest.encode("utf-16-le", "ignore")[: 2 * limits.SECTION_TEXT]
            shown = part.decode("utf-16-le", "ignore")  # without half a character at the end
        rest = rest[len(shown) :]
        if shown.strip():
            yield {"type": "section", "text": plain(shown)}


def _state(reply: Reply) -> str:
    """What a card says first of its task, which stands below the title."""
    first = reply.facts[0] if reply.card and reply.facts else None
    return first.value if isinstance(first, Fact) and not first.label else ""


def _title(canvas: Canvas, reply: Reply, state: str) -> Iterator[Block]:
    title = canvas.take(reply.heading, TITLE)
    if title:
        style = {"strike": True} if reply.struck else {"bold": True}
        words: Block = {"type": "text", "text": title, "style": style}
        if reply.card and reply.card.url:
            words |= {"type": "link", "url": reply.card.url}
        shown = canvas.take(state, FACT_TEXT)
        below = [{"type": "text", "text": f"\n{shown}"}] if shown else []
        section = {"type": "rich_text_section", "elements": [words, *below]}
        yield {"type": "rich_text", "elements": [section]}


def _facts(canvas: Canvas, facts: tuple[Fact | Moment, ...]) -> Iterator[Block]:
    elements = [each for fact in facts for each in _fact(canvas, fact)][:FACTS]
    for start in range(0, len(elements), limits.CONTEXT_ELEMENTS):
        row = elements[start : start + limits.CONTEXT_ELEMENTS]
        yield {"type": "context", "elements": row}


def _fact(canvas: Canvas, fact: Fact | Moment) -> Iterator[Block]:
    if isinstance(fact, Fact):
        shown = canvas.take(_labelled(fact.label, fact.value), FACT_TEXT)
        if shown:
            yield plain(shown)
        return
    label, text = canvas.take(fact.label, FACT_TEXT), canvas.take(fact.text, FACT_TEXT)
    if label:
        yield plain(f"{label}:")
    if text:
        words = escape(text, limits.SECTION_TEXT // 2)
        date = f"<!date^{fact.epoch}^{{date_short_pretty}} {{time}}|{words}>"
        yield {"type": "mrkdwn", "text": date, "verbatim": True}


def _items(canvas: Canvas, items: tuple[Item, ...]) -> Iterator[Block]:
    drawn = 0
    for number, item in enumerate(islice(items, ITEMS)):
        shown = canvas.take("\n".join(filter(None, (_numbered(item), item.detail))), ITEM_TEXT)
        if not shown:
            break
        block: Block = {"type": "section", "text": plain(shown)}
        opens = item.button
        if opens and (button := pressed_by(opens, f"{OPEN}:{number}", heard(item.text))):
            block["accessory"] = button
        drawn += 1
        yield block
    if drawn < len(items):
        yield {"type": "context", "elements": [plain(f"and {len(items) - drawn} more")]}


def _numbered(item: Item) -> str:
    """With the number that its button has, which is its place and not the task's."""
    label = item.button.label if item.button else ""
    return f"{label}. {item.text}" if label.isdecimal() and item.text else item.text


def _hints(canvas: Canvas, hints: tuple[Hint, ...], command: str) -> Iterator[Block]:
    lines = _lines(hints, command)
    starts = range(0, len(lines), HINTS)[: limits.CONTEXT_ELEMENTS]
    parts = ("\n".join(lines[start : start + HINTS]) for start in starts)
    shown = [part for each in parts if (part := canvas.take(each, limits.SECTION_TEXT))]
    if shown:
        yield {"type": "context", "elements": [plain(each) for each in shown]}


def _lines(hints: tuple[Hint, ...], command: str) -> list[str]:
    return [_labelled(f"{command} {each.line}", each.text, " - ") for each in hints]


def _value(fact: Fact | Moment) -> str:
    return fact.value if isinstance(fact, Fact) else fact.text


def _labelled(label: str, value: str, between: str = ": ") -> str:
    return between.join(filter(None, (label, value)))
