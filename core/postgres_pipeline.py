"""Statements that go to PostgreSQL together, by libpq's pipeline, and what is ready there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, NamedTuple

from psycopg import DatabaseError, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

KEPT = 500
"""Statements kept ready on the server for one connection; ours are constants and far fewer. Of any
more each is parsed and planned anew."""
STALE = frozenset({"0A000", "26000"})
"""Of a statement whose columns are others than when it was made ready, since somebody upgraded the
tables; and of one that the server does not know."""
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
Key = tuple[str, tuple[int, ...]]
"""Of what is ready: SQL, and the types of its values."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement with its values in the server's words."""

    key: Key
    values: list[Any]
    formats: list[Any] | None


class _Sent(NamedTuple):
    """What is answered by itself."""

    key: Key
    to_be_ready: bool = False
    """Whether it is made ready only, and not run."""


class Pipeline:
    """Of one connection, as long as it lives: it knows what is ready on the server."""

    def __init__(self, libpq: PGconn) -> None:
        self._libpq = libpq
        self._ready: dict[Key, bytes] = {}
        self._numbers = count()

    def run(self, statements: Sequence[Bound]) -> PGresult:
        """All of them, one way to the server and back; what it says to the last. Raises psycopg's
        errors, without an `sqlstate` where it is libpq that could not write, or read: then the
        connection can't be used any more."""
        sent: list[_Sent] = []
        answers: Sequence[PGresult] = ()
        try:
            answers = self._alone(statements, sent) or self._together(statements, sent)
            for each, answer in zip(sent, answers, strict=True):
                _look_at(answer, each.key[0])
        except DatabaseError as error:
            if error.sqlstate in STALE:  # for whoever begins anew
                self._ready.clear()
            for each, answer in zip(sent, answers, strict=False):
                if each.to_be_ready and answer.status not in _DONE:
                    self._ready.pop(each.key, None)
            raise
        return answers[-1]

    def _alone(self, statements: Sequence[Bound], sent: list[_Sent]) -> Sequence[PGresult]:
        """The quickest way for a single one that is ready: one call of libpq."""
        name = self._ready.get(statements[0].key) if len(statements) == 1 else None
        if name is None:
            return ()
        sent.append(_Sent(statements[0].key))
        return (self._libpq.exec_prepared(name, statements[0].values, statements[0].formats),)

    def _together(self, statements: Sequence[Bound], sent: list[_Sent]) -> Sequence[PGresult]:
        """What the server says to each, and to what is made ready on the way."""
        libpq = self._libpq
        libpq.enter_pipeline_mode()
        for each in statements:
            sql, types = each.key
            name = self._ready.get(each.key)
            if name is None and len(self._ready) < KEPT:
                name = self._ready[each.key] = b"ready%d" % next(self._numbers)
                sent.append(_Sent(each.key, to_be_ready=True))
                libpq.send_prepare(name, sql.encode(), types)
            sent.append(_Sent(each.key))
            if name is None:
                libpq.send_query_params(sql.encode(), each.values, types, each.formats)
            else:
                libpq.send_query_prepared(name, each.values, each.formats)
        libpq.pipeline_sync()
        while libpq.flush():
            if self._wait(POLLIN | POLLOUT) & POLLIN:
                libpq.consume_input()
        return self._answers()

    def _answers(self) -> Sequence[PGresult]:
        """Up to the end of the pipeline."""
        answers: list[PGresult] = []
        while (answer := self._answer()) is None or answer.status != ExecStatus.PIPELINE_SYNC:
            if answer is not None:
                answers.append(answer)
            elif self._libpq.status == ConnStatus.BAD:
                for each in answers:
                    _look_at(each, "")
                raise OperationalError(self._libpq.get_error_message())
        self._libpq.exit_pipeline_mode()
        return answers

    def _answer(self) -> PGresult | None:
        """The next one, once it is here; none after the last of a statement."""
        while self._libpq.is_busy():
            self._wait(POLLIN)
            self._libpq.consume_input()
        return self._libpq.get_result()

    def _wait(self, what: int) -> int:
        """Until the server has something for us, or room. libpq would wait itself, and keep the
        interpreter's lock."""
        events = poll()
        events.register(self._libpq.socket, what)
        ((_, found),) = events.poll()
        return found


def _look_at(answer: PGresult, sql: str) -> None:
    """Raises what the server said is wrong."""
    if answer.status in _DONE:
        return
    error = error_from_result(answer)
    if error.sqlstate is None:
        raise OperationalError(str(error))  # it is of libpq itself
    if sql:  # whoever asked for rows may have asked for others
        error.add_note(f"of: {sql}")
    raise error
