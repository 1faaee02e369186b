"""A transaction's statements, run past SQLAlchemy where it knows nothing better."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.sql.visitors import iterate

from core.prepared import prepared
from core.rows import Rows
from core.sql import ByDialect, Statement


class Transaction:
    """Runs statements on a connection, for one transaction, in the words of its database.

    On a full or broken disk SQLite may take the whole transaction back, not the statement alone.
    What came after would be kept at once and by itself, and the commit would say yes to nothing: so
    every statement after it fails as the one that it met."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._driver = _driver(connection)
        self._ended_by: BaseException | None = None
        self.unwritten = ""
        """The savepoint since which nothing was written, if there is one: to take back what comes
        is to go back to it."""

    def run(
        self, statement: Statement, values: Mapping[str, Any] | None = None, *, heard: bool = True
    ) -> Rows:
        """Run a statement. Raises `DBAPIError`, which on PostgreSQL may be of an earlier one that
        gave no rows, or whose rows were not `heard` (`core.postgres_driver`)."""
        chosen = statement.on(self._connection) if isinstance(statement, ByDialect) else statement
        given = values or {}
        if self.unwritten and not only_reads(chosen):
            self.unwritten = ""
        if self._driver and (ready := prepared(chosen, given, self._dialect)):
            try:
                if self._ended_by is None:
                    return ready.run(self._driver, given, heard=heard)
            except sqlite3.Error as error:
                self._look(error)  # else SQLAlchemy meets it again, and wraps it
            except self._connection.dialect.loaded_dbapi.Error as error:
                raise self._wrapped(error, ready.sql) from error
        return self._run_by_sqlalchemy(chosen, given)

    def _look(self, error: BaseException | None) -> None:
        """Whether the transaction is over."""
        if isinstance(self._driver, sqlite3.Connection) and not self._driver.in_transaction:
            self._ended_by = error

    def _wrapped(self, error: Exception, sql: str) -> BaseException:
        """What PostgreSQL's driver raised, as SQLAlchemy raises it. It cannot be met again, as on
        SQLite: after an error PostgreSQL takes nothing until a savepoint is taken back. But a
        connection that is gone is met again, once: SQLAlchemy lets go of it, and of all as old."""
        dialect = self._connection.dialect
        gone = dialect.is_disconnect(error, self._driver.connection, None)  # type: ignore[arg-type]  # psycopg's
        if gone and not self._connection.invalidated:
            with suppress(DBAPIError):
                self._connection.exec_driver_sql("SELECT 1")
        return DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=gone,
            dialect=dialect,
        )

    def _goes_on(self) -> None:
        """Raises `OperationalError` where the transaction is over."""
        if self._ended_by is not None:
            raise OperationalError("the transaction", None, self._ended_by) from self._ended_by

    def _run_by_sqlalchemy(self, statement: Executable, given: Mapping[str, Any]) -> Rows:
        self._goes_on()
        try:
            result = self._connection.execute(statement, dict(given) or None)
        except DBAPIError as error:
            self._look(error.orig)
            raise
        return Rows(result.all() if result.returns_rows else ())

    def run_raw(self, sql: str) -> None:
        """Run SQL that has no values and gives no rows: savepoints. Raises as `run` does."""
        self._goes_on()
        if not self._driver:
            self._connection.exec_driver_sql(sql)
            return
        try:
            self._driver.execute(sql)
        except sqlite3.Error as error:
            self._look(error)
            raise OperationalError(sql, None, error) from error
        except self._connection.dialect.loaded_dbapi.Error as error:
            raise self._wrapped(error, sql) from error

    def take_back(self, savepoint: str) -> None:
        """What came since then. Raises as `run` does."""
        if self._dialect == "postgresql" and self._driver:
            self._driver.take_back(savepoint)
        else:
            self.run_raw(f"ROLLBACK TO SAVEPOINT {savepoint}")

    def beside(self) -> None:
        """To be called before anybody writes past this class. Raises `OperationalError` where the
        transaction is over."""
        self._goes_on()
        self.unwritten = ""

    def flush(self) -> None:
        """What was said until now is done when this returns. Raises `DBAPIError`."""
        if self._dialect == "postgresql" and self._driver:
            try:
                self._driver.flush()
            except self._connection.dialect.loaded_dbapi.Error as error:
                raise self._wrapped(error, "") from error


@lru_cache(1000)
def only_reads(statement: Executable) -> bool:
    """Whether there is nothing to take back after it: no rows, and no locks of PostgreSQL's."""
    return statement.is_select and not any(
        getattr(part, "is_dml", False) or getattr(part, "_for_update_arg", None) is not None
        for part in iterate(statement)  # type: ignore[arg-type]  # whatever selects is a clause
    )


def _driver(connection: Connection) -> Any:
    """What runs statements past SQLAlchemy: a connection of Python's own driver, or ours of one of
    `core.postgres.postgres_engine`. It may be used in a transaction that was begun, and while
    nobody listens to statements; else None."""
    dialect, listened = connection.dialect, connection.dispatch.before_cursor_execute
    if listened or not connection.in_transaction():
        return None
    driver: Any = connection.connection.driver_connection
    match dialect.driver:
        case "pysqlite":
            return driver
        case "psycopg":
            from core.postgres_driver import PostgresConnection  # noqa: PLC0415  # SQLite needs no psycopg

            return driver.driver if isinstance(driver, PostgresConnection) else None
        case _:
            return None
