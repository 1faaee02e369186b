"""Who may begin."""

from __future__ import annotations

from enum import StrEnum


class Signup(StrEnum):
    """Whom a first message makes an account for. Whoever is linked to an account is in, always."""

    OPEN = "open"
    """Whoever writes."""
    INVITE = "invite"
    """Whoever has an invitation, from somebody who is in or from the operator."""
    CLOSED = "closed"
    """Nobody, but by an invitation of the operator's."""
