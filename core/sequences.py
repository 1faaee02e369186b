"""The numbers that a database gives to new rows, when rows came from another database."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select, text

# A row that is gone had the highest number, perhaps, and jobs and buttons still name it: what
# counts is the last number given, not the highest one left.
_SQLITE_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_SQLITE_SET = text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table")
_SQLITE_NEW = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
_POSTGRES_LAST = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, 'id'))")
_POSTGRES_SET = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")


def numbered(table: Table) -> bool:
    """Whether the database numbers the rows."""
    return [column.name for column in table.primary_key] == ["id"]


def last_number(connection: Connection, table: Table) -> int:
    """The last number given to a row of the table; 0 before the first, or without numbers."""
    if not numbered(table):
        return 0
    highest = select(func.max(table.c.id))  # built per call: the tables vary
    found = connection.execute(highest).scalar() or 0
    if connection.dialect.name == "postgresql":
        given = connection.execute(_POSTGRES_LAST, {"table": table.name}).scalar()
    elif table.dialect_options["sqlite"]["autoincrement"]:
        given = connection.execute(_SQLITE_LAST, {"table": table.name}).scalar()
    else:
        given = 0
    return max(found, given or 0)


def set_last_number(connection: Connection, table: Table, last: int) -> None:
    """The next row gets a higher number than this; 0 changes nothing."""
    if not last or not numbered(table):
        return
    values = {"table": table.name, "last": last}
    if connection.dialect.name == "postgresql":
        connection.execute(_POSTGRES_SET, values)
    elif table.dialect_options["sqlite"]["autoincrement"] and not (
        connection.execute(_SQLITE_SET, values).rowcount
    ):
        connection.execute(_SQLITE_NEW, values)
