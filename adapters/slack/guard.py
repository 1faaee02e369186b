"""What must hold of a request before Bolt sees it: its size, signature, age and shape.

Bolt parses before it verifies and answers 500 to what it cannot parse: none of that is left to it.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from aiohttp import web

from adapters.edge import parse_object, read_body

MAX_AGE = 300
"""Seconds, both ways (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
FORM_FIELDS = 100
"""A slash command has about 15 fields."""
_SHAPES: Mapping[str, type | tuple[type, ...]] = {
    "type": str,
    "command": str,
    "text": str,
    "trigger_id": str,
    "response_url": str,
    "team_id": str,
    "user_id": str,
    "channel_id": str,
    "event_id": str,
    "event": dict,
    "view": dict,
    "container": dict,
    "message": dict,
    "actions": list,
    "authorizations": list,
    "team": dict,
    "user": (dict, str),
    "channel": (dict, str),
    "enterprise": (dict, str),
}
"""What the top-level fields are, where they are given. The rest of a payload is read tolerantly."""


async def admit(request: web.Request, secret: str) -> dict[str, Any]:
    """The payload of a genuine request.

    Raises 401 for a missing, wrong or stale signature, 400 for a body that is no payload, and what
    `read_body` raises."""
    raw = await read_body(request)
    verify(raw, request.headers, secret, time.time())
    return parse(raw, request.content_type)


def verify(raw: bytes, headers: Mapping[str, str], secret: str, now: float) -> None:
    """Raise 401 unless the signature over these bytes is Slack's and at most `MAX_AGE` old."""
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    given = headers.get("X-Slack-Signature", "")
    fresh = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
    if not fresh or abs(now - int(stamp)) > MAX_AGE:
        raise web.HTTPUnauthorized(text="The timestamp is missing, malformed or too old.\n")
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
    expected = b"v0=" + digest.hexdigest().encode()
    if not hmac.compare_digest(expected, given.encode("utf-8", "surrogateescape")):
        raise web.HTTPUnauthorized(text="The signature does not fit.\n")


def parse(raw: bytes, content_type: str) -> dict[str, Any]:
    """The payload: a JSON object, or a form that is one or holds one. Raises 400."""
    if content_type == "application/json":
        payload = parse_object(raw)
    elif content_type == "application/x-www-form-urlencoded":
        payload = _parse_form(raw)
    else:
        raise web.HTTPBadRequest(text="The body is neither JSON nor a form.\n")
    return checked(payload)


def _parse_form(raw: bytes) -> dict[str, Any]:
    many = raw.count(b"&") > 10 * FORM_FIELDS  # not worth splitting, even if most are empty
    try:
        parts = [] if many else [part for part in raw.decode().split("&") if part]
        pairs = [part.partition("=") for part in parts[: FORM_FIELDS + 1]]
        fields = {_unquoted(name): _unquoted(value) for name, _, value in pairs}
    except ValueError:
        raise web.HTTPBadRequest(text="The form cannot be read.\n") from None
    if many or len(pairs) > FORM_FIELDS:
        raise web.HTTPBadRequest(text="The form has too many fields.\n")
    if len(fields) != len(pairs):
        raise web.HTTPBadRequest(text="The form names a field twice.\n")
    if "payload" in fields:
        return parse_object(fields["payload"])
    if not fields.keys() & {"command", "ssl_check"}:
        raise web.HTTPBadRequest(text="The form is no command.\n")
    return {name: value.replace("\0", "") for name, value in fields.items()}


def _unquoted(said: str) -> str:
    """As `parse_qsl` has it, which is slower by what it does for text that is not ASCII. Most needs
    nothing done to it."""
    if "%" in said or "+" in said:
        return unquote_to_bytes(said.replace("+", " ")).decode()
    return said


def checked(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload without empty fields. Raises 400 where a field is not what it should be."""
    given = {name: value for name, value in payload.items() if value is not None}
    for name, shape in _SHAPES.items():
        if name in given and not isinstance(given[name], shape):
            raise web.HTTPBadRequest(text=f"The field {name} is malformed.\n")
    if not all(isinstance(each, dict) for each in _listed(given)):
        raise web.HTTPBadRequest(text="A list holds what it should not.\n")
    if "event" in given and not isinstance(given["event"].get("type"), str):
        raise web.HTTPBadRequest(text="The event has no type.\n")
    return given


def _listed(payload: dict[str, Any]) -> list[Any]:
    return [*payload.get("actions", ()), *payload.get("authorizations", ())]
