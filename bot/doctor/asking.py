"""HTTP as the doctor asks it: an answer or why there is none, and whose clock differs from ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.settings import Settings

TIMEOUT = aiohttp.ClientTimeout(total=10.0, connect=5.0)
"""For one question: as long as a person waits for a line."""
BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is 0 where nothing did, and `problem` says why."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object; empty where it is none."""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(slots=True)
class Patient:
    """What is examined, and what was learned on the way."""

    settings: Settings
    session: aiohttp.ClientSession
    now: Callable[[], float]
    """Seconds since 1970, by this machine's clock."""
    skews: dict[str, float] = field(default_factory=dict)
    """By whose clock it is: how many seconds this machine is ahead of it."""

    async def ask(self, method: str, url: str, **given: Any) -> Answer:
        """Ask once. Redirects are not followed: they would carry a token elsewhere."""
        before = self.now()
        try:
            async with self.session.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, **given
            ) as response:
                raw = await _body(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(0, problem=_why(error))
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._compare(urlsplit(url).hostname or "", headers.get("date", ""), before)
        text = raw.decode(errors="replace")
        return Answer(response.status, _object(text), text, headers)

    def _compare(self, host: str, date: str, before: float) -> None:
        """A Date header has whole seconds, cut off."""
        try:
            theirs = parsedate_to_datetime(date).timestamp() + 0.5
        except ValueError:
            return
        self.skews[host] = (before + self.now()) / 2 - theirs


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """All of it, in however many pieces it comes; of a long one the beginning."""
    body = b""
    async for piece in response.content.iter_any():
        body += piece
        if len(body) >= BODY_LIMIT:
            break
    return body[:BODY_LIMIT]


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _why(error: Exception) -> str:
    """Without the URL, which may hold a token."""
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return "its certificate or TLS does not hold"
        case aiohttp.ClientConnectorDNSError():
            return "its name is not known"
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno
            return os.strerror(number).lower() if number else "no connection"
        case TimeoutError():
            return "no answer in time"
        case _:
            return type(error).__name__
