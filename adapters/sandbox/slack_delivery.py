"""Requests to the app: signed HTTP to its request URL, or over its Socket Mode connection."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from adapters.sandbox.model import Json
from adapters.sandbox.slack_socket import Ack, Sockets

ACK_WITHIN = 3.0
"""Seconds that the app has for its answer (Slack's documentation of every request)."""
RETRIES = (0.0, 60.0, 300.0)
"""Seconds before each of the three retries of an event."""
WORDS = {"http_timeout": "operation_timeout", "connection_failed": "dispatch_failed"}


@dataclass(frozen=True)
class Attempt:
    number: int = 0
    reason: str = ""


class Delivery:
    """How requests reach the app."""

    def __init__(self, signing_secret: str) -> None:
        self.url = ""
        self.session: aiohttp.ClientSession | None = None
        self.sockets = Sockets()
        self.retry_unit = 1.0
        """What the delays before retries of events are multiplied with; smaller in tests."""
        self.ack_within = ACK_WITHIN
        self.acknowledged: set[str] = set()
        """Ids of events that the app answered with 200."""
        self.lost: set[str] = set()
        """Ids of events that were given up after the last retry."""
        self._secret = signing_secret.encode()
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()

    @property
    def waiting(self) -> int:
        """Events not yet acknowledged or given up."""
        return len(self._tasks)

    def event(self, payload: Json) -> str:
        """Deliver an event in the background, with its retries; returns its id."""
        task = asyncio.create_task(self._event(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return str(payload["event_id"])

    async def _event(self, payload: Json) -> None:
        attempt = Attempt()
        for delay in (*RETRIES, None):
            ack = await self.request("events_api", payload, attempt)
            if ack.ok:
                self.acknowledged.add(payload["event_id"])
                return
            if delay is None or ack.no_retry:
                break
            await asyncio.sleep(delay * self.retry_unit)
            attempt = Attempt(attempt.number + 1, ack.reason)
        self.lost.add(payload["event_id"])

    async def request(self, kind: str, payload: Json, attempt: Attempt | None = None) -> Ack:
        """One try. `kind` is Socket Mode's: events_api, slash_commands or interactive."""
        attempt = attempt or Attempt()
        if self.sockets.connected:
            return await self.sockets.send(
                kind, payload, self.ack_within, attempt=attempt.number, reason=attempt.reason
            )
        if not self.url or self.session is None:
            return Ack(ok=False, reason="connection_failed")
        body, headers = self._signed(kind, payload)
        if attempt.number:
            headers["X-Slack-Retry-Num"] = str(attempt.number)
            headers["X-Slack-Retry-Reason"] = attempt.reason
        return await self._post(self.session, body, headers)

    async def _post(
        self, session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]
    ) -> Ack:
        limit = aiohttp.ClientTimeout(total=self.ack_within)
        try:
            async with session.post(
                self.url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                return _ack(answer, await answer.text())
        except TimeoutError:
            return Ack(ok=False, reason="http_timeout")
        except (aiohttp.ClientError, OSError, UnicodeDecodeError):
            return Ack(ok=False, reason="connection_failed")

    def _signed(self, kind: str, payload: Json) -> tuple[bytes, dict[str, str]]:
        if kind == "events_api":
            body, content = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        now = str(int(time.time()))
        mac = hmac.new(self._secret, b"v0:" + now.encode() + b":" + body, hashlib.sha256)
        return body, {
            "Content-Type": content,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
        }


def _ack(answer: aiohttp.ClientResponse, text: str) -> Ack:
    if answer.status != 200:
        no_retry = answer.headers.get("x-slack-no-retry") == "1"
        error = "http_client_error" if answer.status < 500 else "http_service_error"
        return Ack(ok=False, reason="http_error", error=error, no_retry=no_retry)
    if answer.content_type != "application/json":
        return Ack(ok=True, body={"text": text} if text else {})
    try:
        body = json.loads(text or "{}")
    except ValueError:
        return Ack(ok=False, reason="http_error", error="dispatch_failed")
    return Ack(ok=True, body=body if isinstance(body, dict) else {})


def complaint(ack: Ack) -> str:
    """The error that a person sees; empty for none."""
    return "" if ack.ok else ack.error or WORDS.get(ack.reason, "dispatch_failed")
