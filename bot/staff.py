"""Who looks after the service, as the setting names them."""

from __future__ import annotations

import re

from core.desk import Who

_ONE = re.compile(
    r"telegram:([0-9]{1,20})|slack:([TE][A-Z0-9]{1,31})/([UW][A-Z0-9]{1,31})", re.ASCII
)


def named(value: str) -> frozenset[Who]:
    """`telegram:1, slack:T1/U1` -> platform, scope and id of each. Raises `ValueError`."""
    found: set[Who] = set()
    for each in filter(None, (part.strip() for part in value.split(","))):
        known = _ONE.fullmatch(each)
        if known is None:
            raise ValueError(
                "must be people with commas between, as telegram:123 or slack:T1/U1 (the workspace "
                "or organisation, and the member)"
            )
        found.add(("telegram", "", known[1]) if known[1] else ("slack", known[2], known[3]))
    return frozenset(found)


def staff(value: str) -> str:
    """The same, unchanged."""
    named(value)
    return value
