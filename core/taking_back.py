"""A linking is taken back, or only the tasks that came along: for a day, from every chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from core import bringing_times, links, merge, newcomers, schema
from core.audit import Deed
from core.bringing import take_back
from core.errors import LinkRefused
from core.events import Unlinked
from core.identity import Account, Identity
from core.joining import held
from core.link import UNDO_FOR, Item, Link
from core.logins import logins
from core.signing_off import drop_login, return_login
from core.unlinking import farewell, let_go, send_home

if TYPE_CHECKING:
    from core.work import Work

_it, _a = schema.link_item.c, schema.account.c
_ITEMS = select(_it.row_id).where(_it.link_id == bindparam("link"), _it.kind == bindparam("what"))
_EMPTY = {
    name: update(schema.account)
    .where(_a.id == bindparam("account"), _a[name] == bindparam("value"))
    .values({name: ""})
    for name in (Item.TIMEZONE, Item.LANGUAGE)
}
_FORGET_ITEMS = delete(schema.link_item).where(_it.link_id == bindparam("link"))


def move_back(work: Work, identity: Identity, public_id: str) -> Link:
    """The tasks of a linking stay apart again; the chats stay connected. Again changes nothing.
    Raises `LinkRefused`: `late`, `later`, `undone`, `gone`, and as `newcomers.may_take_back`
    does."""
    link = _takeable(work, identity, public_id)
    if link.moved_at is not None:
        if work.now - link.moved_at > UNDO_FOR:
            raise LinkRefused("late")
        merge.give_back(work, link, identity.account_id)
        work.audit.record(Deed.UNDONE, identity.account_id, {"what": "tasks"})
    return link


def undo(work: Work, identity: Identity, public_id: str) -> Link:
    """All of a linking is taken back: chats, logins and tasks return to the account they came from,
    as far as they are here; a sign-in that was added is dropped. Raises `LinkRefused`: `last`
    where nobody would be left in this account, and as `move_back`, `undone` when it was."""
    link = _takeable(work, identity, public_id)
    if work.now - link.linked_at > UNDO_FOR:
        raise LinkRefused("late")
    account = identity.account_id
    if link.origin is None:
        links.undone(work, link)
        _drop_logins(work, link, account, by=identity.id)
        return link
    came, stay = _sides(work, link, account)
    if not came:
        raise LinkRefused("gone")
    if not [each for each in stay if each.user_id]:
        raise LinkRefused("last")
    links.undone(work, link)
    send_home(work, came, link.origin)
    merge.give_back(work, link, account)
    take_back(work, link.id, account, link.origin)
    _part(work, link, came, by=identity)
    return link


def _takeable(work: Work, identity: Identity, public_id: str) -> Link:
    try:
        link = held(work, identity, public_id)
    except LinkRefused as refusal:
        if refusal.reason == "gone" and _goes_on_to(work, identity, public_id):
            raise LinkRefused("later") from None
        raise
    if link.origin is not None and links.later(work, link) is not None:
        raise LinkRefused("later")
    newcomers.may_take_back(work, identity, link)
    return link


def _goes_on_to(work: Work, identity: Identity, public_id: str) -> bool:
    """Whether what goes on from a linking ends in their account; where nothing does, as slowly."""
    last = links.last_after(work, public_id)
    into = work.accounts.current(last.account if last else identity.account_id)
    return last is not None and into == identity.account_id


def _sides(work: Work, link: Link, account: int) -> tuple[list[Identity], list[Identity]]:
    """Who came by this linking and is here, and who else is."""
    came = _items(work, link, Item.IDENTITY)
    mine = work.accounts.identities(account)
    return (
        [each for each in mine if each.id in came],
        [each for each in mine if each.id not in came],
    )


def _items(work: Work, link: Link, kind: Item) -> set[int]:
    return set(work.run(_ITEMS, {"link": link.id, "what": kind.value}).scalars())


def _part(work: Work, link: Link, came: list[Identity], *, by: Identity) -> None:
    account, origin = link.account, work.accounts.get(link.origin or 0)
    came_with = _items(work, link, Item.LOGIN)
    for each in logins(work, account):
        if each.id in came_with:
            return_login(work, each, origin.id)
    _take_profile(work, link, origin)
    work.run(_FORGET_ITEMS, {"link": link.id})
    at = int(work.now.timestamp())
    for left in came:
        let_go(work, left, origin.id)
        event = Unlinked(left.id, left.platform, left.name, at)
        work.notices.tell(event, account, but=by.id)
        farewell(work, left, account, home=True, by=by.id)
    facts = {"what": "link", "account": work.accounts.get(account).name, "from": origin.name}
    for each_account in (account, origin.id):
        work.audit.record(Deed.UNDONE, each_account, facts)


def _take_profile(work: Work, link: Link, origin: Account) -> None:
    """What was not said here, but there, is not known here any more."""
    for kind, said in ((Item.TIMEZONE, origin.timezone), (Item.LANGUAGE, origin.language)):
        if _items(work, link, kind):
            work.run(_EMPTY[kind], {"account": link.account, "value": said})
    for account in (link.account, origin.id):
        bringing_times.follow(work, account)


def _drop_logins(work: Work, link: Link, account: int, *, by: int) -> None:
    added = _items(work, link, Item.LOGIN)
    for each in logins(work, account):
        if each.id in added:
            drop_login(work, account, each, by=by)
