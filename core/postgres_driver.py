"""Statements on a connection of psycopg's, past its cursors: each is one call of libpq.

A cursor waits for an answer in Python: it sends, waits and reads, and each time takes the
interpreter's lock anew. Where the loop is busy each of the three is up to a millisecond, of a
statement that takes the server 0.05. And of what it made ready on the server it forgets all at each
ROLLBACK, that of a savepoint too, which is each time that somebody is refused: then every statement
is parsed and planned anew until it was run five times more. Ours make no tables, so theirs stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.types.numeric import Int8BinaryDumper

KEPT = 500
"""Statements kept ready on the server for one connection; ours are constants and far fewer. Of any
more each is parsed and planned anew."""
STALE = frozenset({"0A000", "26000"})
"""Of a statement whose columns are others than when it was made ready, since somebody upgraded the
tables; and of one that the server does not know."""
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class PostgresDriver:
    """Of one connection, as long as it lives: it knows what is ready on the server."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        # When it lets go of what it has made ready, it lets go of all that there is.
        connection.prepare_threshold = None
        self.adapters = AdaptersMap(connection.adapters)
        # One length for all numbers: else a statement is made ready for each mix of theirs.
        self.adapters.register_dumper(int, Int8BinaryDumper)
        self._adapted = Transformer(self)
        self._result: PGresult
        self._libpq: PGconn = connection.pgconn
        self._ready: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> PostgresDriver:
        """Run one statement, whose values stand as `$1` and so on. Begins a transaction where there
        is none. Raises psycopg's errors."""
        if self._libpq.transaction_status == TransactionStatus.IDLE:
            self._looked_at(self._libpq.exec_(b"BEGIN"))
        given = self._adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = self._adapted.types or (), self._adapted.formats
        name = self._name(sql, types)
        if name is None:
            found = self._libpq.exec_params(sql.encode(), given, types, formats)
        else:
            found = self._libpq.exec_prepared(name, given, formats)  # type: ignore[arg-type]  # it takes None, too
        self._result = self._looked_at(found)
        return self

    def fetchall(self) -> list[Any]:
        """The rows of what was run last."""
        self._adapted.set_pgresult(self._result)
        return self._adapted.load_rows(0, self._result.ntuples, tuple)

    def _name(self, sql: str, types: tuple[int, ...]) -> bytes | None:
        """Of the statement on the server, made ready if it is new."""
        name = self._ready.get((sql, types))
        if name is None and len(self._ready) < KEPT:
            name = b"ready%d" % next(self._numbers)
            self._looked_at(self._libpq.prepare(name, sql.encode(), types))
            self._ready[sql, types] = name
        return name

    def _looked_at(self, result: PGresult) -> PGresult:
        """Raises what the server said is wrong."""
        if result.status in _DONE:
            return result
        error = error_from_result(result)
        if error.sqlstate in STALE:  # for whoever begins anew
            self._ready.clear()
        if error.sqlstate is None:
            self.let_go()  # it is of libpq itself, which could not write, or read
            raise OperationalError(str(error))
        raise error

    def let_go(self) -> None:
        """Of the connection: after a crash of the server libpq may not know yet that it is gone."""
        self.connection.close()
