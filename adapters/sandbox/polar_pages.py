"""What Polar hosts for buyers: a checkout's page, and the portal. Opening them does nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.sandbox.loopback import local_only
from adapters.sandbox.model import Json
from adapters.sandbox.polar_errors import PolarError, not_found
from adapters.sandbox.polar_time import parse
from adapters.sandbox.web_form import own_form_of

if TYPE_CHECKING:
    from adapters.sandbox.polar import PolarSide

PAGE = Path(__file__).with_name("page")
HEADERS = {
    # Forms lead on to the shop's own address, so `form-action` is not narrowed.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
TOKEN = "customer_session_token"  # noqa: S105  # the name of a parameter
MAY = ("cancel", "uncancel", "resume", "retry_payment")


def _money(thing: Json) -> str:
    return f"{thing['total_amount'] / 100:.2f} {thing['currency'].upper()}"


def _cost(product: Json) -> str:
    cents = sum(each["price_amount"] for each in product["prices"])
    every = f" per {product['recurring_interval']}" if product["recurring_interval"] else ""
    return f"{cents / 100:.2f} {product['prices'][0]['price_currency'].upper()}{every}"


def _day(text: str) -> str:
    at = parse(text)
    return f"{at.day} {at:%B %Y}"


def _words(name: str) -> str:
    return name.replace("_", " ")


DRAW = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined)
DRAW.filters |= {"money": _money, "cost": _cost, "day": _day, "words": _words}


class Pages:
    """The pages of buyers, and how all of Polar's pages are drawn."""

    def __init__(self, side: PolarSide) -> None:
        self._side = side
        self._root = ""
        self._style = (PAGE / "polar.css").read_text("utf-8")

    def routes(self, prefix: str) -> list[web.RouteDef]:
        self._root = prefix
        checkout = f"{prefix}/checkout/{{secret}}"
        return [
            web.get(f"{prefix}/style.css", local_only(self._styles)),
            web.get(checkout, local_only(self._checkout)),
            web.get(f"{checkout}/confirmation", local_only(self._checkout)),
            web.post(checkout, local_only(self._bought)),
            web.get(f"{prefix}/portal", local_only(self._portal)),
            web.post(f"{prefix}/portal", local_only(self._changed)),
        ]

    def draw(self, template: str, status: int = 200, **facts: Any) -> web.Response:
        text = DRAW.get_template(template).render(root=self._root, **facts)
        return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)

    async def _styles(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=self._style, content_type="text/css", headers=HEADERS)

    async def _checkout(self, request: web.Request) -> web.StreamResponse:
        return self._shown(self._asked(request))

    def _asked(self, request: web.Request) -> Json:
        """Only by its secret, as at Polar. Raises 404."""
        secret = request.match_info["secret"]
        try:
            made = self._side.book.checkout(secret)
        except PolarError:
            made = {}
        if made.get("client_secret") != secret:
            raise web.HTTPNotFound(text="There is no such checkout.\n")
        return made

    def _shown(self, made: Json, problem: str = "", email: str = "") -> web.Response:
        facts = {"it": made, "problem": problem, "email": email or made["customer_email"] or ""}
        return self.draw("polar_checkout.html", 422 if problem else 200, **facts)

    async def _bought(self, request: web.Request) -> web.StreamResponse:
        made, form = self._asked(request), await own_form_of(request)
        email, product = form.get("email", "").strip(), form.get("product", "")
        acts: dict[str, Callable[[], Json]] = {
            "pay": lambda: self._side.pay(made["id"], email, product=product),
            "decline": lambda: self._side.decline(made["id"], email),
            "bank": lambda: self._side.ask_bank(made["id"], email, product=product),
            "approve": lambda: self._side.approve(made["id"]),
            "refuse": lambda: self._side.refuse(made["id"]),
        }
        act = acts.get(form.get("do", ""))
        if act is None:
            raise web.HTTPBadRequest(text="There is no such button.\n")
        try:
            act()
        except PolarError as refusal:
            return self._shown(made, refusal.detail, email)
        if form["do"] in ("decline", "refuse"):
            return self._shown(made, "The card was declined. Nothing was charged.", email)
        raise web.HTTPSeeOther(
            made["success_url"] if made["status"] == "succeeded" else request.path
        )

    async def _portal(self, request: web.Request) -> web.StreamResponse:
        return self._portal_of(request.query.get(TOKEN, ""))

    def _portal_of(self, token: str, problem: str = "") -> web.Response:
        session, book = self._session(token), self._side.book
        own = session["customer_id"]
        orders = [each for each in book.orders.values() if each["customer_id"] == own]
        return self.draw(
            "polar_portal.html",
            422 if problem else 200,
            problem=problem,
            token=token,
            back=session["return_url"],
            who=book.customers[own],
            subscriptions=[book.drawn(each) for each in book.of_customer(own)][::-1],
            orders=orders[::-1],
        )

    def _session(self, token: str) -> Json:
        """Raises 401 when it is unknown or an hour old."""
        found = self._side.book.sessions.get(token)
        if found is None or parse(found["expires_at"]) <= self._side.book.clock.now():
            raise web.HTTPUnauthorized(text="This link has expired. Ask for a new one.\n")
        return found

    async def _changed(self, request: web.Request) -> web.StreamResponse:
        form = await own_form_of(request)
        token, act = form.get(TOKEN, ""), form.get("do", "")
        session, id = self._session(token), form.get("subscription", "")
        if act not in MAY:
            raise web.HTTPBadRequest(text="There is no such button.\n")
        try:
            if self._side.book.subscription(id)["customer_id"] != session["customer_id"]:
                raise not_found()
            getattr(self._side, act)(id)
        except PolarError as refusal:
            return self._portal_of(token, refusal.detail)
        raise web.HTTPSeeOther(f"{request.path}?{TOKEN}={token}")
