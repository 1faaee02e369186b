"""What a service that lives for weeks holds: rows, pages of the file, its own dictionaries and
lists, objects of its process. It is looked at once a night (`promises.md` B22, F28)."""

from __future__ import annotations

import gc
import queue
import sys
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from types import FunctionType, ModuleType
from typing import Any

from core import schema
from tests.simulation.disk import Disk

OURS = ("bot.", "core.", "adapters.")
NOT_OURS = "adapters.sandbox"
CONTAINERS = (dict, list, set, deque)
GROWS = {
    "rows of audit": "what happened to an account is kept as long as the account",
    "rows of notice": "what somebody was told stands in their inbox until they empty it",
    "rows of link": "out of which account a chat came is kept as long as the account",
    "rows of link_item": "the same",
    "rows of hook": "what Polar said is known for 90 days",
    "rows of checkout": "and who went to pay, too",
}
"""What is not looked at, and why."""
KEPT = {"rows of message_key": 30, "pages": 30, "rows of memory_job": 7}
"""Days after which the first of something goes; of all else they are fewer than `SOON`."""
SOON = 4
WATCHED = 4
"""Nights that have to be left after that, to say anything."""
FEW, SHARE = 4.0, 0.02
"""By so much it may grow, whichever is more: people and the weather differ from day to day."""
Night = Mapping[str, float]


def look(disk: Disk) -> Night:
    """What is held now."""
    gc.collect()
    objects = gc.get_objects()
    found: dict[str, float] = {"objects": len(objects)}
    tables = [*sorted(schema.metadata.tables), "memory_job"]
    for name in tables:
        [[found[f"rows of {name}"]]] = disk.rows(f"SELECT count(*) FROM {name}")  # noqa: S608  # ours
    [[found["pages"]]] = disk.rows("PRAGMA page_count")
    return found | dict(_held(objects)) | dict(_cached())


def kinds() -> Counter[str]:
    """How many objects of each type there are, for whoever looks for what grows."""
    every = map(type, gc.get_objects())
    return Counter(f"{each.__module__}.{each.__qualname__}" for each in every)


def _is_ours(module: str) -> bool:
    return module.startswith(OURS) and not module.startswith(NOT_OURS)


def _held(objects: Sequence[object]) -> Counter[str]:
    """How many entries the containers of our own objects have, by class and attribute."""
    found = Counter[str]()
    for each in objects:
        kind = type(each)
        if _is_ours(kind.__module__ or ""):
            for name, value in _attributes(each):
                if isinstance(value, CONTAINERS):
                    found[f"{kind.__module__}.{kind.__qualname__}.{name}"] += len(value)
                elif isinstance(value, queue.SimpleQueue):
                    found[f"{kind.__module__}.{kind.__qualname__}.{name}"] += value.qsize()
    return found


def _attributes(each: object) -> Iterator[tuple[str, Any]]:
    yield from getattr(each, "__dict__", {}).items()
    for kind in type(each).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            yield name, getattr(each, name, None)


def _cached() -> Iterator[tuple[str, int]]:
    """The same of our modules; and of functions that remember without an end."""
    for module in [each for name, each in sys.modules.items() if _is_ours(name)]:
        for name, value in vars(module).items():
            size = None if name.startswith("__") else _size(module, value)
            if size is not None:
                yield f"{module.__name__}.{name}", size


def _size(module: ModuleType, value: Any) -> int | None:
    if isinstance(value, CONTAINERS):
        return len(value)
    info = getattr(value, "cache_info", None)
    if info is None or isinstance(value, FunctionType) or value.__module__ != module.__name__:
        return None
    known = info()
    return known.currsize if known.maxsize is None else None


def grown(nights: Sequence[Night]) -> list[str]:
    """What was not flat, in words."""
    found = []
    for name, values in watched(nights).items():
        by = min(slope(values) * (len(values) - 1), between(values))
        if by > max(FEW, SHARE * median(values)):
            went = " ".join(f"{each:g}" for each in values)
            found.append(f"{name} grew by {by:.0f}: {went}")
    return found


def figures(nights: Sequence[Night]) -> dict[str, float]:
    """What a run is known by: how much was watched, and how much of some of it there is."""
    flat, last = watched(nights), nights[-1]
    known = {"watched": float(len(flat)), "rows": 0.0, "entries of caches": 0.0}
    for name in flat:
        if name not in {"objects", "pages"}:
            known["rows" if name.startswith("rows") else "entries of caches"] += last.get(name, 0.0)
    return known | {name: last[name] for name in ("objects", "pages") if name in flat}


def watched(nights: Sequence[Night]) -> Mapping[str, Sequence[float]]:
    """What can be judged, each from the night on in which its first should have gone."""
    names = dict.fromkeys(name for night in nights for name in night)
    found = {}
    for name in (each for each in names if each not in GROWS):
        values = [night.get(name, 0.0) for night in nights[KEPT.get(name, SOON) :]]
        if len(values) >= WATCHED:
            found[name] = values
    return found


def between(values: Sequence[float]) -> float:
    """What the last quarter has more than the first: what goes up and comes down again has a slope,
    and has not grown."""
    quarter = max(1, len(values) // 4)
    return median(values[-quarter:]) - median(values[:quarter])


def slope(values: Sequence[float]) -> float:
    """A night, by the median of any two (Theil and Sen's)."""
    return median(
        (later - value) / (after - place)
        for place, value in enumerate(values)
        for after, later in enumerate(values[place + 1 :], place + 1)
    )
