"""Whoever came less than a day ago asks for a chat, or a sign-in, of before to be disconnected.

They send nobody away by themselves (`core/newcomers.py`), since it is not sure yet who they are. So
the chats that were there before are told at once. Any of them disconnects what is asked for, as it
always can, or keeps it; where none says anything, it is done when the asker's day is over: from
then on they could do it themselves (`core/carrying_out.py`). It ends when either of the two leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, bindparam, delete, select, update

from core import newcomers, schema
from core.audit import Deed
from core.errors import LinkRefused
from core.events import PartingAsked, PartingKept
from core.identity import Identity
from core.link import Item
from core.logins import WEB, logins
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

_p, _i = schema.parting.c, schema.identity.c
_THIS = and_(_p.kind == bindparam("what"), _p.row_id == bindparam("row"))
_BY = _p.identity_id == bindparam("by")
_MINE = _p.identity_id.in_(select(_i.id).where(_i.account_id == bindparam("account")))
_ASK = insert_or_ignore(schema.parting, ("identity_id", "kind", "row_id"))
_ASKED = select(schema.parting).where(_THIS, _BY)
_KEEP = update(schema.parting).where(_THIS, _MINE, ~_p.kept).values(kept=True).returning(_p.at)
_KEEP_OWN = _KEEP.where(_BY)
_ANY = select(_p.identity_id).where(_THIS, _MINE)
_OF = select(schema.parting).where(_MINE, ~_p.kept).order_by(_p.at, _p.identity_id, _p.row_id)
_DROP = delete(schema.parting).where(_THIS)
_DROP_OWN = delete(schema.parting).where(_BY)


@dataclass(frozen=True, slots=True)
class Parting:
    """What somebody asked for."""

    asker: int
    """The identity."""
    kind: Item
    """`IDENTITY` or `LOGIN`."""
    row: int
    at: datetime
    """When it is carried out, unless somebody says more."""
    kept: bool
    """Whether somebody said that it stays."""


def ask(work: Work, identity: Identity, kind: Item, row: int) -> datetime:
    """An identity that is new asks for a chat or a sign-in of its account to be disconnected; when
    that will be. Again changes nothing, and tells nobody. Raises `LinkRefused`: `gone` for a
    foreign one, or where the identity need not ask; `kept` where the answer was no."""
    account = identity.account_id
    work.lock_accounts(account)
    facts = _named(work, account, kind, row)
    until = newcomers.asks_until(work, identity.id, account, kind, row)
    if until is None:
        raise LinkRefused("gone")
    known = asked(work, identity.id, kind, row)
    if known is not None and known.kept:
        raise LinkRefused("kept")
    if known is None:
        values = {"identity_id": identity.id, "kind": kind.value, "row_id": row, "at": until}
        work.run(_ASK, values | {"kept": False})
        work.audit.record(Deed.PARTING_ASKED, account, {**facts, "asker": identity.name})
        event = PartingAsked(identity.id, *_told(kind, row, facts), int(until.timestamp()))
        work.notices.tell(event, account, actor=identity.name, but=identity.id)
    return until


def keep(work: Work, identity: Identity, kind: Item, row: int) -> None:
    """It stays: so says a chat of the account that could disconnect it, or who asked for it, of
    what they asked themselves. They do not ask for it again. Again changes nothing. Raises
    `LinkRefused`: `gone` where nobody asks, and as `newcomers.may_part` does."""
    account = identity.account_id
    work.lock_accounts(account)
    values = {"what": kind.value, "row": row, "account": account}
    askers = set(work.run(_ANY, values).scalars())
    if not askers:
        raise LinkRefused("gone")
    keeping = _KEEP
    if identity.id not in askers:
        newcomers.may_part(work, identity.id, account, kind, row)
    elif newcomers.asks_until(work, identity.id, account, kind, row) is not None:
        keeping = _KEEP_OWN  # else whoever is new would answer for others by asking first
        values["by"] = identity.id
    if work.run(keeping, values).first() is None:
        return
    facts = _named(work, account, kind, row)
    work.audit.record(Deed.PARTING_KEPT, account, {**facts, "asker": identity.name})
    at = int(work.now.timestamp())
    event = PartingKept(*_told(kind, row, facts), at)
    work.notices.tell(event, account, actor=identity.name, but=identity.id)


def asked(work: Work, by: int, kind: Item, row: int) -> Parting | None:
    """What an identity asked for, also where the answer was no."""
    found = work.run(_ASKED, {"what": kind.value, "row": row, "by": by}).first()
    return read(found) if found is not None else None


def waiting(work: Work, account: int) -> list[Parting]:
    """What is asked for in an account, and not answered."""
    return [read(row) for row in work.run(_OF, {"account": account}).all()]


def drop(work: Work, kind: Item, row: int) -> None:
    """A chat or a sign-in leaves: nobody asks for that any more, and it asks for nothing."""
    work.run(_DROP, {"what": kind.value, "row": row})
    if kind is Item.IDENTITY:
        work.run(_DROP_OWN, {"by": row})


def read(row: Row[Any]) -> Parting:
    """A row of the table."""
    return Parting(row.identity_id, Item(row.kind), row.row_id, row.at, row.kept)


def _told(kind: Item, row: int, facts: dict[str, str]) -> tuple[int, str, str, int]:
    """The same in a notice, which goes when whose chat it is wants to be forgotten, and does not
    say what a sign-in is called: nobody would find it there."""
    if kind is Item.LOGIN:
        return 0, WEB, "", row
    return row, facts["platform"], facts["name"], 0


def _named(work: Work, account: int, kind: Item, row: int) -> dict[str, str]:
    """What it is called, as the record says it. Raises `LinkRefused`."""
    if kind is Item.LOGIN:
        for login in logins(work, account):
            if login.id == row:
                return {"platform": WEB, "name": login.name, "issuer": login.issuer}
    else:
        for chat in work.accounts.identities(account):
            if chat.id == row and chat.user_id:
                return {"platform": chat.platform, "name": chat.name, "handle": chat.handle}
    raise LinkRefused("gone")
