"""Who a sender is: accounts are people, identities are people on one platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, bindparam, func, insert, select, text, update

from core import schema
from core.addresses import Address, Sender
from core.task import clean
from core.zones import is_zone

if TYPE_CHECKING:
    from core.work import Work

NAME_LIMIT = 64
"""Characters of a person's name that we keep (`promises.md` T32)."""
UNNAMED = "Somebody"
"""Who wrote before the platform told their name."""
HANDLE_LIMIT = 63
"""Characters of a handle; Telegram's have at most 32."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person."""

    id: int
    public_id: str
    name: str
    timezone: str
    """IANA zone, or empty while we do not know it."""
    language: str
    joined: bool
    """False for somebody who was only mentioned so far."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or "UTC")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person on one platform."""

    id: int
    account_id: int
    chat_id: int
    """The private chat with them."""
    platform: str
    scope: str
    user_id: str
    handle: str
    name: str
    notify: bool
    linked_at: datetime


_i, _a = schema.identity.c, schema.account.c
_IDENTITY = [getattr(_i, each) for each in Identity.__slots__]
_ACCOUNT = [
    _a.id.label("a_id"),
    _a.public_id,
    _a.name.label("a_name"),
    _a.timezone,
    _a.language,
    _a.joined_at,
]

_WHO = select(*_IDENTITY, *_ACCOUNT).join(schema.account, _a.id == _i.account_id)
_BY_USER = _WHO.where(
    _i.platform == bindparam("platform"),
    _i.scope == bindparam("scope"),
    _i.user_id == bindparam("user_id"),
    _i.user_id != text("''"),  # to the letter, as the index has it
)
_BY_HANDLE = (
    _WHO.where(
        _i.platform == bindparam("platform"),
        _i.scope == bindparam("scope"),
        _i.handle == bindparam("handle"),
    )
    # Somebody who wrote goes before somebody who was only mentioned.
    .order_by(_i.user_id.desc(), _i.id.desc())
    .limit(1)
)
_BY_IDENTITY = _WHO.where(_i.id == bindparam("id"))
_BY_CHAT = _WHO.where(_i.chat_id == bindparam("chat")).limit(1)
_ACCOUNT_BY_ID = select(*_ACCOUNT).where(_a.id == bindparam("id"))
_MERGED_INTO = select(_a.merged_into).where(_a.id == bindparam("id"))
_IDENTITIES = select(*_IDENTITY).where(_i.account_id == bindparam("account")).order_by(_i.id)
_NEW_ACCOUNT = insert(schema.account).returning(_a.id)
_NEW_IDENTITY = insert(schema.identity).returning(_i.id)
_RENAME = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"))
    .values(name=bindparam("name"), handle=bindparam("handle"), user_id=bindparam("user_id"))
)
_FOLLOW = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.name == bindparam("old"))
    .values(name=bindparam("name"))
)
_TAKE_HANDLE = (
    update(schema.identity)
    .where(
        _i.platform == bindparam("at_platform"),
        _i.scope == bindparam("at_scope"),
        _i.handle == bindparam("taken"),
        _i.id != bindparam("identity"),
        _i.user_id != "",
    )
    .values(handle="")
)
_SET_CHAT = (
    update(schema.identity).where(_i.id == bindparam("identity")).values(chat_id=bindparam("chat"))
)
_JOIN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.joined_at.is_(None))
    .values(joined_at=bindparam("now"), name=bindparam("name"))
)
_CONTACTS = (
    _WHO.where(
        _i.account_id.in_(
            select(schema.concern.c.account_id).where(
                schema.concern.c.task_id.in_(
                    select(schema.concern.c.task_id).where(
                        schema.concern.c.account_id == bindparam("account")
                    )
                )
            )
        ),
        and_(_i.account_id != bindparam("account")),
        (func.lower(_a.name) == bindparam("name")) | (_i.handle == bindparam("name")),
    )
    .order_by(_i.id)
    .limit(2)
)


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        row.a_id, row.public_id, row.a_name, row.timezone, row.language, row.joined_at is not None
    )


def _identity(row: Row[tuple[object, ...]]) -> Identity:
    return Identity(*(getattr(row, each) for each in Identity.__slots__))


