"""Invitations: codes that let one more person in where sign-up is not open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert

from core import schema
from core.codes import normalise, shown

if TYPE_CHECKING:
    from core.work import Work

VALID_FOR = timedelta(days=7)
"""Of an invitation: long enough to be read after a holiday weekend."""

_i = schema.invitation.c
_ISSUE = insert(schema.invitation)
_REDEEM = (
    delete(schema.invitation)
    .where(_i.code_hash == bindparam("digest"), _i.expires_at > bindparam("now"))
    .returning(_i.code_hash)
)
_FORGET = delete(schema.invitation).where(_i.expires_at < bindparam("now"))


class Invitations:
    """The invitations, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, account: int | None) -> tuple[str, datetime]:
        """A code, shown 4-4-4, that works once, and until when. `account`: who invites; None for
        the operator."""
        code, until = self._work.ids.code(), self._work.now + VALID_FOR
        self._work.run(
            _ISSUE,
            {
                "code_hash": self._work.ids.digest(code),
                "account_id": account,
                "created_at": self._work.now,
                "expires_at": until,
            },
        )
        return shown(code), until

    def redeem(self, code: str) -> bool:
        """Spend an invitation; False for one that is unknown, spent or expired."""
        values = {"digest": self._work.ids.digest(normalise(code)), "now": self._work.now}
        return self._work.run(_REDEEM, values).first() is not None

    def forget(self) -> None:
        """Drop those that expired."""
        self._work.run(_FORGET, {"now": self._work.now})
