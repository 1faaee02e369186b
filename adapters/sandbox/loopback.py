"""The sandbox takes anybody's word for who they are, so it must never be open to a network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import lru_cache, wraps
from ipaddress import ip_address

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""Set by proxies: whoever asks is not on this machine, although its peer is."""


def is_local(request: web.Request) -> bool:
    """Whether the request was made on this machine, to a name of this machine.

    The name matters because a web page elsewhere can let its own name resolve to 127.0.0.1."""
    if any(header in request.headers for header in FORWARDED):
        return False
    return _loopback(request.remote or "") and _loopback(request.url.host or "")


@lru_cache(64)
def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def local_only(handler: Handler) -> Handler:
    """The handler behind a 403 for everybody but loopback."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        if not is_local(request):
            raise web.HTTPForbidden(text="The sandbox answers this machine only.\n")
        return await handler(request)

    return guarded
