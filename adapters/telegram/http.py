"""The Bot API over a shared aiohttp session.

Ten times the rate of the library's own client, and no URL (it holds the token) in any message.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import aiohttp
import orjson
from telegram import Bot
from telegram._utils.defaultvalue import DefaultValue  # the type of an argument that was left out
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from adapters import calls
from adapters.telegram.parameters import JSON, Plain, WithFile, encoded
from core.chat import Document

CONNECT_SECONDS = 5.0
"""For a connection, the wait for a free one included. Source: promises.md F15."""
TOTAL_SECONDS = 15.0
"""For a whole call but a long poll. Source: promises.md F15."""
UPLOAD_SECONDS = 120.0
"""For a call with a file: 50 MB at 4 Mbit/s."""

_USUAL = aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS)
Seconds = DefaultValue[Any] | float | None


class NotConnected(NetworkError):
    """No connection came about: the request never went out."""


class ServerFailed(NetworkError):
    """The server answered 5xx."""


class Flooded(TelegramError):
    """429. In place of the library's `RetryAfter`, which warns of its own deprecation when made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, wait {seconds:g} s")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """Calls the Bot API through a session that somebody else opens and closes."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._places: dict[str, calls.Place] = {}

    @property
    def read_timeout(self) -> float:
        return TOTAL_SECONDS

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(  # noqa: PLR0917  # the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | Plain | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body.

        Raises NotConnected, TimedOut (no answer after the request may have gone out), Flooded,
        ServerFailed, or NetworkError."""
        timeout = _USUAL
        if isinstance(read_timeout, int | float):
            timeout = aiohttp.ClientTimeout(total=float(read_timeout), connect=CONNECT_SECONDS)
        try:
            status, body = await self._exchange(method, url, encoded(request_data), timeout)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None
        if status == 429:
            raise Flooded(_retry_after(body))
        if status >= 500:
            raise ServerFailed(f"the server answered {status}")
        return status, body

    async def _exchange(
        self, method: str, url: str, sent: bytes | aiohttp.FormData, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Status and body. A redirect is not followed: it would carry the token elsewhere."""
        if method == "POST" and isinstance(sent, bytes):
            if url not in self._places:
                self._places[url] = calls.place(URL(url), JSON)
            answer = await calls.post(self._session, self._places[url], sent, limits)
            return answer.status, answer.body
        async with self._session.request(
            method, url, data=sent, timeout=limits, allow_redirects=False
        ) as response:
            return response.status, await response.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer. Raises TelegramError where it is not one of the Bot API."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(answer, dict) or ("result" not in answer and answer.get("ok") is True):
            raise TelegramError("Invalid server response")
        return answer


def _retry_after(body: bytes) -> float:
    """Seconds, a day at the most. One where the server does not say, or names no number: all of the
    token's calls wait so long."""
    try:
        seconds = float(AiohttpRequest.parse_json_payload(body)["parameters"]["retry_after"])
    except (TelegramError, KeyError, TypeError, ValueError, OverflowError):
        return 1.0
    return min(max(seconds, 1.0), calls.LONGEST_WAIT) if isfinite(seconds) else 1.0


class Client(Bot):
    """The library's bot, which reads updates raw and never shows its token."""

    __slots__ = ()

    def __init__(self, token: str, base_url: str, session: aiohttp.ClientSession) -> None:
        request = AiohttpRequest(session)
        super().__init__(
            token,
            base_url=f"{base_url.rstrip('/')}/bot",
            base_file_url=f"{base_url.rstrip('/')}/file/bot",
            request=request,
            get_updates_request=request,
        )

    def __repr__(self) -> str:
        return "Client()"

    async def fetch(
        self, *, offset: int | None, wait: int, kinds: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        """Updates from `offset` on, at most 100, after at most `wait` seconds.

        Raw, since the library refuses a whole batch for one update that it cannot read."""
        values = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": list(kinds)}
        updates = await self.call("getUpdates", values, read_timeout=wait + CONNECT_SECONDS + 5)
        if not isinstance(updates, list):
            raise TelegramError("Invalid server response")
        return [each for each in updates if isinstance(each, dict)]

    async def send(self, values: dict[str, Any]) -> int:
        """`sendMessage`; the new message's id, which is all of it that we need: the library would
        make its own objects of the whole answer."""
        return _message_id(await self.call("sendMessage", values))

    async def send_file(
        self, values: dict[str, Any], document: Document, *, photo: bool = False
    ) -> int:
        """`sendDocument` or `sendPhoto`; the new message's id."""
        data: Any = WithFile(values, document, "photo" if photo else "document")
        url = f"{self.base_url}/{'sendPhoto' if photo else 'sendDocument'}"
        return _message_id(await self.request.post(url, data, UPLOAD_SECONDS))

    async def edit(self, values: dict[str, Any]) -> None:
        """`editMessageText`."""
        await self.call("editMessageText", values)

    async def call(
        self, method: str, values: dict[str, Any], read_timeout: Seconds = BaseRequest.DEFAULT_NONE
    ) -> Any:
        """The result of a call, also of a method that the library does not know. Raises
        TelegramError as the library's own calls do."""
        data: Any = Plain(values)
        return await self.request.post(f"{self.base_url}/{method}", data, read_timeout)


def _message_id(sent: Any) -> int:
    if not isinstance(sent, dict) or not isinstance(sent.get("message_id"), int):
        raise TelegramError("Invalid server response")
    return int(sent["message_id"])
