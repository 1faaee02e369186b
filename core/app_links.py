"""Links from the operator's own app: one of its users, signed in there, wants a chat connected.

The app vouches for who they are there; that it is their chat, too, they say in the chat, where they
are told which account it is (`promises.md` T2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Row, bindparam, delete, insert, select

from core import newcomers, schema
from core.codes import normalise
from core.errors import LinkRefused
from core.identity import Identity
from core.offer import State
from core.steps import step

if TYPE_CHECKING:
    from core.work import Work

VALID_FOR = timedelta(minutes=10)
"""Of a link, and again of the question after it was opened, as of a code."""

_a = schema.app_link.c
_OPEN = _a.state.in_((State.ISSUED, State.ASKED))
_step = partial(step, schema.app_link)
_ISSUE = insert(schema.app_link)
_VOID = _step(
    _a.issuer == bindparam("iss"), _a.subject == bindparam("sub"), _OPEN, state=State.VOID
)
_REDEEM = _step(
    _a.code_hash == bindparam("digest"),
    _a.state == State.ISSUED,
    _a.expires_at > bindparam("now"),
    state=State.ASKED,
    identity_id=bindparam("identity"),
    expires_at=bindparam("until"),
    gives=schema.app_link.columns,
)
_END = _step(
    _a.public_id == bindparam("attempt"),
    _a.identity_id == bindparam("identity"),
    _a.state == State.ASKED,
    _a.expires_at > bindparam("now"),
    state=bindparam("to"),
    gives=schema.app_link.columns,
)
_EXPIRE = _step(_a.expires_at < bindparam("now"), _OPEN, state=State.EXPIRED)
_VOID_CODE = _step(_a.code_hash == bindparam("digest"), _OPEN, state=State.VOID)
_VOID_OF = _step(_a.identity_id == bindparam("identity"), _OPEN, state=State.VOID)
_LEAVE = delete(schema.app_link).where(_a.identity_id == bindparam("identity"))
_STATE = select(_a.state).where(_a.public_id == bindparam("attempt"))
_FORGET = delete(schema.app_link).where(_a.expires_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class AppLink:
    """A user of the app who wants a chat connected."""

    public_id: str
    issuer: str
    subject: str
    name: str
    """As the app calls them: shown, never compared."""
    expires_at: datetime


class AppLinks:
    """The links, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, issuer: str, subject: str, name: str) -> tuple[str, datetime]:
        """A code, 12 characters without dashes, for a deep link or a line; and until when it works,
        once. The one before it of the same user is void."""
        self._end_all(_VOID, State.VOID, {"iss": issuer, "sub": subject})
        code, until = self._work.ids.code(), self._work.now + VALID_FOR
        self._work.run(
            _ISSUE,
            {
                "public_id": self._work.ids.public(12),
                "code_hash": self._work.ids.digest(code),
                "issuer": issuer,
                "subject": subject,
                "name": name[:128],
                "state": State.ISSUED.value,
                "created_at": self._work.now,
                "expires_at": until,
            },
        )
        return code, until

    def redeem(self, identity: Identity, code: str) -> AppLink | None:
        """Open a link in a chat; who asks. None for one that is unknown, spent or expired alike.
        Raises `LinkRefused` as `newcomers.may_connect` does."""
        values = {
            "digest": self._work.ids.digest(normalise(code)),
            "identity": identity.id,
            "now": self._work.now,
            "until": self._work.now + VALID_FOR,
        }
        row = self._work.run(_REDEEM, values).first()
        if row is None:
            return None
        newcomers.may_connect(self._work, identity)
        return _read(row)

    def end(
        self, identity: Identity, public_id: str, state: State, *, replaces: str = ""
    ) -> AppLink:
        """The answer of the chat that opened it: `DONE` or `DENIED`. `replaces`: the message there
        that our answer takes the place of. Raises `LinkRefused` when it has ended, or was asked in
        another chat."""
        values = {
            "attempt": public_id,
            "identity": identity.id,
            "now": self._work.now,
            "to": state.value,
        }
        row = self._work.run(_END, values).first()
        if row is None:
            raise LinkRefused("gone")
        self._work.prompts.redraw(public_id, state, but=(identity.chat_id, replaces))
        return _read(row)

    def void(self, code: str) -> bool:
        """A code was shown where others read. Whether it was live."""
        digest = self._work.ids.digest(normalise(code))
        return self._end_all(_VOID_CODE, State.VOID, {"digest": digest}) > 0

    def void_of(self, identity: int) -> None:
        """End what a chat was asked: it was about the account that it had then."""
        self._end_all(_VOID_OF, State.VOID, {"identity": identity})

    def expire(self) -> int:
        """End what nobody answered in time; how many."""
        return self._end_all(_EXPIRE, State.EXPIRED, {"now": self._work.now})

    def leave(self, identity: int) -> None:
        """An identity goes: what it was asked is forgotten."""
        self._work.run(_LEAVE, {"identity": identity})

    def forget(self) -> None:
        """Drop links that ended over a day ago."""
        self._work.run(_FORGET, {"before": self._work.now - timedelta(days=1)})

    def _end_all(self, statement: Executable, state: State, values: dict[str, object]) -> int:
        ended = list(self._work.run(statement, values).scalars())
        for public_id in ended:
            self._work.prompts.redraw(public_id, state)
        return len(ended)


def _read(row: Row[Any]) -> AppLink:
    return AppLink(row.public_id, row.issuer, row.subject, row.name, row.expires_at)
