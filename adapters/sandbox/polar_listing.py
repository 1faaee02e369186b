"""Lists as the API gives them: filtered, sorted, and by the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from multidict import MultiMapping

from adapters.sandbox.model import Json
from adapters.sandbox.polar_errors import invalid
from adapters.sandbox.polar_time import parse

MOST = 100
"""Items of a page."""
Query = MultiMapping[str]


def whole(query: Query, name: str, default: int, most: int | None = None) -> int:
    """A number of at least 1. Raises 422."""
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < 1 or (most is not None and int(text) > most):
        raise invalid((name,), "Input is out of range.", text)
    return int(text)


def flag(query: Query, name: str) -> bool | None:
    """None where it is not given. Raises 422."""
    text = query.get(name)
    if text is not None and text.lower() not in ("true", "false"):
        raise invalid((name,), "Input should be a valid boolean.", text)
    return None if text is None else text.lower() == "true"


def matching(things: Iterable[Json], query: Query, **names: str) -> list[Json]:
    """Those with one of the given values, for each name in the query (the query's=the object's)."""
    found = list(things)
    for asked, name in names.items():
        if values := query.getall(asked, []):
            found = [each for each in found if _text(each[name]) in values]
    wanted = {key: query.getall(key) for key in query if key.startswith("metadata[")}
    for key, values in wanted.items():
        name = key[len("metadata[") : -1]
        found = [each for each in found if _text(each["metadata"].get(name)) in values]
    return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def page(
    things: list[Json], query: Query, draw: Callable[[Json], Json], newest: str = "created_at"
) -> Json:
    """A page of them as `draw` shows them, newest first unless the query says else. Raises 422."""
    number, limit = whole(query, "page", 1), whole(query, "limit", 10, MOST)
    key = query.get("sorting", f"-{newest}")
    name = key.removeprefix("-")
    if things and name not in things[0]:
        name = newest
    ordered = sorted(things, key=lambda each: _order(each[name]), reverse=key.startswith("-"))
    shown = [draw(each) for each in ordered[(number - 1) * limit : number * limit]]
    total = len(things)
    return {"items": shown, "pagination": {"total_count": total, "max_page": ceil(total / limit)}}


def _order(value: Any) -> tuple[float, str]:
    """Times by the moment: as text, `00.5Z` would be before `00Z`."""
    try:
        return parse(str(value)).timestamp(), ""
    except ValueError:
        return 0.0, str(value or "")
