"""The ids of rows that are still to be made.

PostgreSQL draws an id from its sequence whenever it is asked, so a statement whose answer is waited
for anyway can bring those of rows that come after it. Who makes such a row then only tells of it,
and of what names it: all that goes to the server along with what is asked next, or with the commit.
To add a task takes three ways there and back in place of five, and its owner's row is held for one
of them in place of three. An id that is not used, or whose row is taken back, is never given again,
as of any sequence.

SQLite numbers a row when it makes it, and is no way off.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, Row, Table, Update, literal_column

from core import schema

if TYPE_CHECKING:
    from core.work import Work


class Ahead:
    """Ids that one transaction has drawn and not used."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._drawn: dict[Any, int] = {}

    def draw(self, statement: Update, values: Mapping[str, Any], *tables: Table) -> Row[Any] | None:
        """The first row of a statement that returns something, if there is one. On PostgreSQL it
        has behind its own columns an id for a row of each of these tables, which `insert` uses."""
        if not tables or not self._work.shared:
            return self._work.run(statement, values).first()
        row = self._work.run(_drawing(statement, tables), values).first()
        if row is not None:
            self._drawn |= zip(tables, row[-len(tables) :], strict=True)
        return row

    def insert(self, statement: Insert, values: Mapping[str, Any]) -> int:
        """Make a row by a statement that returns its id. Raises `DBAPIError`; where the id was
        drawn, of this row it comes later (`core.postgres_driver`)."""
        drawn = self._drawn.pop(statement.table, None)
        if drawn is None:
            made: int = self._work.run(statement, values).scalar_one()
            return made
        self._work.tell(statement, {"id": drawn, **values})
        return drawn


@lru_cache(100)
def _drawing(statement: Update, tables: tuple[Table, ...]) -> Update:
    """The statement, which returns an id for a row of each of the tables as well."""
    drawn = (literal_column(f"nextval('{each.name}_id_seq')", schema.Id) for each in tables)
    names = (f"{each.name}_ahead" for each in tables)
    return statement.returning(*(id.label(name) for id, name in zip(drawn, names, strict=True)))
