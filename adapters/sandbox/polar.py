"""A stand-in for Polar: its API, its hosted pages and its webhooks, for polar-sdk as it is.

    sandbox = Sandbox(World.demo(), ..., polar_access_token="polar_oat_x")
    async with serve(sandbox) as served, PolarAsync("polar_oat_x", base_url=served.polar_base_url):
        sandbox.polar.listen(url, secret, form=STANDARD)   # the bot's webhook; WHOLE: the old form
        sub = sandbox.polar.subscribe("acct-1", PRO_MONTHLY, email="ada@example.com")
        sandbox.polar.renew(sub["id"])
        await sandbox.polar.settle()                       # all webhooks were accepted or given up

What somebody does, all by id, each returning the object as the API shows it and telling the events
of Polar's documented sequences; refusals raise `PolarError` with `.status` and `.body`:

- the buyer: `pay`, `decline`, `ask_bank`, then `approve` or `refuse`; `subscribe` does it all
- time: `advance(days=3)`, `renew` (to the end of its period, or of its trial)
- the card: `fail_payment(sub, times)`, `mend_payment`, `retry_payment`
- seller and buyer: `cancel`, `uncancel`, `revoke`, `pause`, `resume`, `change_plan`, `refund`,
  `put_product`
- webhooks: `listen`, `redeliver`, `events` (all that arose: kind, body, attempts with headers and
  answers), `settle`; `delivery.unit`, `.copies`, `.shuffle`, `.drop`, `.timeout`, `.pause()`

What was asked of the API is in `calls` (method, path, query, body, status). Knobs: `api.faults`
(`next_fails(503)`, `hang()`, `drop()`, `garble()`, `unknown_enum()`, `leave_out("units")`),
`api.allow(100)` calls a minute, `api.limited`, `book.several`, `book.proration`, `book.locked`.
Ids of the products: `polar_products`. Bodies for storms: `polar_objects`, `polar_papers`,
`polar_signing`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta

import aiohttp
from aiohttp import web

from adapters.sandbox.model import Json
from adapters.sandbox.polar_api import Api, Call, unknown
from adapters.sandbox.polar_book import Book
from adapters.sandbox.polar_cycles import advance
from adapters.sandbox.polar_delivery import Delivery
from adapters.sandbox.polar_endpoints import ENDPOINTS
from adapters.sandbox.polar_events import Event
from adapters.sandbox.polar_hands import Hands
from adapters.sandbox.polar_operations import OPERATIONS
from adapters.sandbox.polar_pages import Pages
from adapters.sandbox.polar_panel import Panel
from adapters.sandbox.polar_signing import STANDARD

TICK = 1.0
"""Seconds between two looks at what is due by the clock."""


class PolarSide(Hands):
    """See the module. `url` is where its routes are reached, set when it is served."""

    def __init__(self, token: str = "") -> None:
        self.delivery = Delivery()
        super().__init__(Book(self.delivery.send))
        self.api = Api(self, token or f"polar_oat_{secrets.token_urlsafe(24)}")
        self.pages = Pages(self)
        self.panel = Panel(self, self.pages)
        self._ticking: asyncio.Task[None] | None = None

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The API under `{prefix}/v1/`, the pages beside it, and the panel at the prefix."""
        known = [
            web.route(method, prefix + path, self.api.guarded(operation, status, prefix))
            for method, path, status, operation in (*OPERATIONS, *ENDPOINTS)
        ]
        rest = self.api.guarded(unknown, 200, prefix)
        api = [*known, web.route("*", f"{prefix}/v1/{{rest:.*}}", rest)]
        return [*api, *self.pages.routes(prefix), *self.panel.routes(prefix)]

    def start(self, session: aiohttp.ClientSession) -> None:
        self.delivery.start(session)
        self.api.faults.hold()
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        self.api.faults.release()
        if self._ticking:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.delivery.stop()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            advance(self.book, timedelta())

    @property
    def token(self) -> str:
        """For `POLAR_ACCESS_TOKEN`."""
        return self.api.token

    @property
    def calls(self) -> Sequence[Call]:
        """The newest calls of the API, oldest first."""
        return self.api.calls

    @property
    def events(self) -> list[Event]:
        """The newest events, oldest first; one for each endpoint that heard of a change."""
        return list(self.delivery.events.values())

    def listen(
        self, url: str, secret: str = "", form: str = STANDARD, kinds: tuple[str, ...] = ()
    ) -> Json:
        """A webhook endpoint; `kinds` are the events it hears, all when empty."""
        return self.delivery.listen(url, secret, form, kinds)

    def redeliver(self, event: str) -> None:
        """Send an event again, by its id."""
        self.delivery.redeliver(event)

    async def settle(self, within: float = 10.0, *, retries: bool = True) -> None:
        """Return when no webhook waits; without `retries`, when all were tried once.

        Raises TimeoutError."""
        await self.delivery.settle(within, retries=retries)
