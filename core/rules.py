"""An RRULE (RFC 5545) that means what people mean by it."""

from __future__ import annotations

from datetime import date

RULE_LIMIT = 200
"""Characters; the longest that the grammar makes has some 100."""
_SHORTEST = 28
"""Days that every month has."""


def settled(rule: str, first: date) -> str:
    """A rule that comes in every month, by its first time. `FREQ=MONTHLY` on a 31st, to the letter,
    passes over the months without one, and a yearly one of 29 February comes every fourth year;
    people mean the last day then. Empty for an empty rule."""
    parts = dict(each.split("=", 1) for each in rule.split(";") if each)
    match parts.get("FREQ"):
        case "MONTHLY" if not parts.keys() & {"BYDAY", "BYSETPOS"}:
            parts |= _of_each_month(int(parts.get("BYMONTHDAY", first.day)))
        case "YEARLY" if _is_leap_day(parts, first):
            parts |= {"BYMONTH": "2", "BYMONTHDAY": "-1"}
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _of_each_month(day: int) -> dict[str, str]:
    if day <= _SHORTEST:
        return {"BYMONTHDAY": str(day)}
    if day == 31:
        return {"BYMONTHDAY": "-1"}
    days = ",".join(map(str, range(_SHORTEST, day + 1)))
    return {"BYMONTHDAY": days, "BYSETPOS": "-1"}


def _is_leap_day(parts: dict[str, str], first: date) -> bool:
    if "BYMONTH" in parts:
        return (parts["BYMONTH"], parts.get("BYMONTHDAY")) == ("2", "29")
    return (first.month, first.day) == (2, 29)
