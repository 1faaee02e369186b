"""Where a browser comes back to from a checkout: a page that knows nothing and changes nothing.

Whoever opens it may have paid or not (`promises.md` T37): it reads nothing of what the address
says, and what a plan allows follows from what Polar itself tells us."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from adapters.pages.drawing import Drawing, style
from core.words import Words

PATH = "/billing/done"


def routes(base_url: Callable[[], str], words: Words) -> list[web.RouteDef]:
    """The page and its style. `base_url`: the service's own address."""
    drawing = Drawing(words)

    async def done(request: web.Request) -> web.Response:
        with words.reading(request.headers.get("Accept-Language", "")):
            return drawing.page("paid", {"root": urlsplit(base_url()).path})

    return [web.get(PATH, done), web.get("/billing/style.css", style)]
