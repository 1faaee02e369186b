"""What a line of a file of inputs is: something that came from a platform, as it came or as it was
kept, read by the adapter's own reader. The key is the platform's, so that what was handled is
known."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, cast

from aiohttp import web
from pydantic import TypeAdapter

from adapters.edge import parse_object
from adapters.polar.hooks import read as read_hook
from adapters.slack.installation import Installation, whose
from adapters.slack.intake import read as read_slack
from adapters.telegram.intake import Me
from adapters.telegram.intake import read as read_telegram
from core.billing_facts import Hook
from core.chat import Inbound, Unread

Given = dict[str, Any]
_UPDATE, _SLACK = "update_id", frozenset({"event_callback", "block_actions", "view_submission"})
_SLACK_TOO = frozenset({"message_action", "shortcut"})


class NoInput(Exception):
    """Nothing that came from a platform: why, in words."""


_READ = TypeAdapter(Inbound)


def kept_line(message: Inbound | Unread) -> str:
    """A message that was kept for the operator, as a line."""
    if isinstance(message, Unread):
        said: Given = {"platform": message.platform, "key": message.key, "body": message.body}
        return json.dumps(said)
    return json.dumps({"inbound": _READ.dump_python(message, mode="json")})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody did, or a call of Polar's; neither, where it asks nothing of us."""

    inbound: Inbound | None = None
    hook: Hook | None = None
    sent: float = 0.0
    """When it was sent, in seconds since 1970-01-01 UTC; 0 where it does not say."""


def recorded(line: str, me: Me | None) -> Recorded:
    """Read a line. `me`: the bot on Telegram, for updates that do not say whose they are. Raises
    `NoInput`, and whatever a reader raises for an odd shape."""
    return _read(_object(line), me)


def _object(text: str) -> Given:
    """As what the platforms send is read: without NUL and half characters, which no database
    keeps. Raises `NoInput`."""
    try:
        return parse_object(text)
    except (web.HTTPBadRequest, UnicodeEncodeError):
        raise NoInput("no JSON object") from None


def _read(given: Given, me: Me | None) -> Recorded:
    if _UPDATE in given or isinstance(given.get("update"), dict):
        return _telegram(given, me)
    if "body" in given:
        return _kept(given, me)
    if isinstance(given.get("inbound"), dict):
        return Recorded(_READ.validate_python(given["inbound"]))
    if isinstance(given.get("payload"), dict):
        us = given.get("us")
        known = Installation(**us) if isinstance(us, dict) else _bot_of(given["payload"])
        return _slack(given["payload"], known)
    if given.get("type") in _SLACK | _SLACK_TOO or str(given.get("command", "")).startswith("/"):
        return _slack(given, _bot_of(given))
    if "type" in given and "data" in given:
        raise NoInput('a call of Polar without its id: {"webhook-id": ..., "body": ...} has it')
    raise NoInput("nothing that Telegram, Slack or Polar sends")


def _kept(given: Given, me: Me | None) -> Recorded:
    """A body with what stood beside it: a call of Polar's with its id, or a message as it was
    kept for the operator."""
    headers = given.get("headers")
    names = {**given, **(headers if isinstance(headers, dict) else {})}
    id, body = names.get("webhook-id") or names.get("id"), given["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    if given.get("platform") in ("telegram", "slack"):
        found, key = _read(_object(text), me), given.get("key")
        if found.inbound is None or not isinstance(key, str):
            return found
        return replace(found, inbound=replace(found.inbound, key=key))
    if not isinstance(id, str) or not id:
        raise NoInput("a call of Polar without its id")
    hook = read_hook(id, text)
    return Recorded(hook=hook, sent=hook.at.timestamp() if hook.at else 0.0)


def _telegram(given: Given, me: Me | None) -> Recorded:
    update = given["update"] if isinstance(given.get("update"), dict) else given
    known = Me(**given["me"]) if isinstance(given.get("me"), dict) else me
    if known is None:
        raise NoInput("an update of Telegram, and TELEGRAM_BOT_TOKEN is not set: whose is it?")
    return Recorded(read_telegram(update, known).inbound, sent=_sent(update))


def _sent(update: Given) -> float:
    """Of the message that was written; of a button, which says no time, its id tells nothing."""
    message = update.get("message") or update.get("edited_message") or {}
    return float(message.get("edit_date") or message.get("date") or 0)


def _slack(payload: dict[str, Any], us: Installation) -> Recorded:
    return Recorded(read_slack(payload, us), sent=float(payload.get("event_time") or 0))


def _bot_of(payload: dict[str, Any]) -> Installation:
    """Whose bot it was sent to, as far as it says."""
    team, enterprise = whose(payload)
    listed = payload.get("authorizations") or [{}]
    bot = listed[0].get("user_id") if listed[0].get("is_bot") else ""
    return Installation(team=team, bot_user=cast(str, bot or ""), enterprise=enterprise)
