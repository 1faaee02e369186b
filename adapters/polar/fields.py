"""One field of somebody else's object, read tolerantly: missing is like null, more is ignored.

What matters for a plan raises `Unreadable` where it is not what it should be: nothing is guessed,
nor cut to fit its column. What is only shown is left out instead.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Polar's own ids, which are UUIDs: safe in a path, a log and a button."""
LARGEST = 2**53
"""Of an amount: what any reader of JSON can hold."""
LARGEST_COLUMN = 2**31 - 1
"""Of what is kept as an INTEGER."""


class Unreadable(Exception):
    """A field that matters cannot be read. The text is its name: ours, never what it holds."""


def inner(data: Json, name: str) -> Json | None:
    """The object in it. Raises `Unreadable` for anything else but null."""
    value = data.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise Unreadable(name)


def ident(data: Json, name: str) -> str:
    """One of Polar's ids. Raises `Unreadable` where there is none."""
    found = ident_if_any(data, name)
    if not found:
        raise Unreadable(name)
    return found


def ident_if_any(data: Json, name: str) -> str:
    """One of Polar's ids, or empty. Raises `Unreadable` for what is none."""
    value = data.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise Unreadable(name)


def text(data: Json, name: str, most: int) -> str:
    """Exactly as it is, or empty. Raises `Unreadable` where it is longer than `most` characters, or
    has a NUL, which PostgreSQL does not keep."""
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= most and "\0" not in value:
        return value
    raise Unreadable(name)


def word(data: Json, name: str, most: int) -> str:
    """As `text`, and never empty."""
    found = text(data, name, most)
    if not found:
        raise Unreadable(name)
    return found


def shown(data: Json, name: str, most: int) -> str:
    """As `text`, but empty where it does not fit."""
    try:
        return text(data, name, most)
    except Unreadable:
        return ""


def label(data: Json, name: str, most: int) -> str:
    """Words for people, cut to `most` characters; empty for anything else."""
    value = data.get(name)
    return value.replace("\0", "")[:most] if isinstance(value, str) else ""


def moment(data: Json, name: str) -> datetime:
    """A time, in UTC. Raises `Unreadable` where there is none."""
    found = moment_if_any(data, name)
    if found is None:
        raise Unreadable(name)
    return found


def moment_if_any(data: Json, name: str) -> datetime | None:
    """A time with or without microseconds and zone, in UTC. Raises `Unreadable` for what is none.

    Times are never compared as text: `...00.5Z` comes before `...00Z` there."""
    value = data.get(name)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # OverflowError: before the year 1 in UTC
        raise Unreadable(name) from None


def flag(data: Json, name: str) -> bool:
    """Raises `Unreadable` for what is neither yes, no nor null."""
    value = data.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Unreadable(name)


def amount(data: Json, name: str) -> int:
    """In a currency's smallest unit. Raises `Unreadable` where there is none."""
    found = number(data, name, LARGEST)
    if found is None:
        raise Unreadable(name)
    return found


def number(data: Json, name: str, largest: int = LARGEST_COLUMN) -> int | None:
    """A whole number from -`largest` to `largest`; None for anything else."""
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -largest <= value <= largest else None
