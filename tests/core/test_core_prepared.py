"""A prepared statement does what SQLAlchemy would have done with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, event, func, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, StatementError

from core import schema
from core.prepared import prepared
from core.sql import upsert
from core.sqlite_file import sqlite_engine
from core.transaction import Transaction

NOW = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
CHAT = {"platform": "telegram", "scope": "", "chat": "1", "private": True, "created_at": NOW}
_c = schema.chat.c
ADD = insert(schema.chat).returning(_c.id)
ALL = select(schema.chat).where(_c.chat == bindparam("which")).order_by(_c.id)
SOME = select(_c.id).where(_c.id.in_(bindparam("ids", expanding=True)))
OWN = select(_c.id, _c.created_at).where(
    _c.platform.in_(["slack", "telegram"]), _c.chat == bindparam("which"), _c.created_at.in_([NOW])
)
NONE = select(_c.id).where(_c.platform.in_([]))
RENAME = update(schema.chat).where(_c.chat == bindparam("which")).values(title=bindparam("to"))
LOWER = ADD.values(platform=func.lower(bindparam("platform")))
KEEP = upsert(
    schema.chat,
    ("platform", "scope", "chat"),
    lambda new: {"title": new.title},
    returning=("id", "title"),
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path}/one.db"))
    with engine.connect() as connection, connection.begin():
        schema.metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_rows_are_those_of_sqlalchemy(connection: Connection) -> None:
    added = Transaction(connection).run(ADD, CHAT).scalar_one()
    assert prepared(ALL, {"which": "1"}, "sqlite") is not None
    mine = Transaction(connection).run(ALL, {"which": "1"}).one()
    theirs = connection.execute(ALL, {"which": "1"}).one()
    assert mine._asdict() == theirs._asdict()
    assert tuple(mine) == tuple(theirs)
    assert (mine.id, mine.created_at, mine.private, mine.title) == (added, NOW, True, "")
    assert Transaction(connection).run(ALL, {"which": "2"}).first() is None


def test_a_new_row_is_numbered_without_being_given_back(connection: Connection) -> None:
    """Whatever its triggers number meanwhile: rows, and words that are kept to be searched."""
    connection.exec_driver_sql(
        "CREATE TRIGGER more AFTER INSERT ON chat BEGIN"
        " INSERT INTO task_words_late VALUES (new.id + 900);"
        " INSERT INTO task_words (rowid, title) VALUES (new.id + 700, 'word'); END"
    )
    ready = prepared(ADD, CHAT, "sqlite")
    assert ready is not None
    assert "RETURNING" not in ready.sql
    for number in range(3):
        new = Transaction(connection).run(ADD, CHAT | {"chat": str(number)}).one()
        theirs = connection.execute(ALL, {"which": str(number)}).one()
        assert new.id == theirs.id == number + 1


def test_what_else_comes_back_is_asked_for(connection: Connection) -> None:
    """A row that may be there already, another column, a value that is computed."""
    others = (KEEP.sqlite, insert(schema.chat).returning(_c.title), LOWER)
    for statement in others:
        ready = prepared(statement, CHAT, "sqlite")
        assert ready is not None
        assert "RETURNING" in ready.sql
    assert Transaction(connection).run(LOWER, CHAT | {"platform": "SLACK"}).scalar_one() == 1
    assert Transaction(connection).run(KEEP, CHAT | {"platform": "slack"}).one().id == 1


def test_writes_of_every_kind(connection: Connection) -> None:
    Transaction(connection).run(ADD, CHAT)
    kept = Transaction(connection).run(KEEP, CHAT | {"title": "Team"}).one()
    assert (kept.id, kept.title) == (1, "Team")
    assert Transaction(connection).run(RENAME, {"which": "1", "to": "Other"}).all() == []
    assert Transaction(connection).run(ALL, {"which": "1"}).one().title == "Other"


def test_what_the_driver_refuses_is_raised_as_sqlalchemy_raises_it(connection: Connection) -> None:
    Transaction(connection).run(ADD, CHAT)
    with pytest.raises(IntegrityError):
        Transaction(connection).run(ADD, CHAT)
    assert len(Transaction(connection).run(ALL, {"which": "1"}).all()) == 1


def test_a_value_that_is_left_out_is_no_null(connection: Connection) -> None:
    assert prepared(ALL, {}, "sqlite") is None
    with pytest.raises(StatementError):
        Transaction(connection).run(ALL)


def test_a_list_goes_the_ordinary_way(connection: Connection) -> None:
    Transaction(connection).run(ADD, CHAT)
    assert prepared(SOME, {"ids": [1, 2]}, "sqlite") is None
    assert Transaction(connection).run(SOME, {"ids": [1, 2]}).all() == [(1,)]


def test_the_statements_own_list_is_spelled_out_once(connection: Connection) -> None:
    Transaction(connection).run(ADD, CHAT)
    Transaction(connection).run(ADD, CHAT | {"platform": "other"})
    assert prepared(OWN, {"which": "1"}, "sqlite") is not None
    assert prepared(NONE, {}, "sqlite") is not None
    mine = Transaction(connection).run(OWN, {"which": "1"}).all()
    assert mine == connection.execute(OWN, {"which": "1"}).all() == [(1, NOW)]
    assert Transaction(connection).run(NONE).all() == []


def test_who_listens_hears_every_statement(connection: Connection) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    Transaction(connection).run(ALL, {"which": "1"})
    event.listen(connection, "before_cursor_execute", hear)
    Transaction(connection).run(ALL, {"which": "1"})
    Transaction(connection).run_raw("SAVEPOINT one")
    event.remove(connection, "before_cursor_execute", hear)
    Transaction(connection).run(ALL, {"which": "1"})
    assert len(heard) == 2
