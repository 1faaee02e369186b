"""Everybody of an account goes to another, with whatever is not theirs to decide later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, delete, or_, select, update

from core import bringing_times, links, schema
from core.bringing import bring
from core.identity import Account, Identity
from core.link import Item, Link
from core.nagging import begin_again

if TYPE_CHECKING:
    from core.work import Work

_i, _a, _lo, _b = (
    schema.identity.c,
    schema.account.c,
    schema.login.c,
    schema.link_block.c,
)
_OLD: BindParameter[int] = bindparam("old")
_NEW: BindParameter[int] = bindparam("new")
_MOVE_IDENTITIES = (
    update(schema.identity)
    .where(_i.account_id == _OLD)
    .values(account_id=_NEW, home_id=_OLD)
    .returning(_i.id)
)
_MOVE_LOGINS = (
    update(schema.login).where(_lo.account_id == _OLD).values(account_id=_NEW).returning(_lo.id)
)
_FILL = {
    name: update(schema.account)
    .where(_a.id == _NEW, _a[name] == "")
    .values({name: bindparam("value")})
    .returning(_a.id)
    for name in (Item.TIMEZONE, Item.LANGUAGE)
}
_UNBLOCK = delete(schema.link_block).where(
    or_(_b.account_id == _NEW, _b.account_id == _OLD),
    _b.identity_id.in_(select(_i.id).where(_i.account_id == _NEW)),
)


def come(work: Work, link: Link, origin: int) -> tuple[Identity, ...]:
    """Everybody of `origin` goes to the account; what they had open as others is over."""
    came = tuple(work.accounts.identities(origin))
    both = {"old": origin, "new": link.account}
    work.linking.void_of(origin)
    for each in came:
        work.linking.void_of_identity(each.id)
        work.web_links.void_of(each.id)
        work.app_links.void_of(each.id)
        work.wishes.grant(each.id, each.chat_id)
        work.habits.drop(each.id)  # they were said of the tasks of before
    for number in work.run(_MOVE_IDENTITIES, both).scalars():
        links.note(work, link, Item.IDENTITY, number)
    for number in work.run(_MOVE_LOGINS, both).scalars():
        links.note(work, link, Item.LOGIN, number)
    work.run(_UNBLOCK, both)
    bring(work, link, origin)
    _fill(work, link, work.accounts.get(origin))
    bringing_times.bring(work, link, origin)
    begin_again(work, link.account)
    return came


def _fill(work: Work, link: Link, origin: Account) -> None:
    """What the one did not say of themselves, the other did."""
    for kind, said in ((Item.TIMEZONE, origin.timezone), (Item.LANGUAGE, origin.language)):
        if said and work.run(_FILL[kind], {"new": link.account, "value": said}).first():
            links.note(work, link, kind, link.account)
