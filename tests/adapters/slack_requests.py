"""Requests as Slack makes and signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Json = dict[str, Any]


def signed(raw: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Slack's headers over these bytes."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


async def deliver(
    session: ClientSession, url: str, payload: Json, **headers: str
) -> ClientResponse:
    """Post a payload as Slack does: events as JSON, commands as a form, the rest as `payload`."""
    if "command" in payload:
        raw, kind = urlencode(payload).encode(), "application/x-www-form-urlencoded"
    elif payload.get("type") in ("event_callback", "url_verification"):
        raw, kind = json.dumps(payload).encode(), "application/json"
    else:
        raw = urlencode({"payload": json.dumps(payload)}).encode()
        kind = "application/x-www-form-urlencoded"
    sent = {**signed(raw), "Content-Type": kind, **headers}
    return await session.post(url, data=raw, headers=sent)
