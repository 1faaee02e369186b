"""Live cards: the newest message that shows a task in a chat, edited when the task changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from core import schema
from core.addresses import Address
from core.chat import Sent
from core.inbox import ADDRESS
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class LiveCard:
    """Where a task's card is."""

    task: int
    chat: int
    message: str
    address: Address
    revision: int


_c, _t = schema.card.c, schema.task.c
_COLUMNS = (_c.task_id, _c.chat_id, _c.message, _c.address, _c.revision)
_KEEP = upsert(
    schema.card,
    ("task_id", "chat_id"),
    lambda new: {
        "message": new.message,
        "address": new.address,
        "revision": new.revision,
    },
    returning=("task_id",),
)
_OF_TASK = select(*_COLUMNS).where(_c.task_id == bindparam("task")).order_by(_c.chat_id)
_IN_CHAT = select(*_COLUMNS).where(_c.task_id == bindparam("task"), _c.chat_id == bindparam("chat"))
_SHOWN_BY = (
    select(_t.public_id)
    .join(schema.card, _c.task_id == _t.id)
    .where(_c.chat_id == bindparam("chat"), _c.message == bindparam("message"))
)
_TASK = select(_t.id, _t.revision).where(_t.public_id == bindparam("public_id"))
_DROP = delete(schema.card).where(
    _c.task_id == bindparam("task"),
    _c.chat_id == bindparam("chat"),
    _c.message == bindparam("message"),
)


class Cards:
    """The registry of live cards, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def drawn(self, public_id: str, revision: int, chat: int, sent: Sent) -> None:
        """A card was sent or edited. If the task has changed meanwhile, it is drawn again."""
        row = self._work.run(_TASK, {"public_id": public_id}).first()
        if row is None:
            return
        address = ADDRESS.dump_json(sent.address).decode()
        values = {"task_id": row.id, "chat_id": chat, "message": sent.message}
        self._work.run(_KEEP, values | {"address": address, "revision": revision})
        if row.revision > revision:
            # A job that drew it as it is now may have come before this message did.
            self._redraw(row.id, chat, sent.message, f"{row.revision}:after:{revision}")

    def redraw(self, task: int, revision: int, *, but: tuple[int, str]) -> None:
        """Draw every live card of a task again, except the message of a chat that the answer
        replaces."""
        for row in self._work.run(_OF_TASK, {"task": task}).all():
            if (row.chat_id, row.message) != but:
                self._redraw(task, row.chat_id, row.message, str(revision))

    def find(self, task: int, chat: int) -> LiveCard | None:
        """The card of a task in a chat."""
        row = self._work.run(_IN_CHAT, {"task": task, "chat": chat}).first()
        if row is None:
            return None
        address = ADDRESS.validate_json(row.address)
        return LiveCard(row.task_id, row.chat_id, row.message, address, row.revision)

    def shown_by(self, chat: int, message: str) -> str | None:
        """The public id of the task whose card a message is."""
        values = {"chat": chat, "message": message}
        public_id: str | None = self._work.run(_SHOWN_BY, values).scalar()
        return public_id

    def drop(self, task: int, chat: int, message: str) -> None:
        """The message is gone, or no card any more: nothing is left to edit."""
        self._work.run(_DROP, {"task": task, "chat": chat, "message": message})

    def _redraw(self, task: int, chat: int, message: str, when: str) -> None:
        self._work.put_in_chat(
            chat,
            name="redraw",
            id=f"redraw:{task}:{chat}:{message}:{when}",
            payload={"task": task, "message": message},
        )
