"""Requests on which our reader broke, for the operator; and how they are read again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from adapters.slack.fields import message_key, object_at, request_key, text_at
from adapters.slack.installation import Installation
from adapters.slack.intake import read
from adapters.unread import packed, unpacked
from core.chat import Inbound, Unread

WANTED_BACK = frozenset(("token", "response_url", "response_urls"))
"""Fields by which one can speak to Slack. A trigger is one, too, but for 3 seconds only, and the
message's key is made of it."""


def unread(payload: dict[str, Any], us: Installation) -> Unread:
    """The payload as it came, without what Slack wants back."""
    safe = _without(payload)
    if view := object_at(payload, "view"):
        safe["view"] = _without(view) | {"private_metadata": _origin(view)}
    return Unread(_key(payload, us), "slack", packed(payload=safe, us=asdict(us)))


def reread(kept: Unread) -> Inbound | None:
    """What somebody did; None where the payload turns out to say nothing of the kind. Raises
    whatever the reader still raises."""
    given = unpacked(kept.body)
    return read(given["payload"], Installation(**given["us"]))


def _key(payload: dict[str, Any], us: Installation) -> str:
    if payload.get("type") == "event_callback":
        return message_key(text_at(payload, "event_id"), payload)
    team = text_at(payload, "team", "id") or text_at(payload, "team_id") or us.team
    return request_key(team, text_at(payload, "trigger_id"), payload)


def _without(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in WANTED_BACK}


def _origin(view: dict[str, Any]) -> str:
    """Where a form was opened from (`adapters.slack.origin`), but for the URL to answer by."""
    try:
        origin = orjson.loads(text_at(view, "private_metadata"))
        return orjson.dumps({**origin, "url": ""}).decode()
    except (orjson.JSONDecodeError, TypeError):  # not of our making
        return ""
