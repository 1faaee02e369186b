"""A step of something that has states, as one statement: only one caller takes it, and learns so by
the row that comes back (`promises.md` T6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, update
from sqlalchemy.sql.dml import ReturningUpdate


def step(
    table: Table, *when: ColumnElement[bool], gives: Iterable[Any] = (), **then: Any
) -> ReturningUpdate[Any]:
    """What rows have to be, what they become then, and what comes back of each: its public id, or
    these columns."""
    changed = update(table).where(*when).values(**then)  # built per call: once each, for constants
    return changed.returning(*(tuple(gives) or (table.c.public_id,)))
