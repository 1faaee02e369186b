"""One request to an issuer: a JSON object comes back, or it counts for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from core.errors import SignInAway, SignInRefused

MOST = 256 * 1024
"""Bytes of an answer. Microsoft's keys, the largest that we know of, have about 20 kB."""
TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
"""Seconds, from the first packet to the last byte: somebody waits at the browser."""

_ASK = {"Accept": "application/json", "Accept-Encoding": "identity"}


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """GET, or POST of a form. Redirects are not followed: they would carry secrets elsewhere.

    Raises `SignInAway` where nothing comes of it (no connection, no end in time, 429, 5xx), and
    `SignInRefused` for any other answer that is not a JSON object with status 200."""
    method = "GET" if form is None else "POST"
    try:
        async with session.request(
            method,
            url,
            data=form,
            headers=_ASK | dict(headers or {}),
            timeout=TIMEOUT,
            allow_redirects=False,
        ) as response:
            _check(response)
            body = await _capped(response)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise SignInAway(type(error).__name__) from None
    try:
        answer = orjson.loads(body)
    except ValueError:
        raise SignInRefused("not-json") from None
    if not isinstance(answer, dict):
        raise SignInRefused("not-json")
    return answer


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status >= 500 or status == 429:
        raise SignInAway(f"status-{status}")
    if status != 200:
        raise SignInRefused(f"status-{status}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise SignInRefused("compressed")  # we asked for none, and it may be far larger inside


async def _capped(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST:
            raise SignInRefused("too-large")
    return bytes(body)
