"""Answers that lead elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from adapters.pages.headers import page_headers


def away(url: str) -> web.Response:
    """On to somebody else's page."""
    parts = urlsplit(url)
    return see_other(url, page_headers(f"{parts.scheme}://{parts.netloc}"))


def see_other(url: str, headers: dict[str, str]) -> web.Response:
    """On to a page to be got."""
    return web.Response(status=303, headers={**headers, "Location": url})
