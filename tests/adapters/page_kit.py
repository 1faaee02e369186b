"""The sandbox page on a port of its own, over the small bot or over a real sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from aiohttp import web

from adapters.sandbox.page_site import Actions, PageSite
from tests.adapters.page_bot import PageBot


class Served:
    """The page, which can be stopped and started again; `bot` plays where nothing else is given."""

    def __init__(self, sandbox: Actions | None = None, routes: Sequence[web.RouteDef] = ()) -> None:
        self.bot, self.port = PageBot(), 0
        self._sandbox, self._routes = sandbox or self.bot, routes

    async def start(self) -> None:
        self.site, app = PageSite(self._sandbox), web.Application()
        app.add_routes([*self._routes, *self.site.routes])
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        await self.site.close()
        await self.runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sandbox"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    await served.start()
    yield served
    await served.stop()
