"""Slack's text: read what people typed, and make text safe to send.

Slack escapes `&`, `<` and `>` in everything it hands over, and marks mentions, channels, dates and
links with angle brackets. Whatever we send as mrkdwn is escaped in `escape`, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.slack.fields import ID_LIMIT
from core.addresses import Sender

_MARKED = re.compile(r"<([^<>]*)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_HANDLE = re.compile(r"[\w.-]+")
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but tab and the line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks and overrides
    "\ud800-\udfff]"  # halves of surrogate pairs
)
_SPACES = str.maketrans({"\u00a0": " ", "\r": "\n"})

Person = Callable[[str, str], Sender]
"""From a user id and a handle (or nothing) to the person."""


def clean(text: str) -> str:
    """The text without control characters, direction overrides and halves of surrogate pairs."""
    if text.isascii() and text.isprintable():
        return text  # most of what is drawn has none
    return _UNWANTED.sub("", text.replace("\r\n", "\n").translate(_SPACES))


def read(text: str, person: Person, bot: str = "") -> tuple[str, dict[str, Sender]]:
    """Plain text, and who is meant by each mention token in it (`@alice`).

    Mentions of the user id `bot` are taken out."""
    people: dict[str, Sender] = {}

    def replace(match: re.Match[str]) -> str:
        mark = match[1]
        if not mark.startswith("@"):
            return _shown(mark)
        user, _, handle = mark[1:].partition("|")
        if len(user) > ID_LIMIT:  # a workspace may hand on what was typed as it was typed
            return _shown(mark)
        return "" if user == bot else mention(people, person(user, clean(handle)))

    plain = _MARKED.sub(replace, text)
    unescaped = _ENTITY.sub(lambda match: _ENTITIES[match[1]], plain)
    return clean(unescaped).strip(), people


def mention(people: dict[str, Sender], meant: Sender) -> str:
    """The token for this person, entered in `people`: `@handle`, or `@U123` where there is no
    handle of one word or somebody else has it."""
    usable = _HANDLE.fullmatch(meant.handle) is not None
    token = f"@{meant.handle}" if usable else f"@{meant.user_id}"
    if people.get(token, meant).user_id != meant.user_id:
        token = f"@{meant.user_id}"
    people[token] = meant
    return token


def _shown(mark: str) -> str:
    """What stands between angle brackets, in words: a channel, a group, a date or a link."""
    target, _, label = mark.partition("|")
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return target


def size(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(each > "\uffff" for each in text)


def cut(text: str, limit: int) -> str:
    """The text, shortened to `limit` with an ellipsis at its end where it is longer."""
    if 2 * len(text) <= limit or size(text) <= limit:
        return text
    units = text.encode("utf-16-le", "ignore")[: 2 * max(limit - 1, 0)]
    return units.decode("utf-16-le", "ignore") + "…"[:limit]


def escape(text: str, limit: int) -> str:
    """mrkdwn that shows the text and can neither mention, link nor break out, at most `limit` long.

    `*_~` and backticks cannot be escaped in mrkdwn: where their layout matters, do not use it."""
    whole = _escaped(text)
    if 2 * len(whole) <= limit or size(whole) <= limit:
        return whole
    room = limit - 1
    kept: list[str] = []
    for each in text:
        piece = _escaped(each)
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