class Accounts:
    """Accounts, identities and chats, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    # -- who wrote -------------------------------------------------------------------------------

    def recognise(self, sender: Sender) -> tuple[Account, Identity, bool]:
        """The account and identity of somebody who wrote, made on first contact; whether it is
        the first. A mention of them by handle alone becomes theirs."""
        known = self._find(sender)
        if known is None:
            account, identity = self._make(sender, joined=True)
            return account, identity, True
        account, identity = known
        name = _name(sender) if sender.name else identity.name
        handle = _handle(sender) or identity.handle
        if (identity.name, identity.handle, identity.user_id) != (name, handle, sender.user_id):
            self._work.run(
                _RENAME,
                {
                    "identity": identity.id,
                    "name": name,
                    "handle": handle,
                    "user_id": sender.user_id,
                },
            )
            self._take_handle(identity.id, sender)
            # A name that the person did not choose here follows the platform's.
            follow = {"account": account.id, "old": identity.name, "name": name}
            self._work.run(_FOLLOW, follow)
            if not identity.user_id:
                self._address_mention(identity, sender)
            return *self._reload(identity.id), self._join(account, name)
        return account, identity, self._join(account, name)

    def known(self, person: Sender) -> Account | None:
        """The account of somebody who wrote or was mentioned before."""
        found = self._find(person)
        return found[0] if found else None

    def mentioned(self, person: Sender) -> Account:
        """The account of somebody mentioned; made as a placeholder if they never wrote."""
        known = self._find(person)
        return known[0] if known else self._make(person, joined=False)[0]

    def contact(self, account: int, name: str) -> Account | None:
        """Somebody who shares a task with this account, by name or handle; None when nobody or
        more than one person fits."""
        rows = self._work.run(_CONTACTS, {"account": account, "name": name.lower()}).all()
        return _account(rows[0]) if len({row.a_id for row in rows}) == 1 else None

    def _find(self, sender: Sender) -> tuple[Account, Identity] | None:
        place = {"platform": sender.platform, "scope": sender.scope}
        row = self._work.run(_BY_USER, place | {"user_id": sender.user_id}).first()
        if row is None and sender.handle:
            row = self._work.run(_BY_HANDLE, place | {"handle": _handle(sender)}).first()
            # A handle is only a hint: it never leads to somebody else's identity.
            if row is not None and sender.user_id and row.user_id:
                row = None
        return (_account(row), _identity(row)) if row is not None else None

    def _make(self, sender: Sender, *, joined: bool) -> tuple[Account, Identity]:
        now, name = self._work.now, _name(sender)
        account = self._work.run(
            _NEW_ACCOUNT,
            {
                "public_id": self._work.ids.public(12),
                "name": name,
                "timezone": sender.timezone if is_zone(sender.timezone) else "",
                "language": sender.language[:16],
                "created_at": now,
                "joined_at": now if joined else None,
            },
        ).scalar_one()
        identity = self._work.run(
            _NEW_IDENTITY,
            {
                "account_id": account,
                "chat_id": self._work.chats.get(_private(sender)).id,
                "platform": sender.platform,
                "scope": sender.scope,
                "user_id": sender.user_id,
                "handle": _handle(sender),
                "name": name,
                "linked_at": now,
            },
        ).scalar_one()
        if joined:
            self._take_handle(identity, sender)
        return self._reload(identity)

    def _take_handle(self, identity: int, sender: Sender) -> None:
        """Who wrote with a handle holds it now; whoever held it before does not."""
        if sender.handle:
            place = {"at_platform": sender.platform, "at_scope": sender.scope}
            self._work.run(_TAKE_HANDLE, place | {"taken": _handle(sender), "identity": identity})

    def _address_mention(self, identity: Identity, sender: Sender) -> None:
        """Somebody known by handle wrote: from now on we know their private chat."""
        chat = self._work.chats.get(_private(sender))
        self._work.run(_SET_CHAT, {"identity": identity.id, "chat": chat.id})

    def _join(self, account: Account, name: str) -> bool:
        if account.joined:
            return False
        self._work.run(_JOIN, {"account": account.id, "now": self._work.now, "name": name})
        return True

    def _reload(self, identity: int) -> tuple[Account, Identity]:
        row = self._work.run(_BY_IDENTITY, {"id": identity}).one()
        return _account(row), _identity(row)

    # -- look-ups --------------------------------------------------------------------------------

    def get(self, account: int) -> Account:
        return _account(self._work.run(_ACCOUNT_BY_ID, {"id": account}).one())

    def current(self, account: int) -> int:
        """The account that an account became: itself, unless it was merged into another."""
        into: int | None = self._work.run(_MERGED_INTO, {"id": account}).scalar_one()
        return account if into is None else self.current(into)

    def identity(self, identity: int) -> tuple[Account, Identity] | None:
        row = self._work.run(_BY_IDENTITY, {"id": identity}).first()
        return (_account(row), _identity(row)) if row is not None else None

    def of_chat(self, chat: int) -> Account | None:
        """Whose private chat this is."""
        row = self._work.run(_BY_CHAT, {"chat": chat}).first()
        return _account(row) if row is not None else None

    def identities(self, account: int) -> list[Identity]:
        return [_identity(row) for row in self._work.run(_IDENTITIES, {"account": account})]


def _name(sender: Sender) -> str:
    return (" ".join(clean(sender.name).split()) or sender.handle or UNNAMED)[:NAME_LIMIT]


def _handle(sender: Sender) -> str:
    return clean(sender.handle).lower()[:HANDLE_LIMIT]


def _private(sender: Sender) -> Address:
    """The private chat with a person: both platforms take a user's id for it."""
    return Address(sender.platform, sender.scope, sender.user_id or f"@{_handle(sender)}", True)
