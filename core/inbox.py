"""Which messages were handled, and what was answered, until the answer is delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, case, delete, func, insert, select, update

from core import schema
from core.addresses import Address
from core.chat import Inbound, Reply
from core.chats import Chat
from core.errors import GiveUp

if TYPE_CHECKING:
    from core.work import Work

KEEP_KEYS = timedelta(days=30)
"""Telegram redelivers for a day, Slack for hours; the operator may replay for longer."""
KEEP_REPLIES = timedelta(days=1)

REPLY = TypeAdapter(Reply)
ADDRESS = TypeAdapter(Address)

_k = schema.message_key.c
SEEN = (_k.key, _k.reply, _k.delivered_at, _k.chat_id, _k.process)
_SEEN = select(*SEEN).where(_k.key == bindparam("k"))
_ADD = insert(schema.message_key)
_GET = select(_k.key, _k.chat_id, _k.reply, _k.address, _k.edits, _k.delivered_at).where(
    _k.key == bindparam("k")
)
_DELIVERED = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"), reply=None)
)
_HAND_OVER = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_(None), _k.process != "")
    .values(process="")
    .returning(_k.key)
)
# What needs no delivery (a toast) is taken for delivered at once, with its text still there.
_REOPEN = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_not(None), _k.reply.is_not(None))
    .values(delivered_at=None)
)
# A live process sends its own answers: only what it has had for long can have gone wrong. Those of
# a dead one are anybody's.
_UNDELIVERED = (
    select(_k.key, _k.chat_id)
    .where(
        _k.delivered_at.is_(None),
        _k.reply.is_not(None),
        _k.process != "",
        case(
            (_k.process == bindparam("me"), _k.received_at < bindparam("before")),
            else_=_k.process.not_in(select(schema.lease.c.process)),
        ),
    )
    .order_by(_k.received_at)
    .limit(bindparam("most"))
)
_BACKLOG = select(func.count()).select_from(
    select(_k.key).where(_k.delivered_at.is_(None), _k.reply.is_not(None)).limit(1001).subquery()
)
# An undelivered answer without its text can't be sent any more, and was not delivered either.
_FORGET_REPLIES = (
    update(schema.message_key)
    .where(_k.received_at < bindparam("before"), _k.reply.is_not(None))
    .values(reply=None)
)
_FORGET_KEYS = delete(schema.message_key).where(_k.received_at < bindparam("before"))
_UNSEE = delete(schema.message_key).where(_k.key == bindparam("k"))


def kept(reply: Reply) -> str:
    """As JSON, without what says nothing: a card is a third shorter so, and is written as fast."""
    return REPLY.dump_json(reply, exclude_defaults=True).decode()


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that was handled before. `reply` is None once it was delivered or let go."""

    reply: Reply | None
    left: int = 0
    """The chat whose answer this very process still has to send; 0 for none. So it is when the
    connection broke at the commit, and the commit had happened."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An answer that still has to reach its chat."""

    key: str
    chat: int
    reply: Reply
    address: Address
    edits: str


class Inbox:
    """The message keys, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def seen(self, key: str) -> Seen | None:
        """What became of this message before, or None if it is new."""
        row = self._work.run(_SEEN, {"k": key}).first()
        return self.read_seen(row) if row is not None else None

    def read_seen(self, row: Sequence[Any]) -> Seen:
        """What the columns `SEEN` say."""
        _, kept, delivered_at, chat, process = row
        reply = REPLY.validate_json(kept) if kept else None
        mine = reply and delivered_at is None and process == self._work.process
        return Seen(reply, chat if mine else 0)

    def handled(self, inbound: Inbound, reply: Reply, target: Chat, *, delivered: bool) -> None:
        """Keep the key with the answer, in the commit that holds the effect. Two processes that
        handle the same message at once collide here, and the loser runs again and finds it seen.

        `target` is the chat that the answer goes to. `delivered`: it rides in the response, or
        there is none to send."""
        elsewhere = target.address.chat != inbound.address.chat
        address = target.address if elsewhere else inbound.address
        values = {
            "key": inbound.key,
            "chat_id": target.id,
            "received_at": self._work.now,
            "delivered_at": self._work.now if delivered else None,
            "reply": kept(reply),
            "address": ADDRESS.dump_json(address).decode(),
            "edits": "" if elsewhere or reply.fresh else reply.replaces or inbound.message,
            "process": self._work.process,
        }
        self._work.run(_ADD, values)

    def delivered(self, key: str) -> None:
        """The answer reached the platform; nothing changes when that was known."""
        self._work.run(_DELIVERED, {"k": key, "now": self._work.now})

    def undelivered(self, key: str) -> Undelivered | None:
        """The answer of a message; None when it was delivered. Raises `GiveUp` when it was not,
        and is no longer kept."""
        row = self._work.run(_GET, {"k": key}).first()
        if row is None or (row.delivered_at is None and not row.reply):
            raise GiveUp("the text is no longer kept")
        if row.delivered_at is not None:
            return None
        reply, address = REPLY.validate_json(row.reply), ADDRESS.validate_json(row.address)
        return Undelivered(row.key, row.chat_id, reply, address, row.edits)

    def hand_over(self, key: str) -> bool:
        """From now on a job sends this answer; False when one does already, or it is delivered."""
        return self._work.run(_HAND_OVER, {"k": key}).first() is not None

    def reopen(self, key: str) -> None:
        """An answer that was taken for delivered was not."""
        self._work.run(_REOPEN, {"k": key})

    def overdue(self, before: datetime, most: int = 500) -> list[tuple[str, int]]:
        """Keys and chats of answers that no job sends yet: those that this process has had since
        before an instant, and those of processes that are gone."""
        values = {"me": self._work.process, "before": before, "most": most}
        rows = self._work.run(_UNDELIVERED, values)
        return [(row.key, row.chat_id) for row in rows]

    def backlog(self) -> int:
        """How many answers are undelivered, counted up to 1,001."""
        count: int = self._work.run(_BACKLOG).scalar_one()
        return count

    def unsee(self, key: str) -> None:
        """Forget a message, to handle it anew."""
        self._work.run(_UNSEE, {"k": key})

    def forget(self) -> None:
        """Drop replies after a day, keys after thirty."""
        now = self._work.now
        self._work.run(_FORGET_REPLIES, {"before": now - KEEP_REPLIES})
        self._work.run(_FORGET_KEYS, {"before": now - KEEP_KEYS})
