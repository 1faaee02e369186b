"""Two accounts become one person's: chats and logins go over at once, tasks when they say so.

Whoever decides that two belong together (a code and two yeses, a sign-in on the web, the operator's
app) calls `join`. What it did is written down (`core/links.py`), told in every chat of the account,
and can be taken back for a day (`core/taking_back.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import links, merge, newcomers
from core.audit import Deed
from core.bringing import both_pay
from core.coming import come
from core.errors import LinkRefused
from core.events import Linked, MoveOffered, TasksMoved
from core.identity import Identity
from core.link import Link, Way
from core.logins import Login, add_login, lead_to, login, logins

if TYPE_CHECKING:
    from core.work import Work

__all__ = ["Joined", "Login", "Way", "add_login", "held", "join", "login", "logins", "move"]


@dataclass(frozen=True, slots=True)
class Joined:
    """What a linking did."""

    link: str
    """Its name, by which it can be taken back; empty where nothing was to be done."""
    offer_tasks: int
    """How many tasks stay apart until somebody says more, counted up to `link.COUNTED` + 1; the
    chat that joined is asked, by a notice."""
    identities: tuple[Identity, ...]
    """Those that came along, as they were."""


def join(
    work: Work,
    identity: Identity,
    account: int,
    way: Way,
    *,
    login: tuple[str, str, str] | None = None,
    answered: int = 0,
) -> Joined:
    """The account of an identity joins another: all its chats and logins go there, its tasks stay
    apart. Where it is that account already, nothing is done but to add the login.

    `login`: issuer, subject and name of a sign-in that leads to `account`, added where it is new.
    `answered`: the identity that is told by whoever calls. Raises `LinkRefused`: `elsewhere` where
    the identity, or the login, belongs to somebody else by now; `gone` where nobody is there;
    `newcomer` where it came to its account less than a day ago, and others are there; `both-pay`
    where a subscription of each runs."""
    if identity.account_id == account:
        added = add_login(work, account, *login, way=way, answered=answered) if login else ""
        return Joined(added, 0, ())
    work.lock_accounts(identity.account_id, account)
    _agree(work, identity, account)
    link = links.add(work, account, identity.account_id, way)
    came = come(work, link, identity.account_id)
    if login:
        lead_to(work, account, login)
    apart = links.tasks(work, identity.account_id)
    _record(work, link, identity)
    work.notices.tell(
        Linked(identity.id, link.public_id), account, actor=identity.name, but=answered
    )
    if apart:
        work.notices.tell(MoveOffered(link.public_id, apart), account, only=identity.id)
    return Joined(link.public_id, apart, came)


def move(work: Work, identity: Identity, public_id: str) -> int:
    """Tasks that were left apart come along, at the word of a chat of the account; how many. Again
    changes nothing: 0. Raises `LinkRefused`: `undone`, `elsewhere` where somebody is in the other
    account again, `theirs` while only those who came with them decide, `gone` for what is not
    theirs."""
    link = held(work, identity, public_id)
    if link.origin is None:
        raise LinkRefused("gone")
    if link.moved_at is None:
        if links.anybody(work, link.origin):
            raise LinkRefused("elsewhere")
        newcomers.may_move(work, identity, link)
    if not links.moved(work, link):
        return 0
    into = identity.account_id
    count = merge.move(work, link, link.origin, into)
    work.audit.record(Deed.MERGED, into, {"tasks": str(count)})
    event = TasksMoved(public_id, count, int(work.now.timestamp()))
    name = work.accounts.get(link.origin).name
    work.notices.tell(event, into, actor=name, but=identity.id)
    return count


def _agree(work: Work, identity: Identity, account: int) -> None:
    """Whatever forbids that these two become one stands here, and nowhere else; a second running
    subscription, too (`product.md` 1.7 b). For whoever holds both accounts' locks. Raises
    `LinkRefused`."""
    now = work.accounts.identity(identity.id)
    if now is None or now[1].account_id != identity.account_id:
        raise LinkRefused("elsewhere")
    if not links.anybody(work, account):
        raise LinkRefused("gone")
    newcomers.may_connect(work, identity)
    if both_pay(work, identity.account_id, account):
        raise LinkRefused("both-pay")


def held(work: Work, identity: Identity, public_id: str) -> Link:
    """A linking into the account of this identity, with the accounts of both locked. Raises
    `LinkRefused`."""
    found = links.find(work, public_id)
    ours = _ours(work, found, identity)
    if found is None or not ours:
        raise LinkRefused("gone")
    concerned = {identity.account_id, found.account, found.origin or found.account}
    work.lock_accounts(*concerned)
    link, now = links.find(work, public_id), work.accounts.identity(identity.id)
    ours = _ours(work, link, identity)
    if link is None or now is None or now[1].account_id != identity.account_id or not ours:
        raise LinkRefused("gone")
    if link.undone_at is not None:
        raise LinkRefused("undone")
    return link


def _ours(work: Work, link: Link | None, identity: Identity) -> bool:
    """Whether a linking leads to their account; where there is none, as slowly (T26)."""
    into = work.accounts.current(link.account if link else identity.account_id)
    return link is not None and into == identity.account_id


def _record(work: Work, link: Link, identity: Identity) -> None:
    """In the record of both: whoever takes it back is the other one again."""
    into = work.accounts.get(link.account)
    facts = {
        "way": link.way.value,
        "platform": identity.platform,
        "name": identity.name,
        "handle": identity.handle,
        "account": into.name,
    }
    for account in (link.account, identity.account_id):
        work.audit.record(Deed.LINKED, account, facts)
