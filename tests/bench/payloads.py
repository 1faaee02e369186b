"""What the platforms would send, as the bytes of an HTTP request, ready before the clock starts."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlencode

import orjson

from adapters.sandbox import polar_objects
from adapters.sandbox.polar_signing import event, signed
from adapters.sandbox.polar_time import iso

TELEGRAM_TOKEN = "1234567890:" + "a" * 35
SLACK_TOKEN = "xoxb-" + "1" * 32
SECRET = "s" * 32
TEAM = "T0001"
POLAR_SECRET = "whsec_" + "c2VjcmV0" * 4
POLAR_PRODUCT = "0b0b0b0b-0000-4000-8000-000000000001"
USERS = 250
"""People who write in turn: known ones, as nearly all are; warmed up before the clock starts."""
FIRST_USER = 700_000_000
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Request:
    who: int
    """The person's number, which stands in the answer's address, too."""
    raw: bytes


def telegram(turn: int, text: str, users: int = USERS) -> Request:
    """A line in a private chat, of the person whose turn it is."""
    user, number = FIRST_USER + turn % users, next(_numbers)
    name = {"first_name": "Ada", "last_name": "Lovelace", "username": f"ada{user}"}
    head = text.split(" ", 1)[0]
    message = {
        "message_id": number,
        "from": {"id": user, "is_bot": False, **name, "language_code": "en"},
        "chat": {"id": user, **name, "type": "private"},
        "date": int(time.time()),
        "text": text,
        "entities": [{"offset": 0, "length": len(head), "type": "bot_command"}],
    }
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    body = orjson.dumps({"update_id": number, "message": message})
    return Request(user, _http("/telegram/webhook", body, headers))


def slack(turn: int, text: str, users: int = USERS) -> Request:
    """A signed slash command in the direct chat with the bot."""
    user, number = FIRST_USER + turn % users, next(_numbers)
    form = {
        "token": "t" * 24,
        "team_id": TEAM,
        "team_domain": "example",
        "channel_id": f"D{user}",
        "channel_name": "directmessage",
        "user_id": f"U{user}",
        "user_name": f"ada{user}",
        "command": "/task",
        "text": text,
        "api_app_id": "A0001",
        "is_enterprise_install": "false",
        "response_url": f"https://hooks.slack.com/commands/{TEAM}/1/{'r' * 24}",
        "trigger_id": f"{number}.1.{'e' * 32}",
    }
    body, stamp = urlencode(form).encode(), str(int(time.time()))
    signed = b"v0:" + stamp.encode() + b":" + body
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": "v0=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest(),
    }
    return Request(user, _http("/slack/events", body, headers))


def polar(turn: int, users: int = USERS) -> Request:
    """A signed event: the next period of the subscription of the account whose turn it is, which is
    the one of that number in `seed`."""
    who, number, now = turn % users, next(_numbers), datetime.now(UTC)
    product = polar_objects.product(id=POLAR_PRODUCT, benefits=[polar_objects.benefit()])
    bought = polar_objects.subscription(
        id=f"{who:08x}-0000-4000-8000-000000000000",
        product=product,
        customer=polar_objects.customer(
            id=f"{who:08x}-0000-4000-8000-000000000001", external_id=f"{who:012x}"
        ),
        created_at="2026-09-01T08:00:00Z",
        modified_at=iso(now),
        current_period_start=iso(now),
        current_period_end=iso(now + timedelta(days=30)),
    )
    body = event("subscription.updated", bought, iso(now))
    return Request(who, _http("/polar/events", body, signed(body, POLAR_SECRET, f"evt-{number}")))


def _http(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {"Host": "127.0.0.1", "Accept": "*/*", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
