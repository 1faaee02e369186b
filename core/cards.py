"""Live cards: the newest message that shows a task in a chat, edited when the task changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, literal_column, select

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
_DRAWN = select(
    _t.id, *(bindparam(f"new_{each.key}", type_=each.type) for each in _COLUMNS[1:])
).where(_t.public_id == bindparam("public_id"))
# Whoever changes the task meanwhile and this see each other's work, whichever comes first: over
# several processes neither would, and the card would never be drawn again.
_HOLD = select(_t.id).where(_t.public_id == bindparam("public_id")).with_for_update(read=True)
# Of the row that is written: as a column it would bring the whole table of cards along.
_REVISION = select(_t.revision).where(_t.id == literal_column("card.task_id"))
# One statement, with the task as it is now: every card that is sent runs it.
_KEEP = upsert(
    schema.card,
    ("task_id", "chat_id"),
    lambda new: {
        "message": new.message,
        "address": new.address,
        "revision": new.revision,
    },
    rows=_DRAWN,
    returning=("task_id", _REVISION.label("now")),
)
_OF_TASK = select(*_COLUMNS).where(_c.task_id == bindparam("task")).order_by(_c.chat_id)
_IN_CHAT = select(*_COLUMNS).where(_c.task_id == bindparam("task"), _c.chat_id == bindparam("chat"))
_SHOWN_BY = (
    select(_t.public_id)
    .join(schema.card, _c.task_id == _t.id)
    .where(_c.chat_id == bindparam("chat"), _c.message == bindparam("message"))
)
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
        if self._work.shared:
            self._work.tell(_HOLD, {"public_id": public_id})
        row = self._work.run(
            _KEEP,
            {
                "public_id": public_id,
                "new_chat_id": chat,
                "new_message": sent.message,
                "new_address": ADDRESS.dump_json(sent.address).decode(),
                "new_revision": revision,
            },
        ).first()
        if row is not None and row.now > revision:
            # A job that drew it as it is now may have come before this message did.
            self._redraw(row.task_id, chat, sent.message, row.now, f":after:{revision}")

    def redraw(self, task: int, revision: int, *, but: tuple[int, str], fewer: bool) -> None:
        """Draw every live card of a task again, except the message of a chat that the answer
        replaces; and where else it is shown. `fewer`: not all may see it who did."""
        for row in self._work.run(_OF_TASK, {"task": task}).all():
            if (row.chat_id, row.message) != but:
                self._redraw(task, row.chat_id, row.message, revision)
        self._work.previews.redraw(task, revision, fewer=fewer)

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

    def _redraw(self, task: int, chat: int, message: str, revision: int, why: str = "") -> None:
        self._work.put_in_chat(
            chat,
            name="redraw",
            id=f"redraw:{task}:{chat}:{message}:{revision}{why}",
            payload={"task": task, "message": message, "revision": revision},
        )
