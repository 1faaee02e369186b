"""What whoever looks after the service asks of the people in it: who, how many, and never what
anybody wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from core import schema
from core.identity import BY_USER
from core.sql import Statement

if TYPE_CHECKING:
    from core.identity import Account, Identity
    from core.work import Work

MOST = 10
"""People whom one name may mean before it is too many to show."""

_a, _i, _t, _n, _c = (
    schema.account.c,
    schema.identity.c,
    schema.task.c,
    schema.concern.c,
    schema.chat.c,
)
_NAMED = re.compile(r"(telegram|slack):(?:([\w-]{1,64})/)?([\w-]{1,64})", re.ASCII)
_BY_PUBLIC_ID = select(_a.id).where(_a.public_id == bindparam("ref"))
_BY_HANDLE = select(_i.account_id).where(_i.handle == bindparam("ref")).distinct().limit(MOST + 1)
_BY_ID = select(_i.account_id).where(_i.user_id == bindparam("ref")).distinct().limit(MOST + 1)
# Whoever has a chat: what chats leave behind when they join another account is nobody's.
_PEOPLE = (
    select(func.count(_i.account_id.distinct()))
    .join(schema.account, _a.id == _i.account_id)
    .where(_i.user_id != "", _a.joined_at.is_not(None))
)
_OPEN_TASKS = select(func.coalesce(func.sum(_a.open_tasks), 0)).where(_a.merged_into.is_(None))
_CHATS = select(_i.platform, func.count().label("many")).where(_i.user_id != "")
_CHATS_BY_PLATFORM = _CHATS.group_by(_i.platform).order_by(_i.platform)
_MADE = select(func.coalesce(func.max(_t.id), 0))
_OWNED = select(func.count()).where(_t.owner_id == bindparam("who"), _t.deleted_at.is_(None))
_OPEN = select(_a.open_tasks).where(_a.id == bindparam("who"))
_SINCE = select(_a.created_at).where(_a.id == bindparam("who"))
_GIVEN = select(func.count()).where(
    _t.assignee_id == bindparam("who"),
    _t.owner_id != bindparam("who"),
    _t.deleted_at.is_(None),
)
_GONE = select(_c.gone).where(_c.id == bindparam("place"))


@dataclass(frozen=True, slots=True)
class Census:
    """The service in numbers."""

    people: int
    chats: dict[str, int]
    """By platform."""
    open_tasks: int
    made: int
    """Tasks that were ever made; about, since numbers may be passed over."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Somebody in numbers."""

    owned: int
    open: int
    given: int
    """Tasks of others that they are to do."""
    since: datetime
    """When we heard of them first."""


def census(work: Work) -> Census:
    """How many there are."""
    people, open_tasks = (work.run(each).scalar_one() for each in (_PEOPLE, _OPEN_TASKS))
    chats = {row.platform: row.many for row in work.run(_CHATS_BY_PLATFORM)}
    return Census(people, chats, int(open_tasks), work.run(_MADE).scalar_one())


def tally(work: Work, account: int) -> Tally:
    """How much somebody has."""
    owned, open_, given, since = (
        work.run(each, {"who": account}).scalar_one() for each in (_OWNED, _OPEN, _GIVEN, _SINCE)
    )
    return Tally(owned, open_, given, since)


def gone(work: Work, identity: Identity) -> str:
    """Why nothing can be sent to them there; empty where it can."""
    reason: str = work.run(_GONE, {"place": identity.chat_id}).scalar_one()
    return reason


def who(work: Work, ref: str) -> list[Account]:
    """Whom a reference means: an account's public id, `@handle`, a platform's id alone, or
    `telegram:1`, `slack:T1/U1`. More than `MOST` are too many: then one more is given."""
    ref = ref.strip()
    found = _named(work, ref)
    if found is None:
        found = _people(work, ref)
    accounts = dict.fromkeys(work.accounts.current(each) for each in found)
    return [work.accounts.get(each) for each in accounts]


def identity_of(work: Work, ref: str) -> Identity | None:
    """The one chat that `telegram:1` or `slack:T1/U1` names, or another reference that means
    somebody who has one chat only."""
    if (named := _NAMED.fullmatch(ref.strip())) is not None:
        row = work.run(BY_USER, _place(named)).first()
        if row is None:
            return None
        return next(e for e in work.accounts.identities(row.account_id) if e.id == row.id)
    people = who(work, ref)
    if len(people) != 1:
        return None
    theirs = [each for each in work.accounts.identities(people[0].id) if each.user_id]
    if ref.startswith("@"):
        theirs = [each for each in theirs if each.handle == ref[1:].lower()]
    elif any(each.user_id == ref for each in theirs):
        theirs = [each for each in theirs if each.user_id == ref]
    return theirs[0] if len(theirs) == 1 else None


def _named(work: Work, ref: str) -> list[int] | None:
    """By the platform's name; None for a reference that has none."""
    named = _NAMED.fullmatch(ref)
    if named is None:
        return None
    row = work.run(BY_USER, _place(named)).first()
    return [row.account_id] if row is not None else []


def _place(named: re.Match[str]) -> dict[str, str]:
    return {"platform": named[1], "scope": named[2] or "", "user_id": named[3]}


def _people(work: Work, ref: str) -> list[int]:
    if ref.startswith("@"):
        return _ids(work, _BY_HANDLE, ref[1:].lower())
    return _ids(work, _BY_PUBLIC_ID, ref) or _ids(work, _BY_ID, ref)


def _ids(work: Work, statement: Statement, ref: str) -> list[int]:
    return [*work.run(statement, {"ref": ref}).scalars()] if ref else []
