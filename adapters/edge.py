"""The edge of every webhook: raw bytes first, nothing parsed before its size and shape are known.

aiohttp has no deadline for a body and inflates what is sent compressed, so both are ours.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import web

BODY_LIMIT = 256 * 1024
"""Bytes. The largest genuine body of Telegram, Slack or Polar is below 100 kB."""
BODY_DEADLINE = 5.0
"""Seconds from the headers to the end of the body."""


async def read_body(request: web.Request) -> bytes:
    """The raw body.

    Raises 413 when it is larger than `BODY_LIMIT`, 415 when it is compressed, 408 when it is not
    all there after `BODY_DEADLINE`, 400 when it breaks off."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="Compressed bodies are not accepted.\n")
    announced = request.content_length or 0
    if announced > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT, actual_size=announced)
    try:
        if announced and request.content.is_eof():  # it came with the headers, as it mostly does
            return request.content.read_nowait()
        async with asyncio.timeout(BODY_DEADLINE):
            return await _read_capped(request)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The body did not arrive in time.\n") from None
    except (web.HTTPException, asyncio.CancelledError):
        raise
    except Exception:  # aiohttp raises a family of its own for a body that is cut or malformed
        raise web.HTTPBadRequest(text="The body could not be read.\n") from None


async def _read_capped(request: web.Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise web.HTTPRequestEntityTooLarge(max_size=BODY_LIMIT, actual_size=size)
        chunks.append(chunk)
    return b"".join(chunks)


def parse_object(raw: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises 400 for anything else: NaN, lone surrogates, deep nesting, other types.

    NUL characters are taken out: PostgreSQL cannot store them and SQLite miscounts them."""
    escaped = raw if isinstance(raw, bytes) else raw.encode("utf-8", "replace")
    try:
        value = orjson.loads(raw)
        if b"\\u0000" in escaped:
            value = _without_nul(value)
    except (orjson.JSONDecodeError, RecursionError):  # orjson nests deeper than Python calls
        raise web.HTTPBadRequest(text="The body is not JSON.\n") from None
    if not isinstance(value, dict):
        raise web.HTTPBadRequest(text="The body is not a JSON object.\n")
    return value


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_without_nul(each) for each in value]
        case dict():
            return {key.replace("\0", ""): _without_nul(each) for key, each in value.items()}
        case _:
            return value
