"""Frozen dataclasses that are made quickly.

The `__init__` that Python writes for one asks `object.__setattr__` to find each field by its name.
Setting the slots themselves takes less than half of that, and a message is some 250 fields: a card,
its buttons, a task, who wrote and where. Nothing else is another: what is made stays as frozen.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from functools import update_wrapper
from typing import Any, TypeVar

T = TypeVar("T")


def quick(kind: type[T]) -> type[T]:
    """The class, a frozen dataclass with slots, to be put above `dataclass`. Raises `TypeError` for
    one that does more than to keep what it is given, in its order."""
    every = fields(kind)  # type: ignore[arg-type]  # it is a dataclass
    odd = any(each.kw_only or not each.init for each in every) or hasattr(kind, "__post_init__")
    if odd or "__slots__" not in kind.__dict__:
        raise TypeError(f"{kind.__name__} is no plain dataclass with slots")
    known: dict[str, Any] = {"_missing": MISSING}
    for each in every:
        known[f"_set_{each.name}"] = getattr(kind, each.name).__set__
        known[f"_default_{each.name}"] = each.default
        known[f"_make_{each.name}"] = each.default_factory
    lines = [f"_set_{each.name}(self, {_value(each)})" for each in every]
    source = f"def __init__(self, {', '.join(map(_argument, every))}):\n  " + "\n  ".join(lines)
    # Of names in our own code alone, as `dataclass` does it.
    exec(source, known)  # noqa: S102  # nosec B102
    setattr(kind, "__init__", update_wrapper(known["__init__"], kind.__init__))  # noqa: B010  # mypy
    return kind


def _argument(field: Field[Any]) -> str:
    if field.default_factory is not MISSING:
        return f"{field.name}=_missing"
    return field.name if field.default is MISSING else f"{field.name}=_default_{field.name}"


def _value(field: Field[Any]) -> str:
    if field.default_factory is MISSING:
        return field.name
    return f"_make_{field.name}() if {field.name} is _missing else {field.name}"
