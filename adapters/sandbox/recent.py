"""A dictionary that forgets its oldest entries."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")
RECENT = 10_000
"""Entries kept; far more than any test or page asks for again."""


class Recent(dict[str, Value]):
    """Keeps the `RECENT` entries that were set last."""

    def __setitem__(self, key: str, value: Value) -> None:
        super().__setitem__(key, value)
        if len(self) > RECENT:
            del self[next(iter(self))]
