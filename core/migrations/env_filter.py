"""Which tables are ours."""

from __future__ import annotations

from typing import Any

from core.schema import metadata


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The job engine keeps its own tables in the same database (on SQLite beside ours)."""
    return kind != "table" or name in metadata.tables
