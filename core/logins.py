"""Sign-ins: people as an issuer knows them, each of whom leads to one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, select, update

from core import links, schema
from core.audit import Deed
from core.errors import LinkRefused
from core.events import Linked
from core.link import Item, Way
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work


WEB = "web"
"""Where a sign-in is, for people to read."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody as an issuer knows them."""

    id: int
    account: int
    issuer: str
    name: str
    """Shown, never compared."""
    linked_at: datetime
    """Since when it leads to an account."""


_lo = schema.login.c
_LOGIN = select(schema.login).where(
    _lo.issuer == bindparam("issuer"), _lo.subject == bindparam("subject")
)
_LOGINS = select(schema.login).where(_lo.account_id == bindparam("account")).order_by(_lo.id)
_LEAD_BACK = (
    update(schema.login).where(_lo.id == bindparam("login")).values(account_id=bindparam("to"))
)
_ADD_LOGIN = insert_or_ignore(schema.login, ("issuer", "subject"), "id")


def login(work: Work, issuer: str, subject: str) -> Login | None:
    """Whose account this sign-in leads to; None where it is new."""
    row = work.run(_LOGIN, {"issuer": issuer, "subject": subject}).first()
    return _read(row) if row is not None else None


def logins(work: Work, account: int) -> list[Login]:
    """The sign-ins that lead to an account."""
    rows = work.run(_LOGINS, {"account": account}).all()
    return [_read(row) for row in rows]


def _read(row: Row[Any]) -> Login:
    return Login(row.id, row.account_id, row.issuer, row.name, row.linked_at)


def add_login(
    work: Work,
    account: int,
    issuer: str,
    subject: str,
    name: str,
    *,
    way: Way = Way.WEB,
    answered: int = 0,
) -> str:
    """From now on this sign-in leads to the account, whose chats are told, but for the identity
    `answered`, which is told by whoever calls. The name of the linking; empty where it did before.
    Raises `LinkRefused` where it leads to another account."""
    work.lock_accounts(account)
    added = lead_to(work, account, (issuer, subject, name))
    if not added:
        return ""
    link = links.add(work, account, None, way)
    links.note(work, link, Item.LOGIN, added)
    facts = {"way": way.value, "issuer": issuer, "name": name}
    work.audit.record(Deed.LINKED, account, facts)
    work.notices.tell(Linked(0, link.public_id, name), account, but=answered)
    return link.public_id


def lead_to(work: Work, account: int, said: tuple[str, str, str]) -> int:
    """A sign-in leads to the account: its number, or 0 where it did. Raises `LinkRefused`."""
    issuer, subject, name = said
    values = {
        "issuer": issuer,
        "subject": subject,
        "account_id": account,
        "name": name[:128],
        "linked_at": work.now,
    }
    added: int | None = work.run(_ADD_LOGIN, values).scalar()
    if added is not None:
        return added
    known = login(work, issuer, subject)
    if known is None or known.account != account:
        raise LinkRefused("elsewhere")
    return 0


def lead_back(work: Work, left: Login, to: int) -> None:
    """A sign-in leads to the account that it came from again."""
    work.run(_LEAD_BACK, {"login": left.id, "to": to})
