"""A chat and a sign-in become one account's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core import newcomers
from core.identity import Identity
from core.joining import Joined, Way, add_login, join, login

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Connected:
    """What came of it."""

    account: int
    """The account that both belong to now."""
    joined: Joined | None
    """None where nothing moved: the sign-in is a new one of the chat's own account, or was one."""
    known: bool
    """Whether the sign-in led to an account before."""
    link: str = ""
    """The linking's name, by which it can be taken back; empty where nothing was to be done."""
    since: datetime | None = None
    """Since when the sign-in leads there, where nothing was to be done."""

    @property
    def already(self) -> bool:
        """Whether both belonged together before."""
        return self.known and self.joined is None


def connect(
    work: Work,
    identity: Identity,
    way: Way,
    *,
    issuer: str,
    subject: str,
    name: str,
    answered: int | None = None,
) -> Connected:
    """Connect the chat of an identity with whoever an issuer vouched for, who is found by issuer
    and subject and never by a name. Whoever waited at the door is in. The chats of the account are
    told, but for `answered`: an identity that whoever calls tells, this one unless said otherwise.
    Raises `LinkRefused`."""
    answered = identity.id if answered is None else answered
    known = login(work, issuer, subject)
    if known is None:
        mine = identity.account_id
        work.lock_accounts(mine)
        newcomers.may_connect(work, identity)
        link = add_login(work, mine, issuer, subject, name, way=way, answered=answered)
        work.accounts.let_in(identity)
        return Connected(mine, None, known=False, link=link)
    if known.account == identity.account_id:
        return Connected(known.account, None, known=True, since=known.linked_at)
    work.lock_accounts(identity.account_id, known.account)
    newcomers.may_let_in(work, known)
    joined = join(work, identity, known.account, way, answered=answered)
    return Connected(known.account, joined, known=True, link=joined.link)
