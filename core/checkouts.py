"""The checkouts that we asked Polar for: whoever pays there is that account. Where one pays, the
link, is not kept: it lets in whoever has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from core import schema
from core.billing_facts import Checkout
from core.identity import Identity
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(days=90)
"""After it has expired: as long as Polar may still tell of what was bought there."""
ENOUGH = timedelta(minutes=30)
"""How long one must be open still to be shown again."""

PAID = "succeeded"

_c = schema.checkout.c
_MADE = insert_or_ignore(schema.checkout, ("id",))
_FIND = select(schema.checkout).where(_c.id == bindparam("checkout"))
_OPEN = (
    select(_c.id)
    .where(
        _c.account_id == bindparam("account"),
        _c.product_id == bindparam("product"),
        _c.status == "open",
        _c.expires_at > bindparam("until", type_=schema.UtcTime),
    )
    .order_by(_c.expires_at.desc())
    .limit(1)
)
# What was paid is paid, whatever comes late.
_CHANGED = (
    update(schema.checkout)
    .where(_c.id == bindparam("checkout"), _c.status != PAID)
    .values(status=bindparam("now_is"))
    .returning(_c.id)
)
_FORGET = delete(schema.checkout).where(_c.expires_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Begun:
    """A checkout of ours."""

    id: str
    account: int
    identity: int
    """Who asked for it."""
    product_id: str
    status: str
    expires_at: datetime


class Checkouts:
    """Checkouts, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def made(self, account: int, identity: Identity, checkout: Checkout) -> None:
        """Polar made one for this account. Again changes nothing."""
        values = {
            "id": checkout.id,
            "account_id": account,
            "identity_id": identity.id,
            "product_id": checkout.product_id,
            "status": checkout.status,
            "created_at": self._work.now,
            "expires_at": checkout.expires_at,
        }
        self._work.run(_MADE, values)

    def open(self, account: int, product_id: str) -> str | None:
        """One of this account for that product in which somebody can still pay."""
        values = {"account": account, "product": product_id, "until": self._work.now + ENOUGH}
        found: str | None = self._work.run(_OPEN, values).scalar()
        return found

    def find(self, id: str) -> Begun | None:
        """One of ours; None where it is somebody else's, or too old."""
        row = self._work.run(_FIND, {"checkout": id}).first()
        if row is None:
            return None
        return Begun(
            row.id, row.account_id, row.identity_id, row.product_id, row.status, row.expires_at
        )

    def changed(self, checkout: Checkout) -> bool:
        """Polar says how it stands; False where it is none of ours, or was paid already."""
        values = {"checkout": checkout.id, "now_is": checkout.status}
        return self._work.run(_CHANGED, values).first() is not None

    def forget(self) -> None:
        """Drop those that nobody tells of any more."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})
