"""Counts the calls of platforms that we did not take, and links of chats that came to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HookFailed = Callable[[str, int], None]
"""Told the path of a hook, and the status with which a POST to it was answered."""
LinkFailed = Callable[[str], None]
"""Told by which way a chat could not be linked: `web` or `app`."""
_WAYS = {"/link": "web", "/oidc/callback": "web", "/api/link": "app"}


def counting(
    hooks: Iterable[web.RouteDef], failed: HookFailed, link_failed: LinkFailed
) -> Middleware:
    """The middleware that tells `failed` of each POST to a hook that is not answered 2xx, and
    `link_failed` of each page and call that was to link a chat and did not. Other paths are
    strangers' inventions, and would make as many numbers."""
    watched = {each.path for each in hooks if each.method == "POST"}

    def tell(request: web.Request, status: int) -> None:
        if request.path in watched:
            failed(request.path, status)
        way = _WAYS.get("/link" if request.path.startswith("/link/") else request.path)
        if way and request.match_info.http_exception is None:  # it is a path of ours
            link_failed(way)

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            if status >= 400:
                tell(request, status)
        return response

    return count
