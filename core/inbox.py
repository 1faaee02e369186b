"""Which messages were handled, and what was answered, until the answer is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import bindparam, case, delete, func, insert, select, update

from core import schema
from core.addresses import Address
from core.chat import Inbound, Reply
from core.chats import Chat
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

KEEP_KEYS = timedelta(days=30)
"""Telegram redelivers for a day, Slack for hours; the operator may replay for longer."""
KEEP_REPLIES = timedelta(days=1)

REPLY = TypeAdapter(Reply)
ADDRESS = TypeAdapter(Address)
INBOUND = TypeAdapter(Inbound)

_k, _f = schema.message_key.c, schema.failed_message.c
_SEEN = select(_k.reply, _k.delivered_at).where(_k.key == bindparam("k"))
_ADD = insert(schema.message_key)
_GET = select(_k.key, _k.chat_id, _k.reply, _k.address, _k.edits, _k.delivered_at).where(
    _k.key == bindparam("k")
)
_DELIVERED = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"), reply=None)
    .returning(_k.key)
)
_HAND_OVER = (
    update(schema.message_key)
    .where(_k.key == bindparam("k"), _k.delivered_at.is_(None), _k.process != "")
    .values(process="")
    .returning(_k.key)
)
# A live process sends its own answers: only what it has had for long can have gone wrong. Those of
# a dead one are anybody's.
_UNDELIVERED = (
    select(_k.key, _k.chat_id)
    .where(
        _k.delivered_at.is_(None),
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
    select(_k.key).where(_k.delivered_at.is_(None)).limit(1001).subquery()
)
_FORGET_REPLIES = (
    update(schema.message_key)
    .where(_k.received_at < bindparam("before"), _k.reply.is_not(None))
    .values(reply=None, delivered_at=func.coalesce(_k.delivered_at, bindparam("now")))
)
_FORGET_KEYS = delete(schema.message_key).where(_k.received_at < bindparam("before"))
# A message that fails again keeps its reference.
_FAIL = upsert(
    schema.failed_message,
    ("key",),
    lambda new: {"error": new.error, "failed_at": new.failed_at, "replayed_at": None},
    returning=("reference",),
)
_FAILED = select(schema.failed_message).order_by(_f.failed_at).limit(bindparam("most"))
_FORGET_FAILED = delete(schema.failed_message).where(_f.failed_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that was handled before. `reply` is None once it was delivered and let go."""

    reply: Reply | None
    delivered: bool


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
        if row is None:
            return None
        reply = REPLY.validate_json(row.reply) if row.reply else None
        return Seen(reply, row.delivered_at is not None)

    def handled(self, inbound: Inbound, reply: Reply, target: Chat, *, delivered: bool) -> None:
        """Keep the key with the answer, in the commit that holds the effect. Two processes that
        handle the same message at once collide here, and the loser runs again and finds it seen.

        `target` is the chat that the answer goes to. `delivered`: it rides in the response, or
        there is none to send."""
        elsewhere = target.address.chat != inbound.address.chat
        address = target.address if elsewhere else inbound.address
        self._work.run(
            _ADD,
            {
                "key": inbound.key,
                "chat_id": target.id,
                "received_at": self._work.now,
                "delivered_at": self._work.now if delivered else None,
                "reply": REPLY.dump_json(reply).decode(),
                "address": ADDRESS.dump_json(address).decode(),
                "edits": "" if elsewhere or reply.fresh else inbound.message,
                "process": self._work.process,
            },
        )

    def delivered(self, key: str) -> bool:
        """The answer reached the platform; False when that was known."""
        return self._work.run(_DELIVERED, {"k": key, "now": self._work.now}).first() is not None

    def undelivered(self, key: str) -> Undelivered | None:
        """The answer of a message, if it still has to be sent."""
        row = self._work.run(_GET, {"k": key}).first()
        if row is None or row.delivered_at is not None or not row.reply:
            return None
        reply, address = REPLY.validate_json(row.reply), ADDRESS.validate_json(row.address)
        return Undelivered(row.key, row.chat_id, reply, address, row.edits)

    def hand_over(self, key: str) -> bool:
        """From now on a job sends this answer; False when one does already, or it is delivered."""
        return self._work.run(_HAND_OVER, {"k": key}).first() is not None

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

    def failed(self, inbound: Inbound, error: str) -> str:
        """Keep a message that our code could not handle; the reference to quote."""
        raw = self._work.ids.public(6).upper()
        values = {
            "key": inbound.key,
            "reference": f"{raw[:4]}-{raw[4:]}",
            "inbound": INBOUND.dump_json(inbound).decode(),
            "error": error[:4000],
            "failed_at": self._work.now,
        }
        reference: str = self._work.run(_FAIL, values).scalar_one()
        return reference

    def failures(self, most: int = 100) -> list[tuple[str, Inbound, str, datetime]]:
        """Reference, message, error and instant of messages that could not be handled."""
        return [
            (row.reference, INBOUND.validate_json(row.inbound), row.error, row.failed_at)
            for row in self._work.run(_FAILED, {"most": most})
        ]

    def forget(self) -> None:
        """Drop replies after a day, keys and failed messages after thirty."""
        now = self._work.now
        self._work.run(_FORGET_REPLIES, {"before": now - KEEP_REPLIES, "now": now})
        self._work.run(_FORGET_KEYS, {"before": now - KEEP_KEYS})
        self._work.run(_FORGET_FAILED, {"before": now - KEEP_KEYS})
