"""Accounts and identities as rows: people, and people on one platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, exists, func, insert, select, text, update

from core import schema
from core.quick import quick

NAME_LIMIT = 64
"""Characters of a person's name that we keep (`promises.md` T32)."""
UNNAMED = "Somebody"
"""Who wrote before the platform told their name."""
HANDLE_LIMIT = 63
"""Characters of a handle; Telegram's have at most 32."""


@quick
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
    takes_tasks: bool = True
    """Whether others may give them tasks."""
    here: str = ""
    """The zone of the chat in which they were found, where that has one of its own."""

    @property
    def local(self) -> str:
        """The zone in which they read dates here, or empty while we do not know it."""
        return self.here or self.timezone

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.local or "UTC")


@quick
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
    handle_seen_at: datetime | None
    """When they last wrote with this handle, to the day."""
    preset: str
    """How much it is told, as `core.presets.Preset` has it."""
    timezone: str
    """The zone in which dates are read and shown there; empty for the account's."""


Both = tuple[Account, Identity]
"""Somebody, and who they are in the place where they were found."""
_i, _a, _n = schema.identity.c, schema.account.c, schema.concern.c
IDENTITY = [getattr(_i, each) for each in Identity.__slots__]
ACCOUNT = [
    _a.id.label("a_id"),
    _a.public_id,
    _a.name.label("a_name"),
    _a.timezone.label("a_timezone"),  # an identity has one, too
    _a.language,
    _a.joined_at,
    _a.takes_tasks,
]

WHO = select(*IDENTITY, *ACCOUNT).join(schema.account, _a.id == _i.account_id)
BY_USER = WHO.where(
    _i.platform == bindparam("platform"),
    _i.scope == bindparam("scope"),
    _i.user_id == bindparam("user_id"),
    _i.user_id != text("''"),  # to the letter, as the index has it
)
BY_IDENTITY = WHO.where(_i.id == bindparam("id"))
BY_CHAT = WHO.where(_i.chat_id == bindparam("chat")).limit(1)
ACCOUNT_BY_ID = select(*ACCOUNT).where(_a.id == bindparam("id"))
_up = select(_a.id, _a.merged_into).where(_a.id == bindparam("id")).cte("up", recursive=True)
_next = schema.account.alias()
_up = _up.union_all(
    select(_next.c.id, _next.c.merged_into).join(_up, _up.c.merged_into == _next.c.id)
)
# One statement, however often an account became another (`promises.md` T26).
BECAME = select(_up.c.id).where(_up.c.merged_into.is_(None))
IDENTITIES = select(*IDENTITY).where(_i.account_id == bindparam("account")).order_by(_i.id)
_MY_TASKS = select(_n.task_id).where(_n.account_id == bindparam("account"))
CONTACTS = (
    select(*ACCOUNT)  # people, not identities: the second row says that the first is not the only
    .where(
        _a.id.in_(select(_n.account_id).where(_n.task_id.in_(_MY_TASKS))),
        _a.id != bindparam("account"),
        exists().where(_i.account_id == _a.id),  # nobody reads what is given to one that was left
        (func.lower(_a.name) == bindparam("name"))
        | exists().where(_i.account_id == _a.id, _i.handle == bindparam("name")),
    )
    .limit(2)
)
NEW_ACCOUNT = insert(schema.account).returning(_a.id)
NEW_IDENTITY = insert(schema.identity).returning(_i.id)
RENAME = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"))
    .values(name=bindparam("name"), handle=bindparam("handle"), user_id=bindparam("user_id"))
)
FOLLOW = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.name == bindparam("old"))
    .values(name=bindparam("name"))
)
SET_CHAT = (
    update(schema.identity).where(_i.id == bindparam("identity")).values(chat_id=bindparam("chat"))
)
JOIN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.joined_at.is_(None))
    .values(joined_at=bindparam("now"), name=bindparam("name"))
    .returning(_a.id)
)


def read_account(row: Row[tuple[object, ...]], here: str = "") -> Account:
    return Account(
        id=row.a_id,
        public_id=row.public_id,
        name=row.a_name,
        timezone=row.a_timezone,
        language=row.language,
        joined=row.joined_at is not None,
        takes_tasks=row.takes_tasks,
        here=here,
    )


def read_identity(row: Row[Any]) -> Identity:
    columns: Any = row[: len(IDENTITY)]
    return Identity(*columns)


def read_both(row: Row[Any]) -> Both:
    """Somebody as they are found in a chat of theirs: a row of `WHO`."""
    identity = read_identity(row)
    return read_account(row, identity.timezone), identity
