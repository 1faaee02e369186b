"""A reply as Telegram's text and keyboard. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adapters.telegram.keyboard import Keyboard, keyboard
from adapters.telegram.text import ELLIPSIS, clean, cut, escape, head, split, units
from core.chat import Fact, Item, Moment, Reply

TEXT_LIMIT = 4096
"""UTF-16 units of a message after its tags are read. Source: Bot API, sendMessage."""
TITLE_LIMIT = 1024
"""UTF-16 units of a title: a quarter of a message, so that long text never loses its room."""
FACT_LINE = 64
"""Characters of facts joined into one line: what a phone shows without a break."""


class Run(NamedTuple):
    """A piece of plain text under the same tags."""

    text: str
    tags: tuple[str, ...] = ()
    fixed: bool = False
    """Our own joint between pieces: never cut."""

    def html(self) -> str:
        if not self.tags:
            return escape(self.text)
        opening = "".join(f"<{tag}>" for tag in self.tags)
        closing = "".join(f"</{tag}>" for tag in reversed(self.tags))
        return f"{opening}{escape(self.text)}{closing}" if self.text else ""


class Page(NamedTuple):
    """One message."""

    html: str
    plain: str
    """The same without tags, should the server not read them."""
    keyboard: Keyboard | None = None


def render(reply: Reply, *, single: bool = False) -> list[Page]:
    """The messages to send, in order; the last one has the buttons.

    Long text is split over messages; what else does not fit is cut. `single` cuts everything to
    one message, for edits. Raises ValueError for a button that Telegram would refuse."""
    buttons = keyboard(reply)
    title, text = _title(reply), clean(reply.text).strip()
    facts, rest = [Run(line) for line in _fact_lines(reply.facts)], list(_rest(reply))
    whole = _blocks([_lines([*title, *([Run(text)] if text else []), *facts]), rest])
    if _size(whole) <= TEXT_LIMIT:
        return [_page(whole, buttons)]
    pieces = [piece for piece in split(text, TEXT_LIMIT - _size(title) - 1) if piece.strip()]
    if single or not pieces:
        return [_page(fit(whole, TEXT_LIMIT), buttons)]
    pages = [[Run(piece)] for piece in pieces]
    pages[0] = _lines([*title, *pages[0]])
    body = fit(_blocks([_lines(facts), rest]), TEXT_LIMIT)
    if _size(together := _blocks([pages[-1], body])) <= TEXT_LIMIT:
        pages[-1] = together
    else:
        pages.append(body)
    return [_page(page, buttons if page is pages[-1] else None) for page in pages]


def fit(runs: Sequence[Run], limit: int) -> list[Run]:
    """The same runs in at most `limit` units: the longest ones are cut to one common length."""
    if _size(runs) <= limit:
        return list(runs)
    joints = _size(run for run in runs if run.fixed)
    texts = sorted(units(run.text) for run in runs if not run.fixed)
    left, cap = limit - joints, limit
    for index, size in enumerate(texts):
        cap = max(1, left // (len(texts) - index))
        if size > cap:
            break
        left -= size
    else:
        return _stop(runs, limit)
    return _stop([run if run.fixed else Run(cut(run.text, cap), run.tags) for run in runs], limit)


def _stop(runs: Iterable[Run], limit: int) -> list[Run]:
    """Runs up to the limit: so many that even cut to one character they are too long."""
    kept: list[Run] = []
    for run in runs:
        piece = head(run.text, limit)
        kept.append(Run(piece, run.tags, run.fixed))
        limit -= units(piece)
    return kept


def _size(runs: Iterable[Run]) -> int:
    return sum(units(run.text) for run in runs)


def _page(runs: Sequence[Run], buttons: Keyboard | None) -> Page:
    plain = "".join(run.text for run in runs)
    if not plain.strip():  # Telegram refuses a message without a visible character
        return Page(ELLIPSIS, ELLIPSIS, buttons)
    return Page("".join(run.html() for run in runs), plain, buttons)


def _title(reply: Reply) -> list[Run]:
    title = cut(clean(reply.heading).strip(), TITLE_LIMIT)
    return [Run(title, ("b", "s") if reply.struck else ("b",))] if title else []


def _rest(reply: Reply) -> Iterator[Run]:
    """Items and hints, a line each."""
    hints = [
        Run(clean(f"/{_typed(each.line)}" + (f" - {each.text}" if each.text else "")))
        for each in reply.hints
    ]
    yield from _blocks([_lines([Run(_item(each)) for each in reply.items]), _lines(hints)])


def _typed(line: str) -> str:
    """A line as it is typed here: a command with a hyphen would end before it."""
    verb, space, rest = line.partition(" ")
    return f"{verb.replace('-', '_')}{space}{rest}"


def _blocks(blocks: Iterable[Sequence[Run]]) -> list[Run]:
    """With an empty line between them."""
    joined: list[Run] = []
    for block in blocks:
        if block:
            joined += [Run("\n\n", fixed=True), *block] if joined else block
    return joined


def _lines(runs: Sequence[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        joined += [Run("\n", fixed=True), run] if joined else [run]
    return joined


def _fact_lines(facts: Sequence[Fact | Moment]) -> Iterator[str]:
    line = ""
    for fact in facts:
        value = clean(fact.text if isinstance(fact, Moment) else fact.value).strip()
        shown = f"{clean(fact.label)}: {value}" if fact.label else value
        if not value:
            continue
        if line and len(line) + len(shown) + 3 > FACT_LINE:
            yield line
            line = shown
        else:
            line = f"{line} - {shown}" if line else shown
    if line:
        yield line


def _item(item: Item) -> str:
    """A line; with the number that its button has, since the buttons stand below the list."""
    label = item.button.label if item.button else ""
    number = f"{label}. " if label.isdecimal() else ""
    return clean(f"{number}{item.text}" + (f" - {item.detail}" if item.detail else ""))
