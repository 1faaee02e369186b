"""Genuine messages that our code could not handle, kept for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select, update

from core import schema
from core.chat import Inbound, Unread
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(days=7)
"""They hold what people wrote (`promises.md` T39). Their keys stay as long as all others."""

# pydantic takes a union, which has no `type[...]`.
KEPT: TypeAdapter[Inbound | Unread] = TypeAdapter(cast(Any, Inbound | Unread))

_f = schema.failed_message.c
# A message that fails again keeps its reference.
_KEEP = upsert(
    schema.failed_message,
    ("key",),
    lambda new: {
        "inbound": new.inbound,
        "error": new.error,
        "failed_at": new.failed_at,
        "replayed_at": None,
    },
    returning=("reference",),
)
_PAGE = (
    select(schema.failed_message)
    .where(_f.replayed_at.is_(None))
    .order_by(_f.failed_at, _f.key)
    .limit(bindparam("most"))
)
_TAKE = (
    update(schema.failed_message)
    .where(_f.reference == bindparam("ref"), _f.replayed_at.is_(None))
    .values(replayed_at=bindparam("now"))
    .returning(_f.inbound)
)
_FORGET = delete(schema.failed_message).where(_f.failed_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that waits for the operator."""

    reference: str
    """What the person was told to quote."""
    message: Inbound | Unread
    """As it was read, or as it came where reading it failed."""
    error: str
    at: datetime


class Failures:
    """The failed messages, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def keep(self, message: Inbound | Unread, error: str) -> str:
        """Keep a message that our code could not handle; the reference to quote."""
        raw = self._work.ids.public(6).upper()
        values = {
            "key": message.key,
            "reference": f"{raw[:4]}-{raw[4:]}",
            "inbound": KEPT.dump_json(message).decode(),
            "error": error[-4000:],  # a traceback's last line says what it was
            "failed_at": self._work.now,
        }
        reference: str = self._work.run(_KEEP, values).scalar_one()
        return reference

    def page(self, most: int = 100) -> list[Failure]:
        """Those that were not replayed, oldest first."""
        return [
            Failure(row.reference, KEPT.validate_json(row.inbound), row.error, row.failed_at)
            for row in self._work.run(_PAGE, {"most": most})
        ]

    def take(self, reference: str) -> Inbound | Unread | None:
        """The message of a reference, to be handled anew; None where none waits. Taken once."""
        values = {"ref": reference, "now": self._work.now}
        row = self._work.run(_TAKE, values).first()
        return KEPT.validate_json(row.inbound) if row is not None else None

    def forget(self) -> None:
        """Drop what is older than `KEEP`."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})
