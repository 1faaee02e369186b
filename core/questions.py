"""What the bot asked somebody in words and waits for, where there are no forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from core import schema
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

OPEN_FOR = timedelta(minutes=15)
"""After that, a line of text is a task again (`product.md` 1.5: drafts are kept as long)."""

_q = schema.question.c
_ASK = upsert(
    schema.question,
    ("identity_id", "chat_id"),
    lambda new: {"line": new.line, "field": new.field, "asked_at": new.asked_at},
)
_OPEN = select(_q.line, _q.field).where(
    _q.identity_id == bindparam("identity"),
    _q.chat_id == bindparam("chat"),
    _q.asked_at > bindparam("after"),
)
# A command closes a question before it locks an account, and so its answer has to hold it: two that
# came at once, each with one of the two locks, would wait for each other.
_HOLD = _OPEN.with_for_update()
_HOLD_ALL = (
    select(_q.chat_id)
    .where(_q.identity_id == bindparam("identity"))
    .order_by(_q.chat_id)
    .with_for_update()
)
_CLOSE = (
    delete(schema.question)
    .where(_q.identity_id == bindparam("identity"), _q.chat_id == bindparam("chat"))
    .returning(_q.field)
)


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits for its answer."""

    line: str
    """The command that the answer completes."""
    field: str


class Questions:
    """Open questions, one for each person and chat, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def ask(self, identity: int, chat: int, line: str, field: str) -> None:
        values = {"identity_id": identity, "chat_id": chat, "line": line, "field": field}
        self._work.run(_ASK, values | {"asked_at": self._work.now})

    def open(self, identity: int, chat: int) -> Open | None:
        """The question, which stays so until this transaction ends."""
        values = {"identity": identity, "chat": chat, "after": self._work.now - OPEN_FOR}
        row = self._work.run(_OPEN, values).first()
        if row is not None and self._work.shared:
            row = self._work.run(_HOLD, values).first()
        return Open(row.line, row.field) if row is not None else None

    def hold(self, identity: int) -> None:
        """Let all questions to somebody stay as they are until this transaction ends: for who locks
        the account before it is known whether one is answered. SQLite has one writer."""
        if self._work.shared:
            self._work.tell(_HOLD_ALL, {"identity": identity})

    def close(self, identity: int, chat: int) -> bool:
        """Whether there was one. Whether to look is known before (`core.arrival`)."""
        whose = {"identity": identity, "chat": chat}
        return self._work.run(_CLOSE, whose).first() is not None
