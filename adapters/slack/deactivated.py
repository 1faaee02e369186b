"""What Slack says when it closes somebody's account, or opens it again. Pure.

Nothing else tells of it: a message to the direct messages of somebody who is gone is taken
(https://github.com/slackapi/python-slack-sdk/issues/1156)."""

from __future__ import annotations

from typing import Any

from adapters.slack.fields import object_at, text_at
from adapters.slack.installation import Installation, home, whose
from core.addresses import Sender

CHANGED = "user_change"
"""Also of a new picture or status; https://docs.slack.dev/reference/events/user_change."""


def member(payload: dict[str, Any], us: Installation) -> tuple[Sender, bool] | None:
    """Somebody of whom something changed, and whether their account is open. None for another
    event, and for members of an organisation of which only a workspace installed the app: those
    whose account is closed may have left that workspace and be in others."""
    event = object_at(payload, "event")
    if event.get("type") != CHANGED:
        return None
    user = object_at(event, "user")
    person, closed = text_at(user, "id"), user.get("deleted")
    if not isinstance(closed, bool) or not person:
        return None
    team, enterprise = whose(payload)
    theirs = text_at(user, "enterprise_user", "enterprise_id") or text_at(user, "team_id")
    scope = home(theirs, team or us.team, enterprise or us.enterprise, shared=True)
    if scope.startswith("E") and us.team:
        return None
    return Sender("slack", scope, person), not closed
