"""Time zones by their IANA names."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

NOWHERE = "UTC"
"""The zone of somebody of whom none is known."""
COUNTED = "Etc/UTC"
"""The zone of a date that was counted from now (`in 5 minutes`) while none was known: it is no time
on anybody's clock, and stays the same instant once there is one."""


@cache
def names() -> frozenset[str]:
    """All zones. Listing them reads a directory tree, so it is done once."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone."""
    return name in names()
