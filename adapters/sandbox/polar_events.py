"""An event on its way to an endpoint, and the attempts to deliver it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import aiohttp
import orjson

from adapters.sandbox.model import Json
from adapters.sandbox.polar_shape import new_id, now
from adapters.sandbox.polar_signing import STANDARD, WHOLE, signed

DISABLE_AFTER = 10
"""Finished events, the latest ones of an endpoint; when all failed it is switched off."""
RESPONSE_KEPT = 2048
"""Characters of an answer."""


@dataclass
class Attempt:
    """One request to the endpoint."""

    headers: dict[str, str]
    id: str = field(default_factory=new_id)
    at: str = field(default_factory=now)
    code: int | None = None
    """None when there was no answer."""
    response: str = ""

    @property
    def succeeded(self) -> bool:
        return self.code is not None and 200 <= self.code < 300  # redirects are not followed


@dataclass
class Event:
    """What one endpoint is told; another one has the same with another id."""

    kind: str
    body: bytes
    endpoint: str
    """Its id; empty when nobody listened."""
    id: str = field(default_factory=new_id)
    created_at: str = field(default_factory=now)
    attempts: list[Attempt] = field(default_factory=list)
    succeeded: bool | None = None
    """None until it is accepted, or given up for good."""
    skipped: bool = False
    born: float = field(default_factory=time.monotonic)

    @property
    def waits(self) -> bool:
        return self.succeeded is None and not self.skipped

    @property
    def data(self) -> Json:
        """The object that it shows."""
        data: Json = orjson.loads(self.body)["data"]
        return data


async def attempt(
    session: aiohttp.ClientSession | None, event: Event, to: Json, limit: aiohttp.ClientTimeout
) -> bool:
    """Post the event to an endpoint, signed now; whether it was accepted within the limit."""
    form = STANDARD if to["uses_standard_webhook_signature"] else WHOLE
    made = Attempt(signed(event.body, to["secret"], event.id, form=form))
    event.attempts.append(made)
    try:
        if session is None:
            raise OSError("the sandbox is not served")
        async with session.post(
            to["url"], data=event.body, headers=made.headers, timeout=limit, allow_redirects=False
        ) as answer:
            text = (await answer.read()).decode(errors="replace")
            made.code, made.response = answer.status, text[:RESPONSE_KEPT]
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        made.response = str(error) or type(error).__name__
    return made.succeeded


def switch_off_if_dead(to: Json, events: list[Event]) -> None:
    """After the endpoint's latest finished events all failed. What waits is skipped then."""
    own = [each for each in events if each.endpoint == to["id"]]
    finished = [each.succeeded for each in own if each.succeeded is not None]
    latest = finished[-DISABLE_AFTER:]
    if len(latest) == DISABLE_AFTER and not any(latest):
        to["enabled"] = False
        for event in own:
            event.skipped = event.skipped or event.waits
