"""Whatever Polar answers, or who stands in its place: two kinds of error, no secret in either.

The answers of `platform-facts.md` 1.2 and 1.3, and worse."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from polar.base import PolarError
from telegram_server import listening

from adapters.polar import asking, sdk
from adapters.polar.gateway import PolarGateway
from adapters.sandbox import polar_objects, polar_papers
from core.errors import BillingAway, BillingRefused
from core.ports import Proration
from tests.adapters.polar_kit import TOKEN, Json, gateway_to, plainly

CANARY = "canary@example.com"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Impostor:
    """Answers every request as it is told."""

    def __init__(self) -> None:
        self.url, self.asked, self.path = "", 0, ""
        self.answer: Answer = says(200, {})

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        self.path = request.path
        return await self.answer(request)


def says(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=text, headers=headers)

    return answer


def fails(status: int, name: str) -> Answer:
    return says(status, {"error": name, "detail": f"{CANARY} {TOKEN}"})


def points(*where: str | int) -> Answer:
    detail = [{"type": "value_error", "loc": ["body", *where], "msg": CANARY, "input": CANARY}]
    return says(422, {"error": "RequestValidationError", "detail": detail})


@pytest.fixture
async def polar() -> AsyncIterator[Impostor]:
    made, app = Impostor(), web.Application()
    app.router.add_route("*", "/{rest:.*}", made.serve)
    async with listening(app) as made.url:
        yield made


@pytest.fixture
async def gateway(polar: Impostor, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PolarGateway]:
    monkeypatch.setitem(asking.PER_MINUTE, "production", 60_000)
    async with gateway_to(polar.url) as made:
        yield made


def every_method(gateway: PolarGateway) -> list[Awaitable[Any]]:
    given = {"external_id": "a", "product_id": "p", "success_url": "https://us.example"}
    return [
        gateway.products(),
        gateway.subscriptions(),
        gateway.subscriptions("a"),
        gateway.checkout(**given),
        gateway.checkout_again("c"),
        gateway.portal("a"),
        gateway.change("s", "p", Proration.NOW),
        gateway.cancel("s", now=False),
        gateway.cancel("s", now=True),
        gateway.resume("s"),
        gateway.drop_pending("s"),
        gateway.forget("a"),
    ]


async def trouble(act: Awaitable[Any]) -> BillingAway | BillingRefused | None:
    """What it raises: one of the two, or nothing at all. Without any secret."""
    try:
        await act
    except (BillingAway, BillingRefused) as error:
        said = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
        assert CANARY not in said
        assert TOKEN not in said
        return error
    return None


REFUSALS: list[tuple[Answer, str]] = [
    (fails(402, "PaymentFailed"), "payment"),
    (fails(402, "PaymentActionRequired"), "payment"),
    (fails(402, "SomethingNew"), "payment"),
    (fails(403, "AlreadyCanceledSubscription"), "ended"),
    (fails(403, "InactiveSubscription"), "ended"),
    (fails(403, "AlreadyActiveSubscriptionError"), "running"),
    (fails(404, "ResourceNotFound"), "none"),
    (fails(403, "SomethingNew"), "invalid"),
    (fails(409, "SubscriptionLocked"), "locked"),
    (fails(409, "SomethingNew"), "locked"),
    (fails(409, "SubscriptionNotScheduledToCancel"), "not-cancelling"),
    (fails(409, "NotPaused"), "not-cancelling"),
    (fails(410, "ResourceUnavailable"), "ended"),
    (says(410, b""), "ended"),
    (points("product_id"), "not-sold"),
    (points("products", 0), "not-sold"),
    (points("external_customer_id"), "no-customer"),
    (points("customer_cancellation_reason"), "invalid"),
    (points(), "invalid"),
    (says(422, {"detail": CANARY}), "invalid"),
    (says(422, {"detail": [{"loc": "body"}, 5, {"loc": [{}]}]}), "invalid"),
    (says(422, b"[" * 100_000), "invalid"),
    (says(400, [CANARY]), "invalid"),
    (says(418, {"error": ["x"]}), "invalid"),
]


@pytest.mark.parametrize(("answer", "reason"), REFUSALS)
async def test_a_refusal_has_its_reason(
    polar: Impostor, gateway: PolarGateway, answer: Answer, reason: str
) -> None:
    polar.answer = answer
    error = await trouble(gateway.drop_pending("s"))
    assert isinstance(error, BillingRefused)
    assert error.reason == reason


AWAY: dict[str, tuple[Answer, str, float]] = {
    "401": (fails(401, "invalid_token"), "token", 0),
    "403 of the token": (fails(403, "insufficient_scope"), "token", 0),
    "403 in HTML": (says(403, b"<html>"), "token", 0),
    "404 of nothing of Polar's": (says(404, b"<html>"), "status-404", 0),
    "the seller is not ready": (fails(403, "PaymentNotReady"), "not-ready", 0),
    "429": (says(429, {}, {"Retry-After": "17"}), "busy", 17),
    "429 with a date": (
        says(429, {}, {"Retry-After": "Wed, 25 Nov 2026 10:00:00 GMT"}),
        "busy",
        60,
    ),
    "429 for ever": (says(429, {}, {"Retry-After": "9" * 400}), "busy", 3600),
    "429 in other digits": (says(429, {}, {"Retry-After": "\u0663"}), "busy", 60),
    "429 without a word": (says(429, b""), "busy", 60),
    "500": (says(500, CANARY.encode()), "status-500", 0),
    "502 in HTML": (says(502, b"<html>"), "status-502", 0),
    "503": (says(503, {}, {"Retry-After": "5"}), "status-503", 5),
    "a redirect": (says(301, b"", {"Location": "https://elsewhere.example/"}), "status-301", 0),
    "nothing new": (says(304, b""), "status-304", 0),
    "HTML": (says(200, f"<html>{CANARY}".encode()), "json", 0),
    "a list": (says(200, [CANARY]), "json", 0),
    "null": (says(200, None), "json", 0),
    "deep JSON": (says(200, b'{"a":' * 100_000), "json", 0),
    "NaN": (says(200, b'{"id": NaN}'), "json", 0),
    "half a character": (says(200, b'{"id": "\\ud800"}'), "json", 0),
}


@pytest.mark.parametrize("name", AWAY)
async def test_what_may_work_later_says_so_for_every_method(
    polar: Impostor, gateway: PolarGateway, name: str
) -> None:
    polar.answer, reason, seconds = AWAY[name]
    for act in every_method(gateway):
        error = await trouble(act)
        assert isinstance(error, BillingAway)
        assert (error.reason, error.seconds) == (reason, seconds)
    assert polar.asked == 12


async def hang(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    raise AssertionError


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ConnectionError):
        for _ in range(1000):
            await response.write(b" ")
            await asyncio.sleep(0.02)
    return response


async def flood(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ConnectionError):
        for _ in range(160):
            await response.write(b" " * 65_536)
    return response


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"id":')
    assert request.transport
    request.transport.abort()
    return response


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hang, "timeout"),
        (drip, "timeout"),
        (flood, "too-large"),
        (reset, "network"),
        (cut, "network"),
    ],
)
async def test_no_answer_holds_us_up(
    polar: Impostor,
    gateway: PolarGateway,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    reason: str,
) -> None:
    await gateway.warm()
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    polar.answer = answer
    begun = time.monotonic()
    error = await trouble(gateway.portal("a"))
    assert isinstance(error, BillingAway)
    assert error.reason == reason
    assert time.monotonic() - begun < 1
    monkeypatch.setattr(asking, "PATIENCE", 5)
    polar.answer = says(200, {"customer_portal_url": "https://polar.example/x"})
    assert await gateway.portal("a") == "https://polar.example/x"


async def test_nobody_there(unused_tcp_port: int) -> None:
    async with gateway_to(f"http://127.0.0.1:{unused_tcp_port}") as gateway:
        error = await trouble(gateway.products())
        assert isinstance(error, BillingAway)
        assert error.reason == "network"


async def test_what_is_compressed_is_not_inflated(polar: Impostor, gateway: PolarGateway) -> None:
    bomb = gzip.compress(b" " * 2**24)
    polar.answer = says(200, bomb, {"Content-Encoding": "gzip"})
    error = await trouble(gateway.portal("a"))
    assert isinstance(error, BillingAway)
    assert error.reason == "json"


async def test_without_the_bound_a_flood_is_read(
    polar: Impostor, gateway: PolarGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(sdk, "MOST", 2**40)
    polar.answer = flood
    error = await trouble(gateway.portal("a"))
    assert isinstance(error, BillingAway)
    assert error.reason == "json"


ODD: dict[str, Json] = {
    "a checkout without a link": polar_papers.checkout() | {"url": "javascript:alert(1)"},
    "a subscription without a status": polar_objects.subscription() | {"status": None},
    "an empty object": {},
    "items that are none": {"items": {}, "pagination": {}},
    "no items": {"pagination": {"max_page": 1}},
}


@pytest.mark.parametrize("name", ODD)
async def test_an_answer_that_cannot_be_read_is_no_success(
    polar: Impostor, gateway: PolarGateway, name: str
) -> None:
    polar.answer = says(200, ODD[name])
    found = [await trouble(act) for act in every_method(gateway)]
    assert {each.reason for each in found if each} <= {"unreadable"}
    assert sum(each is not None for each in found) >= 8


async def test_one_odd_thing_in_a_list_hides_no_other(
    polar: Impostor, gateway: PolarGateway, caplog: pytest.LogCaptureFixture
) -> None:
    good = polar_objects.subscription()
    items = [good, 5, good | {"id": "../x"}, good | {"status": None, "note": CANARY}]
    polar.answer = says(200, {"items": items, "pagination": {"max_page": 1}})
    (found,) = await gateway.subscriptions()
    assert found.id == good["id"]
    assert "3 things at Polar cannot be read: ['id', 'status']" in caplog.text
    assert CANARY not in caplog.text


async def test_a_list_without_an_end_has_one(
    polar: Impostor, gateway: PolarGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_PAGES", 3)
    page = {"items": [polar_objects.subscription()], "pagination": {"max_page": 10**9}}
    polar.answer = says(200, page)
    error = await trouble(gateway.subscriptions())
    assert isinstance(error, BillingAway)
    assert (error.reason, polar.asked) == ("endless", 3)
    polar.answer = says(200, {"items": page["items"]})  # half a page is the last
    assert len(await gateway.subscriptions()) == 1


async def test_a_bad_token_is_told_once_and_never_shown(
    polar: Impostor, gateway: PolarGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="adapters")
    caplog.set_level(logging.WARNING, logger="httpx")  # as `bot.logs` has it
    polar.answer = fails(401, "invalid_token")
    for _ in range(3):
        await trouble(gateway.products())
    assert [each.levelname for each in caplog.records if each.name.startswith("adapters")] == [
        "ERROR"
    ]
    assert TOKEN not in caplog.text
    assert CANARY not in caplog.text


async def test_links_are_in_no_log(
    polar: Impostor, gateway: PolarGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = polar_papers.checkout()
    polar.answer = says(201, made)
    given = {"external_id": "a", "product_id": "p", "success_url": "https://us.example"}
    found = await gateway.checkout(**given)
    assert found.url == made["url"]
    assert made["client_secret"] not in repr(found)
    polar.answer = says(201, {"customer_portal_url": "https://polar.example/?token=polar_cst_x"})
    assert "polar_cst_x" in await gateway.portal("a")
    assert made["client_secret"] not in caplog.text
    assert "polar_cst_x" not in caplog.text


async def test_half_a_character_in_a_comment_is_refused(
    polar: Impostor, gateway: PolarGateway
) -> None:
    error = await trouble(gateway.cancel("s", now=True, comment="\ud800"))
    assert error is not None
    assert polar.asked == 0


async def test_a_sweep_leaves_room_for_people(polar: Impostor) -> None:
    """At 80 % of what Polar allows, evenly; who waits for one thing does not queue behind it."""
    page = {"items": [polar_objects.subscription()], "pagination": {"max_page": 4}}
    polar.answer = says(200, page)
    async with gateway_to(polar.url) as gateway:
        await gateway.warm()
        begun = time.monotonic()
        sweep = asyncio.ensure_future(gateway.subscriptions())
        await trouble(gateway.portal("a"))
        assert time.monotonic() - begun < 0.1
        assert len(await sweep) == 4
        assert 0.4 <= time.monotonic() - begun < 1.5  # three times 0.15 s


@pytest.mark.parametrize("name", ["HTML", "a redirect", "429 with a date", "500"])
async def test_the_sdk_itself_breaks_on_these(polar: Impostor, name: str) -> None:
    """The control: its own methods raise what nobody expects, or show what they were given."""
    polar.answer = AWAY[name][0]
    with pytest.raises((ValueError, PolarError)) as caught:
        await plainly(polar.url, lambda client: client.subscriptions.get("s"))
    assert isinstance(caught.value, ValueError) or CANARY in str(caught.value)


async def test_without_our_check_an_id_becomes_another_path(polar: Impostor) -> None:
    """The control: the SDK puts it where it is told to."""
    polar.answer = says(404, {"error": "ResourceNotFound", "detail": ""})
    with pytest.raises(PolarError):
        await plainly(polar.url, lambda client: client.subscriptions.get("../orders/x"))
    assert polar.path == "/v1/orders/x"
