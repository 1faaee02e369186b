"""A sign-in leaves an account, at the word of any chat of that account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete

from core import links, merge, newcomers, partings, schema
from core.audit import Deed
from core.errors import LinkRefused
from core.events import Unlinked
from core.link import Item
from core.logins import WEB, Login, lead_back, logins

if TYPE_CHECKING:
    from core.work import Work

_DROP = delete(schema.login).where(schema.login.c.id == bindparam("login"))


def unlink_login(
    work: Work, account: int, number: int, *, by: int = 0, answered: int | None = None
) -> Login:
    """A sign-in leads to the account no more; to none, but where another chat than those it came
    with says so within a day: then it leads to the account that it came from, and the tasks that
    came along go back there, as with a chat. `by` and `answered` as of `unlinking.unlink`. Raises
    `LinkRefused`: `gone` for a foreign one, and as `newcomers.may_part` does."""
    came = links.lock_for_login(work, account, number, by)
    found = next((each for each in logins(work, account) if each.id == number), None)
    if found is None:
        raise LinkRefused("gone")
    newcomers.may_part(work, by, account, Item.LOGIN, number)
    told = by if answered is None else answered
    if came is None or came.origin is None:
        drop_login(work, account, found, by=told)
        return found
    merge.give_back(work, came, work.accounts.current(came.account))
    return_login(work, found, came.origin)
    _tell(work, account, found, told)
    _record(work, came.origin, found)
    return found


def drop_login(work: Work, account: int, found: Login, *, by: int = 0) -> None:
    """Delete it, and tell the chats of the account, but for the identity `by`."""
    partings.drop(work, Item.LOGIN, found.id)
    work.run(_DROP, {"login": found.id})
    _tell(work, account, found, by)


def return_login(work: Work, left: Login, to: int) -> None:
    """It leads to the account that it came from again."""
    partings.drop(work, Item.LOGIN, left.id)
    lead_back(work, left, to)


def _tell(work: Work, account: int, left: Login, by: int) -> None:
    _record(work, account, left)
    event = Unlinked(0, WEB, left.name, int(work.now.timestamp()), left.id)
    work.notices.tell(event, account, but=by)


def _record(work: Work, account: int, left: Login) -> None:
    facts = {"platform": WEB, "name": left.name, "issuer": left.issuer}
    work.audit.record(Deed.UNLINKED, account, facts)
