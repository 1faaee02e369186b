"""What a statement gave, whoever ran it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row


class Rows:
    """All rows of a statement, already read: SQLAlchemy's own, or tuples with the same names."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        return self._rows

    def first(self) -> Row[Any] | None:
        """The first row, if there is one."""
        return self._rows[0] if self._rows else None

    def one(self) -> Row[Any]:
        """The only row. Raises `ValueError` where there are none, or several."""
        [row] = self._rows
        return row  # type: ignore[no-any-return]  # of either kind

    def scalars(self) -> Rows:
        """The first value of each row, in place of the row."""
        return Rows([row[0] for row in self._rows])

    def scalar(self) -> Any:
        """The first value of the first row; None where there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first value of the only row. Raises as `one`."""
        return self.one()[0]
