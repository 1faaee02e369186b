"""The messages of people that tasks were made of: by the message one finds its task again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, literal_column, or_, select

from core import schema
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work


KEEP_WORDS = timedelta(days=3)
"""Of messages: Telegram lets people edit theirs for two days."""


NAME_LIMIT = 128
"""Characters of a message's name; a longer one is no platform's."""


class Way(StrEnum):
    """How the task came of the message."""

    TYPED = "typed"
    """The person wrote it to us."""
    SHORTCUT = "shortcut"
    """They chose it in the message's menu."""
    REACTION = "reaction"
    """They put the channel's reaction under it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A task that was made of a message."""

    task: str
    """Its public id; empty where it is gone for good."""
    row: int
    way: Way
    at: datetime
    text: str
    """The words it was made of, as they were last read; empty where they are not kept."""
    gone: bool = False
    """Whether it was deleted."""


_s, _t = schema.source.c, schema.task.c
# Of the row that is there already: as a column it would bring the whole table along.
_GONE = or_(
    _s.task_id.is_(None),
    exists().where(_t.id == literal_column("source.task_id"), _t.deleted_at.is_not(None)),
)
_KEEP = upsert(
    schema.source,
    ("account_id", "chat_id", "message", "place"),
    lambda new: {
        "task_id": new.task_id,
        "way": new.way,
        "text": new.text,
        "made_at": new.made_at,
    },
    where=_GONE,
)
_OF = (
    select(_t.public_id, _t.id, _s.way, _s.made_at, _s.text)
    .join(schema.task, _t.id == _s.task_id)
    .where(
        _s.account_id == bindparam("account"),
        _s.chat_id == bindparam("chat"),
        _s.message == bindparam("message"),
        _t.deleted_at.is_(None),
    )
    .order_by(_s.place)
)
_LINES = (
    select(_t.public_id, _s.task_id.label("id"), _s.way, _s.made_at, _s.text, _t.deleted_at)
    .outerjoin(schema.task, _t.id == _s.task_id)
    .where(
        _s.account_id == bindparam("account"),
        _s.chat_id == bindparam("chat"),
        _s.message == bindparam("message"),
        _s.way == Way.TYPED.value,
    )
    .order_by(_s.place)
)
_DROP = delete(schema.source).where(
    _s.account_id == bindparam("account"),
    _s.chat_id == bindparam("chat"),
    _s.message == bindparam("message"),
)
_REACTED = (
    select(_s.task_id)
    .join(schema.task, _t.id == _s.task_id)
    .where(
        _s.chat_id == bindparam("chat"),
        _s.message == bindparam("message"),
        _s.way == Way.REACTION.value,
        _t.deleted_at.is_(None),
    )
    .limit(1)
)
_FORGET = delete(schema.source).where(
    _s.way == Way.TYPED.value, _s.made_at < bindparam("before", type_=_s.made_at.type)
)
_MADE_HERE = select(_s.task_id).where(
    _s.account_id == bindparam("account"), _s.chat_id == bindparam("chat")
)
_LAST_LIST = (
    select(_t.category)
    .where(
        _t.owner_id == bindparam("account"),
        or_(_t.chat_id == bindparam("chat"), _t.id.in_(_MADE_HERE)),
    )
    .order_by(_t.id.desc())
    .limit(1)
)


class Sources:
    """Messages and their tasks, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def keep(
        self,
        account: int,
        chat: int,
        message: str,
        task: int | None,
        way: Way,
        *,
        place: int = 0,
        text: str = "",
    ) -> None:
        """Somebody made a task of a message; of one of its lines, from 0, that reads `text`. Where
        they had made one of it already, which is still there, that one stays the message's. None
        keeps the place of a line whose task is gone for good."""
        values = {
            "account_id": account,
            "chat_id": chat,
            "message": message,
            "place": place,
            "task_id": task,
            "way": way.value,
            "text": text,
            "made_at": self._work.now,
        }
        self._work.run(_KEEP, values)

    def of(self, account: int, chat: int, message: str) -> list[Made]:
        """What somebody made of a message and did not delete, in the order of its lines."""
        values = {"account": account, "chat": chat, "message": message}
        found = self._work.run(_OF, values).all()
        return [Made(row.public_id, row.id, Way(row.way), row.made_at, row.text) for row in found]

    def lines(self, account: int, chat: int, message: str) -> list[Made]:
        """What a message of somebody's said to us, line by line, also of tasks that are gone: that
        one is says nothing of the others."""
        values = {"account": account, "chat": chat, "message": message}
        return [
            Made(
                row.public_id or "",
                row.id or 0,
                Way(row.way),
                row.made_at,
                row.text,
                gone=row.id is None or row.deleted_at is not None,
            )
            for row in self._work.run(_LINES, values)
        ]

    def forget(self) -> None:
        """Drop the words of messages that nobody can edit any more."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP_WORDS})

    def drop(self, account: int, chat: int, message: str) -> None:
        """The message is to be kept anew, or says nothing any more."""
        self._work.run(_DROP, {"account": account, "chat": chat, "message": message})

    def reacted(self, chat: int, message: str) -> bool:
        """Whether anybody has a task that came of a reaction under a message."""
        return self._work.run(_REACTED, {"chat": chat, "message": message}).first() is not None

    def last_list(self, account: int, chat: int) -> str:
        """The list of the newest task that somebody made in a chat, or of a message there."""
        found: str | None = self._work.run(_LAST_LIST, {"account": account, "chat": chat}).scalar()
        return found or ""
