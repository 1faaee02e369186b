"""Genuine payloads of both platforms, and how they are sent and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]
NOWHERE = "http://127.0.0.1:9"
PAYLOADS = Path(__file__).parent / "adapters" / "payloads"


def signature(secret: str, body: bytes, at: float) -> dict[str, str]:
    stamp = str(int(at))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac.hexdigest()}",
    }


def dumped(value: Any) -> bytes:
    """As JSON; lone surrogates stay what they are."""
    return json.dumps(value).encode()


def packed(payload: Json) -> tuple[bytes, str]:
    """A Slack payload in the shape in which its kind is sent."""
    if payload.get("type") == "event_callback":
        return dumped(payload), "application/json"
    fields = payload if "command" in payload else {"payload": json.dumps(payload)}
    flat = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
    return urlencode(flat, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"


def genuine_updates() -> list[Json]:
    found = json.loads((PAYLOADS / "telegram_updates.json").read_text())
    return [each["update"] for each in found]


def genuine_slack() -> list[Json]:
    """Recorded payloads, with response URLs that lead nowhere: no test leaves this machine."""
    text = (PAYLOADS / "slack.json").read_text().replace("https://hooks.slack.com", NOWHERE)
    return list(json.loads(text).values())
