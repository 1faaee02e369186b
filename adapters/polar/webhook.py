"""The way in for what Polar says by itself.

Polar counts anything but a 2xx as failed, gives an event up after ten attempts, and switches the
endpoint off after ten such events. So whatever is genuine and kept is a 202, whether or not we know
it or can read it; only what could not be kept is asked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from adapters.edge import read_body
from adapters.polar.hooks import read
from adapters.polar.signature import Verifier, stamp
from core.billing_facts import Hook
from core.ports import Clock

log = logging.getLogger(__name__)

PATH = "/polar/events"
Receive = Callable[[Hook], Awaitable[object]]
"""Returns after the commit that keeps the webhook, whatever became of it."""


def routes(
    receive: Receive,
    secrets: Sequence[str],
    clock: Clock,
    forged: Callable[[], None] = lambda: None,
) -> list[web.RouteDef]:
    """The route to add to the site; none without a secret, since anybody could then speak as Polar.

    `secrets`: each is good, the old one and the new. `forged` is told of every request that is not
    Polar's, or too old. Raises ValueError for a secret that can be guessed."""
    if not secrets:
        return []
    verifier = Verifier(secrets)

    async def take(request: web.Request) -> web.Response:
        claimed = stamp(request.headers, clock.now().timestamp())
        raw = await read_body(request) if claimed else b""
        if claimed is None or not verifier.genuine(claimed, raw):
            forged()
            raise web.HTTPForbidden(text="Not from Polar, or too old.\n")
        try:
            await receive(read(claimed.id, raw))
        except Exception as error:  # mostly `StoreAway`; whichever it was, nothing is kept
            # its text may quote what was to be kept: somebody's name and address
            log.error("a webhook of Polar was not kept: %s", type(error).__name__)
            raise web.HTTPServiceUnavailable(
                text="Not kept. Please send it again.\n", headers={"Retry-After": "5"}
            ) from None
        return web.Response(status=202)

    return [web.post(PATH, take)]
