"""The seller's side of Polar on one page: who has what, the clock, and the webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from adapters.sandbox.loopback import local_only
from adapters.sandbox.polar_errors import PolarError, not_found
from adapters.sandbox.polar_pages import Pages
from adapters.sandbox.web_form import own_form_of

if TYPE_CHECKING:
    from adapters.sandbox.polar import PolarSide

SHOWN = 60
"""Newest events."""


class Panel:
    """Opening it does nothing; its buttons send forms."""

    def __init__(self, side: PolarSide, pages: Pages) -> None:
        self._side, self._pages = side, pages
        self._acts: dict[str, Callable[[str], Any]] = {
            "day": lambda _: side.advance(days=1),
            "week": lambda _: side.advance(days=7),
            "month": lambda _: side.advance(days=31),
            "renew": side.renew,
            "pause": side.pause,
            "resume": side.resume,
            "revoke": side.revoke,
            "fail_payment": side.fail_payment,
            "mend_payment": side.mend_payment,
            "retry_payment": side.retry_payment,
            "refund_last": self._refund_last,
            "redeliver": side.redeliver,
            "enable": self._enable,
            "stop": lambda _: side.delivery.pause(),
            "start": lambda _: side.delivery.pause(on=False),
        }

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """One page, at the prefix itself."""
        return [web.get(prefix, local_only(self._show)), web.post(prefix, local_only(self._act))]

    async def _show(self, _: web.Request) -> web.StreamResponse:
        return self._drawn()

    def _drawn(self, problem: str = "") -> web.Response:
        book, delivery = self._side.book, self._side.delivery
        return self._pages.draw(
            "polar_panel.html",
            422 if problem else 200,
            problem=problem,
            clock=book.clock.text(),
            failing=set(book.failing),
            subscriptions=[book.drawn(each) for each in book.subscriptions.values()][::-1],
            endpoints=list(delivery.endpoints.values()),
            paused=delivery.paused,
            events=self._side.events[-SHOWN:][::-1],
        )

    async def _act(self, request: web.Request) -> web.StreamResponse:
        form = await own_form_of(request)
        act = self._acts.get(form.get("do", ""))
        if act is None:
            raise web.HTTPBadRequest(text="There is no such button.\n")
        try:
            act(form.get("id", ""))
        except PolarError as refusal:
            return self._drawn(refusal.detail)
        raise web.HTTPSeeOther(request.path)

    def _refund_last(self, subscription: str) -> None:
        own = [
            each
            for each in self._side.book.orders.values()
            if each["subscription_id"] == subscription and each["refundable_amount"]
        ]
        if not own:
            raise not_found()
        self._side.refund(own[-1]["id"])

    def _enable(self, endpoint: str) -> None:
        found = self._side.delivery.endpoints.get(endpoint)
        if found is None:
            raise not_found()
        found["enabled"] = True
