"""Calls to Slack: the Web API and response URLs. Raises `core.errors.DeliveryError`s."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.slack.errors import WAIT, explain
from adapters.slack.installation import Installation
from adapters.slack.markup import clean
from core.errors import Ambiguous, ChatGone, RetryLater, TokenRevoked

log = logging.getLogger(__name__)

DEADLINE = 15.0
"""Seconds for one call from its start to the end of the answer."""
UPLOAD_DEADLINE = 120.0
"""Seconds for a file: 50 MB at 4 Mbit/s."""
HOOKS = URL("https://hooks.slack.com")
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
_sdk = logging.getLogger("slack_sdk.web")
# It asks its logger for a level of its own, and where there is none it writes every call out in
# words before it throws them away: a fifth of what a message costs.
_sdk.setLevel(logging.INFO)


Lost = Callable[[str], Awaitable[str]]
"""Told why Slack refuses a token that is one of many; returns why its chats are gone."""


class SlackApi:
    """Slack's Web API with one bot token, over one shared session."""

    def __init__(
        self, token: str, base_url: str, session: aiohttp.ClientSession, lost: Lost | None = None
    ) -> None:
        self._session = session
        self._lost = lost
        self._origins = {HOOKS.origin(), URL(base_url).origin()}
        self.client = web_client(token, base_url, session)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """The answer of this method. Of a refused token it says `ChatGone` where there are
        others."""
        return await self._answer(method, json=arguments)

    async def form(self, method: str, **arguments: str) -> dict[str, Any]:
        """As `call`, of a method that takes a form only."""
        return await self._answer(method, data=arguments)

    async def _answer(self, method: str, **body: Any) -> dict[str, Any]:
        try:
            return await self._call(method, body)
        except TokenRevoked as error:
            if self._lost is None:
                raise
            raise ChatGone(await self._lost(error.reason)) from error

    async def _call(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        with _explained():
            async with asyncio.timeout(DEADLINE):
                answer = await self.client.api_call(method, **body)
        data: dict[str, Any] = answer.data  # type: ignore[assignment]  # bytes only for downloads
        return data

    async def identify(self) -> Installation:
        """Whose token this is."""
        found = await self.call("auth.test")
        return Installation(
            team=found.get("team_id") or "",
            bot_user=found.get("user_id") or "",
            bot_id=found.get("bot_id") or "",
            enterprise=found.get("enterprise_id") or "",
            name=found.get("user") or "",
            workspace=clean(found.get("team") or "")[:128],
        )

    def usable(self, url: str) -> bool:
        """Whether this `response_url` is Slack's own: nothing is sent to any other host."""
        try:
            target = URL(url)
            own = target.scheme in ("https", "http") and target.origin() in self._origins
        except ValueError:
            return False
        return own and target.user is None

    async def upload(self, url: str, content: bytes) -> None:
        """Put a file where Slack wants it. Raises `RetryLater` where it did not arrive: nobody saw
        it then; `Unsendable` for a place that is not Slack's."""
        target = URL(url)
        own = target.scheme == "https" and f".{target.host}".endswith(".slack.com")
        if not own and not self.usable(url):
            raise explain("foreign_upload_url", 400, WAIT)
        try:
            async with (
                asyncio.timeout(UPLOAD_DEADLINE),
                self._session.post(
                    target, data=BytesIO(content), allow_redirects=False, proxy=self.client.proxy,
                    timeout=aiohttp.ClientTimeout(total=UPLOAD_DEADLINE),
                ) as response,
            ):  # fmt: skip
                status = response.status
        except (TimeoutError, aiohttp.ClientError) as error:
            raise RetryLater(WAIT, type(error).__name__) from error
        if status != 200:
            raise RetryLater(WAIT, f"HTTP {status} for a file")

    async def respond(self, url: str, message: dict[str, Any]) -> None:
        """Answer through a `response_url`. Raises `Unsendable` for a used up or foreign one."""
        if not self.usable(url):
            raise explain("foreign_response_url", 400, WAIT)
        with _explained():
            async with (
                asyncio.timeout(DEADLINE),
                self._session.post(
                    URL(url), json=message, allow_redirects=False, proxy=self.client.proxy
                ) as response,
            ):
                status, wait = response.status, _wait(response.headers.get("Retry-After"))
                said = await response.text()
        if status != 200:
            raise explain(said.strip()[:80] if status < 500 else "", status, wait)


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that never retries by itself and reaches a stand-in on this machine directly."""
    client = AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=_sdk
    )
    if URL(base_url).host in LOOPBACK:
        client.proxy = None  # which it has read from the environment
    return client


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _refused(error) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise RetryLater(WAIT, type(error).__name__) from error
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Ambiguous(type(error).__name__) from error
    except AttributeError as error:  # slack_sdk on an answer in plain text: a proxy's, not Slack's
        raise RetryLater(WAIT, "not an answer of Slack") from error


def _refused(error: SlackApiError) -> Exception:
    response: Any = error.response  # slack_sdk's response, or aiohttp's where it was no JSON
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else ""
    return explain(str(code or ""), status, _wait(response.headers.get("Retry-After")))


def _wait(given: str | None) -> float:
    """Seconds to wait by a `Retry-After` header."""
    return float(given) if given and given.isascii() and given.isdigit() else WAIT
