"""Whom a handle means. Handles change hands, and no platform tells who holds one now: for a mention
by handle alone it is whoever wrote with it lately, else whoever writes with it next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, delete, update

from core import schema
from core.addresses import Sender
from core.cleaning import clean
from core.identity import HANDLE_LIMIT, WHO, Identity
from core.merge import merge

if TYPE_CHECKING:
    from core.work import Work

TRUSTED_FOR = timedelta(days=30)
"""A choice between two harms: shorter, and who writes seldom is not told of what they are given;
longer, and it is told to somebody who gave the handle up."""
CONFIRMED_EVERY = timedelta(days=1)
"""That somebody still writes with their handle is noted no more often: it costs a write."""

_i, _a = schema.identity.c, schema.account.c
_WITH_HANDLE = WHO.where(
    _i.platform == bindparam("at_platform"),
    _i.scope == bindparam("at_scope"),
    _i.handle == bindparam("spelt"),
)
_HOLDER = (
    _WITH_HANDLE.where(_i.user_id != "", _i.handle_seen_at > bindparam("after"))
    .order_by(_i.id.desc())
    .limit(1)
)
_MENTIONED = _WITH_HANDLE.where(_i.user_id == "", _a.joined_at.is_(None)).order_by(_i.id)
_SEEN = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"))
    .values(handle_seen_at=bindparam("now"))
)
_LOSE = (
    update(schema.identity)
    .where(
        _i.platform == bindparam("at_platform"),
        _i.scope == bindparam("at_scope"),
        _i.handle == bindparam("spelt"),
        _i.id != bindparam("identity"),
        _i.user_id != "",
    )
    .values(handle="")
)
_FORGET = delete(schema.identity).where(_i.id == bindparam("identity"))


def handle_of(sender: Sender) -> str:
    """A handle as we keep and compare it."""
    return clean(sender.handle).lower()[:HANDLE_LIMIT]


def by_handle(work: Work, sender: Sender) -> Row[Any] | None:
    """Account and identity that a handle leads to. For a mention by handle alone: of who wrote with
    it lately. Else, and for a person whom we do not know, of who was only mentioned by it."""
    spelt = _spelt(sender)
    if not sender.user_id:
        holder = work.run(_HOLDER, spelt | {"after": work.now - TRUSTED_FOR}).first()
        if holder is not None:
            return holder
    return work.run(_MENTIONED, spelt).first()


def is_confirmed(identity: Identity, sender: Sender, now: datetime) -> bool:
    """Whether nothing is to be noted of the handle that somebody writes with."""
    seen = identity.handle_seen_at
    return not sender.handle or (seen is not None and seen > now - CONFIRMED_EVERY)


def hold(work: Work, identity: int, account: int, sender: Sender) -> None:
    """Somebody wrote with a handle: it is theirs now, and nobody else's. What was given to the
    handle alone is given to them."""
    if not sender.handle:
        return
    spelt = _spelt(sender)
    work.run(_SEEN, {"identity": identity, "now": work.now})
    work.run(_LOSE, spelt | {"identity": identity})
    for row in work.run(_MENTIONED, spelt).all():
        merge(work, row.account_id, account)
        work.run(_FORGET, {"identity": row.id})


def _spelt(sender: Sender) -> dict[str, str]:
    return {
        "at_platform": sender.platform,
        "at_scope": sender.scope,
        "spelt": handle_of(sender),
    }
