"""A form that a browser sent."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from adapters.edge import read_body

MOST_FIELDS = 50


async def own_form_of(request: web.Request) -> dict[str, str]:
    """Its fields. Raises 403 unless the browser says that a page of the same address sent it.

    Where a page sends no referrer, browsers say `Origin: null` with its forms, and then
    `Sec-Fetch-Site` has to say it (Fetch standard, "append a request Origin header")."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    own = origin == f"{request.scheme}://{request.host}"
    unsaid = origin in (None, "null") and site is not None
    if site not in (None, "same-origin") or not (own or unsaid):
        raise web.HTTPForbidden(text="This form is for the sandbox's own pages only.\n")
    return await form_of(request)


async def form_of(request: web.Request) -> dict[str, str]:
    """Its fields. Raises 400 for what is no form, and what `read_body` raises."""
    raw = await read_body(request)
    try:
        return dict(parse_qsl(raw.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise web.HTTPBadRequest(text="This is no form.\n") from None
