"""Polar as the sandbox plays it, a gateway to it, and a webhook's body with its headers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from polar.v2026_10 import PolarAsync
from telegram_server import listening

from adapters.polar.gateway import PolarGateway
from adapters.sandbox import polar_signing
from adapters.sandbox.polar import PolarSide

Json = dict[str, Any]
TOKEN = "polar_oat_made_up_for_tests"
SECRET = "whsec_" + "bWFkZSB1cCBmb3Ig" + "dGhlc2UgdGVzdHM="
OTHER = "whsec_" + "YW5vdGhlciBvbmUg" + "b2YgdGhlIHNvcnQ="
AT = "2026-11-25T10:00:00Z"


@asynccontextmanager
async def polar(prefix: str = "/polar") -> AsyncIterator[tuple[PolarSide, str]]:
    """Polar's stand-in and where it is."""
    side, app = PolarSide(TOKEN), web.Application()
    app.add_routes(side.routes(prefix))
    async with listening(app) as url, aiohttp.ClientSession() as session:
        side.start(session)
        side.url = f"{url}{prefix}"
        try:
            yield side, side.url
        finally:
            await side.stop()


@asynccontextmanager
async def gateway_to(url: str, token: str = TOKEN) -> AsyncIterator[PolarGateway]:
    made = PolarGateway(token, url=url)
    try:
        yield made
    finally:
        await made.close()


async def plainly(url: str, ask: Callable[[PolarAsync], Awaitable[Any]]) -> Any:
    """The SDK as it comes, without us."""
    async with PolarAsync(TOKEN, base_url=url) as client:
        return await ask(client)


def event(kind: str, data: Any) -> bytes:
    return polar_signing.event(kind, data, AT)


def signed(
    body: bytes,
    secret: str = SECRET,
    *,
    id: str = "evt_1",
    at: float | None = None,
    form: str = polar_signing.STANDARD,
) -> dict[str, str]:
    return polar_signing.signed(body, secret, id, time.time() if at is None else at, form)
