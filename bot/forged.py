"""Who signs wrongly waits: that a request to a hook was forged is said a moment later.

A connection has its next request there as soon as the last one is answered, and to refuse one is
quickly done: whoever forges takes all of the event loop that there is, and people's messages, which
take more than one turn of it, wait for a turn each time. Measured on PostgreSQL, 6,000 requests
over sixteen connections, half of them forged, in turn without and with the wait (p99 of all,
medians of two): Telegram 256 and 87 ms, Slack 282 and 154, of as many messages a second.

A platform never signs wrongly, unless its secret was changed, and then loses nothing by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

WAIT = 0.05
"""Seconds: twenty forged requests a second of each connection."""
AT_ONCE = 200
"""Requests that wait. Each keeps 11 kB, and what came of a body that nobody reads, which is as much
as aiohttp takes in by itself, 256 kB. Whoever forges more at once is refused at once."""
_FORGED = {401, 403}


def slowly(hooks: Iterable[web.RouteDef]) -> Middleware:
    """The middleware that lets those wait who are refused at one of these hooks."""
    watched = {each.path for each in hooks if each.method == "POST"}
    waiting = 0

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal waiting
        try:
            answer = await handler(request)
        except web.HTTPException as refusal:
            answer = refusal.with_traceback(None)  # whose frames have the body
        if answer.status in _FORGED and request.path in watched and waiting < AT_ONCE:
            waiting += 1
            try:
                await asyncio.sleep(WAIT)
            finally:
                waiting -= 1
        if isinstance(answer, web.HTTPException):
            raise answer
        return answer

    return refuse
