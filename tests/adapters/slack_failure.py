"""How a call to the stand-in for Slack can go wrong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Failure:
    """What one call is answered with instead."""

    error: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""
    hang: bool = False
    cut: bool = False

    async def answer(self, request: web.Request) -> web.Response:
        if self.hang:
            await asyncio.sleep(60)
        if self.cut and request.transport is not None:
            request.transport.abort()
        if self.html:
            page = web.Response(text=self.html, content_type="text/html", status=self.status)
            page.headers.update(self.headers)
            return page
        body = {"ok": False, "error": self.error}
        return web.json_response(body, status=self.status, headers=self.headers)
