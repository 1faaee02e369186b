"""Counts the calls of platforms that we did not take."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HookFailed = Callable[[str, int], None]
"""Told the path of a hook, and the status with which a POST to it was answered."""


def counting(hooks: Iterable[web.RouteDef], failed: HookFailed) -> Middleware:
    """The middleware that tells `failed` of each POST to a hook that is not answered 2xx. Other
    paths are strangers' inventions, and would make as many numbers."""
    watched = {each.path for each in hooks if each.method == "POST"}

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
            if status >= 400 and request.path in watched:
                failed(request.path, status)
        return response

    return count
