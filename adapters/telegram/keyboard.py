"""A reply's buttons as an inline keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from adapters.telegram.text import clean, cut
from core.chat import Button, Link, Reply

DATA_LIMIT = 64
"""Bytes of UTF-8 that a button carries. Source: Bot API, InlineKeyboardButton."""
LABEL_LIMIT = 64
"""UTF-16 units of a label; ours, since phones show less."""
NUMBERS_PER_ROW = 4
"""Buttons of list items in a row: product.md 1.4."""
ROW_LIMIT = 8
"""Buttons that Telegram keeps in one row."""
ROW_ROOM = 42
"""Characters over all labels of a row, which get equal parts of it; what is longer a phone cuts
off. Reckoned: 8 of the 340 points that a message has on a phone of 390."""


Keyboard = dict[str, list[list[dict[str, str]]]]
"""An InlineKeyboardMarkup as the Bot API takes it. The library's own objects say the same at ten
times the cost: a card has six buttons, and every card is drawn."""


def keyboard(reply: Reply) -> Keyboard | None:
    """Item buttons in rows of four, then the reply's own rows, parted where their labels need the
    room. None where there are none.

    Raises ValueError for a button whose line is empty or over 64 bytes: a defect of ours."""
    numbers = [item.button for item in reply.items if item.button]
    rows: list[Sequence[Button | Link]] = [*_chunks(numbers, NUMBERS_PER_ROW)]
    for row in reply.buttons:
        rows += _chunks(row, _abreast(row))
    drawn = [[_button(each) for each in row] for row in rows]
    return {"inline_keyboard": drawn} if drawn else None


def _chunks(buttons: Sequence[Button | Link], size: int) -> list[Sequence[Button | Link]]:
    return [buttons[at : at + size] for at in range(0, len(buttons), size)]


def _abreast(row: Sequence[Button | Link]) -> int:
    """How many buttons fit beside each other with all of their labels."""
    longest = max([len(each.label) for each in row], default=1)
    return max(1, min(ROW_LIMIT, len(row), ROW_ROOM // max(1, longest)))


@lru_cache(maxsize=1024)
def _label(label: str) -> str:
    """Most are the same few words."""
    return cut(clean(label).strip(), LABEL_LIMIT)


def _button(button: Button | Link) -> dict[str, str]:
    label = _label(button.label)
    if isinstance(button, Link):
        return {"text": label or button.url, "url": button.url}
    size = len(button.line.encode())
    if not 1 <= size <= DATA_LIMIT:
        raise ValueError(f"a button's line is 1 to {DATA_LIMIT} bytes, this is {size}: {label!r}")
    drawn = {"text": label or button.line, "callback_data": button.line}
    if button.style:
        drawn["style"] = button.style.value
    return drawn
