"""The rows in which all processes together keep the pace, and what one statement draws from one."""

from __future__ import annotations

import time
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection, TextClause, text

from adapters.rates import Rate

SHARE = 0.95
"""Of every rate: what the wire adds to instants that are even in the database, a limit counted by
the second does not forgive. Measured with two processes on two overloaded cores: 27.4 to 28.4
messages a second of 30 arrive, at most 31 in the fullest second."""

_NOW = "extract(epoch FROM clock_timestamp())"
TAKE = text(
    f"INSERT INTO pace AS row (key, due) VALUES (:key, {_NOW} + :price)"  # noqa: S608  # of constants
    f" ON CONFLICT (key) DO UPDATE SET due = greatest(row.due, {_NOW}) + :price"
    f" RETURNING due - :allowance - {_NOW} AS wait,"
    f" (SELECT held - {_NOW} FROM pace WHERE key = :chat) AS held"
)
# The same; or nothing, where others have drawn the next instant, and for how long they have.
TAKE_NEXT = text(
    "WITH taken AS (INSERT INTO pace AS row (key, due)"  # noqa: S608  # of constants
    f" VALUES (:key, {_NOW} + :price) ON CONFLICT (key) DO UPDATE"
    f" SET due = greatest(row.due, {_NOW}) + :price WHERE row.due <= {_NOW} + :price"
    f" RETURNING due - :allowance - {_NOW} AS wait)"
    " SELECT (SELECT wait FROM taken) AS wait,"
    # A row that another transaction made after ours began is not seen: then at once.
    f" coalesce((SELECT due - :price - {_NOW} FROM pace WHERE key = :key), 0) AS later,"
    f" (SELECT held - {_NOW} FROM pace WHERE key = :chat) AS held"
)
HOLD = text(
    f"INSERT INTO pace AS row (key, due, held) VALUES (:key, 0, {_NOW} + :seconds)"  # noqa: S608  # of constants
    " ON CONFLICT (key) DO UPDATE SET held = greatest(row.held, excluded.held)"
)
FORGET = text(f"DELETE FROM pace WHERE greatest(due, held) < {_NOW} - :age")  # noqa: S608  # of constants


class Row(TypedDict):
    """A row, and what a message costs there."""

    key: str
    chat: str
    """The row that says how long the chat of the message is held."""
    price: float
    """Seconds from one message to the next, where nothing was saved up."""
    allowance: float
    """Seconds that may be saved up: so many messages go at once."""


class Place(NamedTuple):
    """What was drawn."""

    ours: bool
    """False where others have the next instant, after which to draw anew."""
    instant: float
    """By this process's clock."""
    held: float
    """For how many seconds the chat is held."""


def row_of(key: str, chat: str, rate: Rate) -> Row:
    burst, seconds = rate
    price = seconds / burst / SHARE
    return {"key": key, "chat": chat, "price": price, "allowance": price * burst}


def draw(statement: TextClause, row: Row, connection: Connection) -> Place:
    """Draw a place by `TAKE` or `TAKE_NEXT`. Raises `DBAPIError`."""
    found = connection.execute(statement, dict(row)).one()
    wait = found.later if found.wait is None else found.wait
    instant = time.monotonic() + max(wait, 0)
    return Place(found.wait is not None, instant, float(found.held or 0))
