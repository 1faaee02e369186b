"""What somebody asked of billing that waits for Polar: the chat says "one moment", and a job does
it (`house.md` 1.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from core import schema
from core.addresses import Address
from core.chat import Sent
from core.errors import BillingRefused
from core.identity import Identity
from core.inbox import ADDRESS
from core.ports import Job

if TYPE_CHECKING:
    from core.work import Work

AGAIN_AFTER = timedelta(minutes=2)
"""Until then the same is not asked twice."""
KEEP = timedelta(days=1)

OPEN, SHOWN, DONE, AWAY, BROKEN = "open", "shown", "done", "away", "broken"
"""How a step stands: `shown` is a page that somebody was given, `away` a Polar that could not be
reached, `broken` that our code broke. What Polar refused stands as `BillingRefused.reason`."""

_b = schema.billing_step.c
_ADD = insert(schema.billing_step)
_FIND = select(schema.billing_step).where(_b.public_id == bindparam("step"))
_SAME = (
    select(_b.id)
    .where(
        _b.account_id == bindparam("account"),
        _b.kind == bindparam("what"),
        _b.facts == bindparam("said"),
        _b.state == OPEN,
        _b.asked_at > bindparam("since", type_=schema.UtcTime),
    )
    .limit(1)
)
_MESSAGE = (
    update(schema.billing_step)
    .where(_b.public_id == bindparam("step"))
    .values(message=bindparam("sent"), address=bindparam("place"))
)
_UNSAID = (
    update(schema.billing_step)
    .where(_b.public_id == bindparam("step"), _b.address == "")
    .values(address=bindparam("place"))
)
_DONE = (
    update(schema.billing_step)
    .where(_b.public_id == bindparam("step"), _b.state.in_((OPEN, SHOWN)))
    .values(state=bindparam("now_is"))
    .returning(_b.id)
)
_SHOWN = (
    select(_b.public_id)
    .where(_b.account_id == bindparam("account"), _b.kind == "checkout", _b.state == SHOWN)
    .order_by(_b.id)
)
_LATELY = (
    select(_b.id)
    .where(
        _b.identity_id == bindparam("identity"),
        _b.kind == bindparam("what"),
        _b.asked_at > bindparam("since", type_=schema.UtcTime),
        _b.state.in_((OPEN, DONE)),
    )
    .limit(1)
)
_FORGET = delete(schema.billing_step).where(_b.asked_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that waits for Polar."""

    public_id: str
    account: int
    identity: int
    """Who asked."""
    kind: str
    """`checkout`, `portal`, `change`, `cancel`, `resume`, `keep`, `refresh`."""
    facts: Mapping[str, str]
    message: str
    """The message that says "one moment", or was pressed and is to say so; empty until it is
    known."""
    address: Address | None
    """Where that is; None until "one moment" was said, or will not be any more."""
    state: str
    asked_at: datetime


class BillingSteps:
    """Steps, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def ask(
        self, identity: Identity, kind: str, facts: Mapping[str, str], message: str = ""
    ) -> Step:
        """Somebody asks for something, and a job does it after the commit. `message`: what they
        pressed. Raises `BillingRefused` (`pending`) while the same is being done for their
        account."""
        account, said = identity.account_id, orjson.dumps(dict(sorted(facts.items()))).decode()
        self._work.lock_accounts(account)  # so that of two at once one sees the other
        since = self._work.now - AGAIN_AFTER
        same = {"account": account, "what": kind, "said": said, "since": since}
        if self._work.run(_SAME, same).first() is not None:
            raise BillingRefused("pending")
        step = self._work.ids.public(12)
        values = {
            "public_id": step,
            "account_id": account,
            "identity_id": identity.id,
            "kind": kind,
            "facts": said,
            "message": message,
            "state": OPEN,
            "asked_at": self._work.now,
        }
        self._work.run(_ADD, values)
        self._work.put(
            Job(
                id=f"billing:{step}",
                name="billing",
                payload={"step": step},
                partition=f"account:{account}",
            )
        )
        now = self._work.now
        return Step(step, account, identity.id, kind, facts, message, None, OPEN, now)

    def find(self, public_id: str) -> Step | None:
        """A step; None once it is forgotten."""
        row = self._work.run(_FIND, {"step": public_id}).first()
        return _read(row) if row is not None else None

    def message(self, public_id: str, sent: Sent) -> None:
        """Which message says "one moment"."""
        place = ADDRESS.dump_json(sent.address).decode()
        self._work.run(_MESSAGE, {"step": public_id, "sent": sent.message, "place": place})

    def unsaid(self, public_id: str, address: Address) -> None:
        """Its "one moment" comes too late to be said: nobody need wait for it."""
        place = ADDRESS.dump_json(address).decode()
        self._work.run(_UNSAID, {"step": public_id, "place": place})

    def done(self, public_id: str, state: str = DONE) -> bool:
        """It came to that; False when it had come to its end before."""
        values = {"step": public_id, "now_is": state}
        return self._work.run(_DONE, values).first() is not None

    def paid(self, account: int) -> None:
        """A subscription began: the pages to pay on that were shown lead nowhere any more, and
        their messages say so."""
        for row in self._work.run(_SHOWN, {"account": account}).all():
            job = Job(
                id=f"billing-paid:{row.public_id}",
                name="billing-paid",
                payload={"step": row.public_id},
                partition=f"account:{account}",
            )
            self._work.put(job)

    def asked_lately(self, identity: int, kind: str) -> bool:
        """Whether somebody asked for this a moment ago, and sees what came of it where they did."""
        since = self._work.now - AGAIN_AFTER
        values = {"identity": identity, "what": kind, "since": since}
        return self._work.run(_LATELY, values).first() is not None

    def forget(self) -> None:
        """Drop those of yesterday."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})


def _read(row: Any) -> Step:
    return Step(
        row.public_id,
        row.account_id,
        row.identity_id,
        row.kind,
        orjson.loads(row.facts),
        row.message,
        ADDRESS.validate_json(row.address) if row.address else None,
        row.state,
        row.asked_at,
    )
