"""An attempt to connect a chat by signing in on the web, as its row says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from core.offer import State
from core.web_link_rows import TRIES


@dataclass(frozen=True, slots=True)
class WebLink:
    """An attempt."""

    id: int
    public_id: str
    state: State
    identity: int
    """Whose chat is to be connected."""
    issuer: str
    subject: str
    name: str
    """Of whoever signed in: shown, never compared."""
    session: str
    """The digest of the session that signed in; empty before."""
    expires_at: datetime
    left: int
    """Tries of the letters that are left."""


def one(row: Row[Any] | None) -> WebLink | None:
    """The attempt of a row, where there is one."""
    return read(row) if row is not None else None


def read(row: Row[Any]) -> WebLink:
    """The attempt of a row."""
    return WebLink(
        id=row.id,
        public_id=row.public_id,
        state=State(row.state),
        identity=row.identity_id,
        issuer=row.issuer,
        subject=row.subject,
        name=row.name,
        session=row.session_hash,
        expires_at=row.expires_at,
        left=TRIES - row.tries,
    )
