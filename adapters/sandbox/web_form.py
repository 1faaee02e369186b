"""A form that a browser sent."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from adapters.edge import read_body

MOST_FIELDS = 50


async def form_of(request: web.Request) -> dict[str, str]:
    """Its fields. Raises 400 for what is no form, and what `read_body` raises."""
    raw = await read_body(request)
    try:
        return dict(parse_qsl(raw.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise web.HTTPBadRequest(text="This is no form.\n") from None
