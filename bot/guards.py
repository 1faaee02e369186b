"""Limits on commands, and whom each is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.limits import Limit

if TYPE_CHECKING:
    from bot.turn import Turn


class Per(StrEnum):
    """Whom an allowance is for."""

    PERSON = "person"
    TEAM = "team"
    """Everybody in one Slack workspace or organisation. Telegram has no such thing: private chats
    are a person's own, and elsewhere there is nothing to guess."""
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Guard:
    """A limit on a command."""

    limit: Limit
    failures: bool = False
    """Whether only what is refused counts."""
    per: Per = Per.PERSON

    def key(self, turn: Turn) -> str:
        """What the allowance is kept for; empty where it does not apply."""
        who = turn.identity
        match self.per:
            case Per.SERVICE:
                return "all"
            case Per.TEAM:
                return f"{who.platform}:{who.scope}" if who.scope else ""
            case Per.PERSON:
                # By the platform's own id: an identity that is unlinked comes back with a new row.
                return f"{who.platform}:{who.scope}:{who.user_id}"
