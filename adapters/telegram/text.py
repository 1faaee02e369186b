"""Text as Telegram counts it, and what is taken out of it."""

from __future__ import annotations

import html
import re

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but newline and tab
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: they reorder what follows
    "\ud800-\udfff]"  # halves of surrogate pairs: no UTF-8 has them
)
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Without control characters (newline and tab stay) and without bidirectional overrides."""
    return text if text.isprintable() else _UNSAFE.sub("", text)


def one_line(text: str) -> str:
    """Cleaned, every run of white space one space: a name or a title."""
    return clean(_SPACES.sub(" ", text)).strip()


def escape(text: str) -> str:
    """For Telegram's HTML parse mode. Every text of a person's passes here, and only here."""
    return html.escape(clean(text), quote=False)


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def head(text: str, limit: int) -> str:
    """The longest start of `text` of at most `limit` units, never half a character."""
    if len(text) * 2 <= limit:
        return text
    used = 0
    for index, character in enumerate(text):
        used += 1 + (character > "\uffff")
        if used > limit:
            return text[:index]
    return text


def cut(text: str, limit: int) -> str:
    """At most `limit` units, ended by an ellipsis where something is missing."""
    return text if units(text) <= limit else head(text, limit - 1).rstrip() + ELLIPSIS


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` units, parted at a line's end or a space where there is one."""
    pieces = []
    while units(text) > limit:
        piece = head(text, limit)
        at = max(piece.rfind("\n"), piece.rfind(" "))
        if at > len(piece) // 2:  # else the next word is so long that parting it wastes less
            piece = piece[: at + 1]
        pieces.append(piece)
        text = text[len(piece) :]
    return [*pieces, text]
