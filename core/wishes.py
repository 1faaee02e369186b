"""What somebody wanted before they were linked, done once they are (`product.md` 1.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select

from core import schema
from core.chat import Inbound
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(days=1)
"""After that nobody expects it any more."""

_INBOUND = TypeAdapter(Inbound)
_w = schema.wish.c
_KEEP = upsert(
    schema.wish,
    ("identity_id",),
    lambda new: {"inbound": new.inbound, "wished_at": new.wished_at},
)
_WAITS = select(_w.wished_at).where(_w.identity_id == bindparam("identity"))
_TAKE = delete(schema.wish).where(_w.identity_id == bindparam("identity")).returning(_w.inbound)
_FORGET = delete(schema.wish).where(_w.wished_at < bindparam("before"))


class Wishes:
    """The wishes, in one transaction. One each: the last one said."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def keep(self, identity: int, wanted: Inbound) -> None:
        """Remember a message, without what the platform wants back with its answer."""
        values = {
            "identity_id": identity,
            "inbound": _INBOUND.dump_json(wanted).decode(),
            "wished_at": self._work.now,
        }
        self._work.run(_KEEP, values)

    def grant(self, identity: int, chat: int) -> None:
        """They are in: what they wanted is done by a job, in their chat."""
        at = self._work.run(_WAITS, {"identity": identity}).scalar()
        if at is not None:
            self._work.put_in_chat(
                chat,
                name="wish",
                id=f"wish:{identity}:{int(at.timestamp() * 1000)}",
                payload={"identity": identity},
            )

    def take(self, identity: int) -> Inbound | None:
        """What they wanted, once."""
        found = self._work.run(_TAKE, {"identity": identity}).scalar()
        return _INBOUND.validate_json(found) if found is not None else None

    def forget(self) -> None:
        """Drop what nobody came back for."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})
