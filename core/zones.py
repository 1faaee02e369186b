"""Time zones by their IANA names."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

NOWHERE = "UTC"
"""The zone of somebody of whom none is known."""


@cache
def names() -> frozenset[str]:
    """All zones. Listing them reads a directory tree, so it is done once."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone."""
    return name in names()
