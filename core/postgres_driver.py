"""Statements on a connection of psycopg's, past its cursors, and as few ways to the server and back
as there are answers to wait for.

A statement that nobody hears of waits here and goes along with the next one whose rows are asked
for, or with the commit: BEGIN, savepoints, what is written. Each way takes as long as the server is
far, and after it the interpreter's lock has to be had again: where the loop is busy that is up to a
millisecond, of a statement that takes the server 0.05. A cursor of psycopg's takes it three times
for each statement, and at each ROLLBACK, that of a savepoint too, which is each time that somebody
is refused, it forgets all that it made ready on the server: then every statement is parsed and
planned anew until it was run five times more. Ours make no tables, so theirs stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from psycopg import Connection, Error, InternalError
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.types.numeric import Int8BinaryDumper

from core.postgres_pipeline import Bound, Pipeline

MOST = 100
"""Statements that wait: a long transaction of writes alone does not keep all of them here."""

_BEGIN, _COMMIT = (Bound((word, ()), [], None) for word in ("BEGIN", "COMMIT"))


class PostgresDriver:
    """Of one connection, as long as it lives: it knows what waits, and what is ready on the server.

    What the server refuses is raised where it is sent: by `fetchall`, `flush` or `commit`, by any
    cursor of the connection, and by `execute` where too much waits. The transaction takes nothing
    then until it is taken back, or a savepoint of it."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        # When it lets go of what it has made ready, it lets go of all that there is.
        connection.prepare_threshold = None
        self.adapters = AdaptersMap(connection.adapters)
        # One length for all numbers: else a statement is made ready for each mix of theirs.
        self.adapters.register_dumper(int, Int8BinaryDumper)
        self._adapted = Transformer(self)
        self._waiting: list[Bound] = []
        self._libpq: PGconn = connection.pgconn
        self._pipeline = Pipeline(connection.pgconn)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> PostgresDriver:
        """Run one statement, whose values stand as `$1` and so on, before whatever is asked next.
        Begins a transaction where there is none. Raises psycopg's errors."""
        given = self._adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
        if len(self._waiting) >= MOST:
            self.flush()
        if not self._waiting and self._libpq.transaction_status == TransactionStatus.IDLE:
            self._waiting.append(_BEGIN)
        key = (sql, self._adapted.types or ())
        self._waiting.append(Bound(key, [*given], self._adapted.formats))
        return self

    def fetchall(self) -> list[Any]:
        """The rows of what was run last."""
        result = self._sent()
        self._adapted.set_pgresult(result)
        return self._adapted.load_rows(0, result.ntuples, tuple)

    def flush(self) -> None:
        """Run what waits."""
        if self._waiting:
            self._sent()

    def commit(self) -> None:
        """Run what waits, and keep all of it."""
        if not self._waiting and self._libpq.transaction_status == TransactionStatus.IDLE:
            return
        self._waiting.append(_COMMIT)
        said = self._sent().command_status
        if said != b"COMMIT":  # in a transaction that has failed the server says no so quietly
            raise InternalError("the transaction was taken back")

    def take_back(self, savepoint: str) -> None:
        """What came since then; what still waits of it is never sent."""
        while self._waiting:
            if self._waiting[-1].key[0] == f"SAVEPOINT {savepoint}":
                return
            self._waiting.pop()
        self.execute(f"ROLLBACK TO SAVEPOINT {savepoint}")

    def forget(self) -> None:
        """What waits is wanted no more."""
        self._waiting.clear()

    def let_go(self) -> None:
        """Of the connection: after a crash of the server libpq may not know yet that it is gone."""
        self.connection.close()

    def _sent(self) -> PGresult:
        """Run all that waits at once; what the server says to the last of it."""
        waiting, self._waiting = self._waiting, []
        try:
            return self._pipeline.run(waiting)
        except BaseException as error:
            if getattr(error, "sqlstate", None) is None:
                self.let_go()  # libpq could not write, or read; or we stopped half way
            raise


class PostgresConnection(Connection[Any]):
    """A connection of psycopg's whose cursors come after what waits on its driver."""

    _driver: PostgresDriver | None = None

    @property
    def driver(self) -> PostgresDriver:
        """Made when it is first asked for."""
        if self._driver is None:
            self._driver = PostgresDriver(self)
        return self._driver

    def cursor(self, *args: Any, **options: Any) -> Any:
        if self._driver is not None:
            self._driver.flush()
        return super().cursor(*args, **options)

    def commit(self) -> None:
        """As psycopg's, the transaction is over then in any case."""
        if self._driver is None:
            super().commit()
            return
        try:
            self._driver.commit()
        except Error:
            with suppress(Error):
                super().rollback()
            raise

    def rollback(self) -> None:
        if self._driver is not None:
            self._driver.forget()
        super().rollback()
