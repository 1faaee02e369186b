"""Calls to Slack: the Web API and response URLs. Raises `core.errors.DeliveryError`s."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters import calls
from adapters.slack.errors import WAIT, explain
from adapters.slack.installation import Installation, known
from core.errors import (
    Ambiguous,
    ChatGone,
    DeliveryError,
    RetryLater,
    TokenRevoked,
    Unsendable,
)

log = logging.getLogger(__name__)

DEADLINE = 15.0
"""Seconds for one call from its start to the end of the answer."""
CONNECT = 5.0
"""Seconds of it for a connection, the wait for a free one included."""
UPLOAD_DEADLINE = 120.0
"""Seconds for a file: 50 MB at 4 Mbit/s."""
HOOKS = URL("https://hooks.slack.com")
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
_sdk = logging.getLogger("slack_sdk.web")
# It asks its logger for a level of its own, and where there is none it writes every call out in
# words, arguments and all, before it throws them away.
_sdk.setLevel(logging.INFO)

Lost = Callable[[str], Awaitable[str]]
"""Told why Slack refuses a token that is one of many; returns why its chats are gone."""


class SlackApi:
    """Slack's Web API with one bot token, over one shared session.

    It makes the calls itself. slack_sdk's client, which is there for Bolt and for Socket Mode,
    needs nearly as much again for each as the HTTP does: 45 us more than this."""

    def __init__(
        self, token: str, base_url: str, session: aiohttp.ClientSession, lost: Lost | None = None
    ) -> None:
        self._session = session
        self._lost = lost
        self._base = URL(base_url)
        self._origins = {HOOKS.origin(), self._base.origin()}
        self.client = web_client(token, base_url, session)
        self._headers = {**self.client.headers, "Authorization": f"Bearer {token}"}
        self._places: dict[tuple[str, str], calls.Place] = {}

    def call(self, method: str, **arguments: Any) -> Coroutine[Any, Any, dict[str, Any]]:
        """The answer of this method. Of a refused token it says `ChatGone` where there are
        others."""
        return self._call(method, _dumped(arguments), JSON)

    def form(self, method: str, **arguments: str) -> Coroutine[Any, Any, dict[str, Any]]:
        """As `call`, of a method that takes a form only."""
        return self._call(method, urlencode(arguments).encode(), FORM)

    async def _call(self, method: str, sent: bytes, kind: str) -> dict[str, Any]:
        to = self._places.get((method, kind))
        if to is None:  # the methods are our own few words
            url = self._base.join(URL(method))
            to = self._place(url, {**self._headers, "Content-Type": kind})
            self._places[method, kind] = to
        answer = await self._post(to, sent)
        said = _said(answer)
        if answer.status == 200 and said.get("ok"):
            return said
        # Raised from no variable: its traceback leads here, and they would keep each other alive.
        raise await self._meant(explain(str(said.get("error") or ""), answer.status, _wait(answer)))

    async def _meant(self, error: DeliveryError) -> DeliveryError:
        if self._lost is None or not isinstance(error, TokenRevoked):
            return error
        return ChatGone(await self._lost(error.reason))

    async def identify(self) -> Installation:
        """Whose token this is."""
        return known(await self.call("auth.test"))

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
        to = self._place(URL(url), {"Content-Type": JSON})
        answer = await self._post(to, _dumped(message))
        if answer.status != 200:
            code = answer.body.decode(errors="replace").strip()[:80] if answer.status < 500 else ""
            raise explain(code, answer.status, _wait(answer))

    def _place(self, url: URL, headers: Mapping[str, str]) -> calls.Place:
        return calls.place(url, headers, self.client.proxy)

    async def _post(self, to: calls.Place, sent: bytes) -> calls.Answer:
        """Whatever Slack says; a redirect is not followed, which would carry the message elsewhere.
        Raises `RetryLater` where nothing went out, `Ambiguous` where that is not known."""
        try:
            return await calls.post(self._session, to, sent, _within(DEADLINE))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(WAIT, type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError) as error:
            raise Ambiguous(type(error).__name__) from error


def _said(answer: calls.Answer) -> dict[str, Any]:
    """By a method; empty where that was not Slack."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _wait(answer: calls.Answer) -> float:
    """Seconds until the next try, a day at the most."""
    given = answer.headers.get("Retry-After", "")
    return min(float(given), calls.LONGEST_WAIT) if given.isascii() and given.isdigit() else WAIT


def _dumped(said: dict[str, Any]) -> bytes:
    """Raises `Unsendable` for text that is no text, as half a surrogate pair is."""
    try:
        return orjson.dumps(said)
    except orjson.JSONEncodeError as error:
        raise Unsendable("not_encodable") from error


@cache
def _within(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=CONNECT)


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that never retries by itself and reaches a stand-in on this machine directly."""
    client = AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=_sdk
    )
    if URL(base_url).host in LOOPBACK:
        client.proxy = None  # which it has read from the environment
    return client
