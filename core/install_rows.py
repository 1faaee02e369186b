"""Installs of the Slack app as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from core import schema
from core.sql import upsert
from core.vault import Place


@dataclass(frozen=True, slots=True)
class Granted:
    """What Slack gives for an install: the workspace, or the organisation where `team` is empty."""

    team: str
    enterprise: str
    bot_user: str
    token: str = field(repr=False)
    app: str = ""
    bot_id: str = ""
    name: str = ""
    """Of the workspace or organisation."""
    scopes: str = ""
    installed_by: str = ""


@dataclass(frozen=True, slots=True)
class Install:
    """A workspace or organisation that has the app."""

    id: int
    enterprise: str
    team: str
    app: str
    bot_user: str
    bot_id: str
    name: str
    token: str = field(repr=False)
    """Sealed for `place`."""
    scopes: str
    installed_by: str
    installed_at: datetime
    revoked_at: datetime | None
    why: str

    @property
    def scope(self) -> str:
        """What its channels count in (`Address.scope`)."""
        return self.team or self.enterprise

    @property
    def place(self) -> Place:
        """Where its token is sealed."""
        return place_of(self.enterprise, self.team)


@dataclass(frozen=True, slots=True)
class Opened:
    """An install with its token as Slack takes it."""

    install: Install
    token: str = field(repr=False)


def place_of(enterprise: str, team: str) -> Place:
    return "slack_install", "token", enterprise, team


_s, _t = schema.slack_install.c, schema.install_state.c
_CHANGED = (
    "app", "bot_user", "bot_id", "name", "token", "scopes", "installed_by", "installed_at",
    "revoked_at", "why",
)  # fmt: skip
SAVE = upsert(
    schema.slack_install,
    ("enterprise", "team"),
    lambda new: {name: new[name] for name in _CHANGED},
    returning=Install.__slots__,
)
OF_TEAM = (
    select(schema.slack_install)
    .where(_s.team == bindparam("team"))
    .order_by(_s.revoked_at.is_not(None), _s.installed_at.desc())
    .limit(1)
)
OF_ENTERPRISE = (
    select(schema.slack_install)
    .where(_s.enterprise == bindparam("enterprise"), _s.revoked_at.is_(None))
    .order_by(_s.team, _s.id)  # that of the whole organisation first
    .limit(bindparam("most"))
)
BY_ID = select(schema.slack_install).where(_s.id == bindparam("id"))
ALL = (
    select(schema.slack_install)
    .where(_s.id > bindparam("after"))
    .order_by(_s.id)
    .limit(bindparam("most"))
)
REVOKE = (
    update(schema.slack_install)
    .where(
        _s.id == bindparam("install"),
        _s.revoked_at.is_(None),
        _s.installed_at <= bindparam("since"),
    )
    .values(revoked_at=bindparam("now"), why=bindparam("reason"), token="")
    .returning(_s.id)
)
SEAL_AGAIN = (
    update(schema.slack_install)
    .where(_s.id == bindparam("install"), _s.token == bindparam("before"))
    .values(token=bindparam("after"))
    .returning(_s.id)
)
BEGIN = insert(schema.install_state)
CLAIM = (
    delete(schema.install_state)
    .where(
        _t.state_hash == bindparam("state"),
        _t.session_hash == bindparam("session"),
        _t.created_at > bindparam("since"),
    )
    .returning(_t.state_hash)
)
FORGET_STATES = delete(schema.install_state).where(_t.created_at < bindparam("before"))


def read_install(row: Row[Any]) -> Install:
    return Install(*(getattr(row, name) for name in Install.__slots__))
