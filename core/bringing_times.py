"""A digest and quiet hours go along with the people who set them, where the account that they join
has none; else it keeps its own. What they had stays with the account that was left, where nobody
is told anything meanwhile: whoever returns to it has it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update

from core import links, schema
from core.link import Item, Link
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

_a, _d, _it = schema.account.c, schema.digest.c, schema.link_item.c
_left, _theirs = schema.account.alias(), schema.digest.alias()
_OLD = bindparam("old", type_=schema.Id)
_NEW = bindparam("new", type_=schema.Id)
_DIGEST = select(schema.digest).where(_d.account_id == _OLD)
_TAKE_DIGEST = insert_or_ignore(schema.digest, ("account_id",), "account_id")
_QUIET = select(_a.quiet_from, _a.quiet_until).where(_a.id == _OLD, _a.quiet_from != "")
_TAKE_QUIET = (
    update(schema.account)
    .where(_a.id == _NEW, _a.quiet_from == "")
    .values(quiet_from=bindparam("start"), quiet_until=bindparam("until"))
    .returning(_a.id)
)


def _came(kind: Item) -> ColumnElement[bool]:
    return exists().where(_it.link_id == bindparam("link"), _it.kind == kind)


# What somebody changed since is the account's own.
_LEAVE = (
    delete(schema.digest).where(
        _d.account_id == _NEW,
        _came(Item.DIGEST),
        exists().where(
            _theirs.c.account_id == _OLD,
            _theirs.c.identity_id == _d.identity_id,
            _theirs.c.days == _d.days,
            _theirs.c.wall == _d.wall,
        ),
    ),
    update(schema.account)
    .where(
        _a.id == _NEW,
        _came(Item.QUIET),
        exists().where(
            _left.c.id == _OLD,
            _left.c.quiet_from == _a.quiet_from,
            _left.c.quiet_until == _a.quiet_until,
        ),
    )
    .values(quiet_from="", quiet_until=""),
)


def bring(work: Work, link: Link, origin: int) -> None:
    """What the account that is joined has none of comes from `origin`. For whoever holds both
    accounts' locks, once the zone is known."""
    mine = {"old": origin, "new": link.account}
    row = work.run(_DIGEST, mine).first()
    if row is not None:
        taken = row._asdict() | {"account_id": link.account}
        if work.run(_TAKE_DIGEST, taken).first() is not None:
            links.note(work, link, Item.DIGEST, link.account)
    quiet = work.run(_QUIET, mine).first()
    if quiet is not None:
        hours = {"start": quiet.quiet_from, "until": quiet.quiet_until}
        if work.run(_TAKE_QUIET, mine | hours).first() is not None:
            links.note(work, link, Item.QUIET, link.account)
    follow(work, link.account)


def take_back(work: Work, link: int, account: int, origin: int) -> None:
    """What came by a linking, and is as it came, is not the account's any more."""
    for statement in _LEAVE:
        work.run(statement, {"link": link, "new": account, "old": origin})
    follow(work, account)


def follow(work: Work, account: int) -> None:
    """What waits, and what comes, goes by the hours and the zone of now."""
    work.digests.follow(account)
    work.quiet.follow(account)
