"""The record of what happened to accounts: rows are added and never changed, each bound to the one
before it by a hash, so that a row that was altered, taken out or put in shows.

What a row says can be erased when somebody is forgotten: the hash covers the digest of the facts,
which stays. Whose row it is stands in the facts, too, so that it cannot be given to somebody else;
the salt in them keeps the digest from being guessed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, insert, select, update

from core import schema
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

START = "0" * 64
"""What stands for the hash before the first row."""
_OWNER, _SALT = "of", "salt"
"""Among the facts of a row, and for nobody to read."""


class Deed(StrEnum):
    """What is recorded."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNDONE = "undone"
    SIGNED_IN = "signed-in"
    EXPORTED = "exported"
    FORGOTTEN = "forgotten"
    ATTACHED = "attached"
    PARTING_ASKED = "parting-asked"
    PARTING_KEPT = "parting-kept"
    OPERATED = "operated"
    """Whoever looks after the service did something: to this account, or by it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the record. `facts` is empty once the person is forgotten."""

    id: int
    at: datetime
    kind: str
    account: int | None
    facts: Mapping[str, str]


_a, _h = schema.audit.c, schema.audit_head.c
_BEGIN = insert_or_ignore(schema.audit_head, ("id",))
_HEAD = select(_h.last_id, _h.hash).where(_h.id == 1).with_for_update()
_END = select(_h.last_id, _h.hash)
_ADD = insert(schema.audit)
_MOVE_HEAD = (
    update(schema.audit_head)
    .where(_h.id == 1)
    .values(last_id=bindparam("last"), hash=bindparam("to"))
)
_OF = (
    select(schema.audit)
    .where(_a.account_id == bindparam("account"), _a.id < bindparam("below"))
    .order_by(_a.id.desc())
    .limit(bindparam("most"))
)
_FROM = select(schema.audit).where(_a.id > bindparam("after")).order_by(_a.id).limit(1000)
_ERASE = (
    update(schema.audit)
    .where(_a.account_id == bindparam("account"))
    .values(account_id=None, facts=None)
)


class Audit:
    """The record, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def record(self, kind: Deed, account: int, facts: Mapping[str, str]) -> None:
        """Add a row. `facts` are names for people to read, never a secret."""
        self._work.run(_BEGIN, {"id": 1, "last_id": 0, "hash": START})
        head = self._work.run(_HEAD).one()  # whoever adds waits here for whoever adds before
        bound = {_OWNER: str(account), _SALT: self._work.ids.public(20)}
        said = json.dumps({**facts, **bound}, sort_keys=True)
        number, digest = head.last_id + 1, _sha(said)
        hashed = _link(head.hash, number, self._work.now, kind.value, digest)
        self._work.run(
            _ADD,
            {
                "id": number,
                "at": self._work.now,
                "kind": kind.value,
                "account_id": account,
                "facts": said,
                "digest": digest,
                "hash": hashed,
            },
        )
        self._work.run(_MOVE_HEAD, {"last": number, "to": hashed})

    def of(self, account: int, *, below: int = 2**62, most: int = 10) -> list[Entry]:
        """What was recorded of an account, newest first."""
        values = {"account": account, "below": below, "most": most}
        return [_entry(row) for row in self._work.run(_OF, values)]

    def erase(self, account: int) -> None:
        """Somebody is forgotten: what the rows say goes, that they were there stays."""
        self._work.run(_ERASE, {"account": account})

    def broken(self) -> int | None:
        """The number of the first row that is missing, altered or too many; None when all hold."""
        hashed, last = START, 0
        while rows := self._work.run(_FROM, {"after": last}).all():
            for row in rows:
                if row.id != last + 1 or not _holds(row, hashed):
                    return last + 1
                hashed, last = row.hash, row.id
        head = self._work.run(_END).first()
        end = (head.last_id, head.hash) if head else (0, START)
        return None if end == (last, hashed) else last + 1


def _holds(row: Row[Any], before: str) -> bool:
    same: bool = row.hash == _link(before, row.id, row.at, row.kind, row.digest)
    return same and _told(row)


def _told(row: Row[Any]) -> bool:
    if row.facts is None:
        return row.account_id is None
    if _sha(row.facts) != row.digest:
        return False
    # Rows of before this was written down say nothing of whose they are.
    whose: str = json.loads(row.facts).get(_OWNER, str(row.account_id))
    return whose == str(row.account_id)


def _link(before: str, number: int, at: datetime, kind: str, digest: str) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha("\n".join((before, str(number), moment, kind, digest)))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(row: Row[Any]) -> Entry:
    facts = json.loads(row.facts) if row.facts else {}
    for each in (_OWNER, _SALT):
        facts.pop(each, None)
    return Entry(row.id, row.at, row.kind, row.account_id, facts)
