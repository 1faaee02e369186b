"""What Slack says when an app is uninstalled. Pure.

Both events come, in either order, and may come late or twice
(https://docs.slack.dev/reference/events/app_uninstalled)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.fields import object_at, text_at
from adapters.slack.installation import whose

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"
ENDS = frozenset((UNINSTALLED, REVOKED))
_LAST = 10**11
"""Seconds since 1970; above, no year has four digits."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of an install."""

    team: str
    """Empty for the install of a whole organisation."""
    enterprise: str
    why: str
    at: datetime


def is_end(payload: dict[str, Any]) -> bool:
    """Whether this is an event that may tell the end of an install."""
    return text_at(payload, "event", "type") in ENDS


def ended(payload: dict[str, Any]) -> End | None:
    """Which install ended, and when. None where only tokens of people were revoked, which we do
    not have, or where nothing says of whom or when."""
    why, at = text_at(payload, "event", "type"), payload.get("event_time")
    if why == REVOKED and not object_at(payload, "event", "tokens").get("bot"):
        return None
    team, enterprise = whose(payload)
    if payload.get("is_enterprise_install") is True and enterprise:
        team = ""
    if not isinstance(at, int) or not 0 <= at < _LAST or not (team or enterprise):
        return None
    return End(team, enterprise, why, datetime.fromtimestamp(at, UTC))
