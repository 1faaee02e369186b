"""The web site tells strangers little, never a stack trace, and ends in time."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot import web as subject
from bot.metrics import Metrics
from bot.serving import run_site
from bot.web import make_site

TOKEN = "metrics-token-0123456789"


async def _ready() -> Sequence[str]:
    return []


@asynccontextmanager
async def serving(
    *hooks: web.RouteDef, ready: subject.Ready = _ready, token: str | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    site = make_site(hooks=hooks, ready=ready, metrics=Metrics().render, metrics_token=token)
    async with (
        run_site(site, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        yield client


async def got(
    client: aiohttp.ClientSession, path: str, method: str = "GET", **headers: str
) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.request(method, path, headers=named) as answer:
        return answer.status, await answer.text()


async def test_healthz_says_ok_and_nothing_else() -> None:
    async with serving() as client:
        assert await got(client, "/healthz") == (200, "ok")


async def test_readyz_gives_the_reasons() -> None:
    reasons: list[str] = []

    async def ready() -> Sequence[str]:
        return reasons

    async with serving(ready=ready) as client:
        assert await got(client, "/readyz") == (200, "ready\n")
        reasons.append("Telegram has not answered with 123456789:" + "A" * 35)
        status, text = await got(client, "/readyz")
        assert status == 503
        assert text == "Telegram has not answered with [redacted]\n"


async def test_readyz_of_a_check_that_fails_or_hangs_is_503(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken() -> Sequence[str]:
        raise RuntimeError("password=hunter22")

    async def hanging() -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(subject, "READY_DEADLINE", 0.05)
    async with serving(ready=broken) as client:
        status, text = await got(client, "/readyz")
        assert status == 503
        assert "hunter22" not in text
    async with serving(ready=hanging) as client:
        assert (await got(client, "/readyz"))[0] == 503


async def test_metrics_without_a_token_are_for_direct_local_connections_only() -> None:
    async with serving() as client:
        status, text = await got(client, "/metrics")
        assert (status, "fluxbot_sends_total" in text) == (200, True)
        for name in ("Forwarded", "X_Forwarded_For", "X_Forwarded_Host", "X_Real_IP", "Via"):
            assert (await got(client, "/metrics", **{name: "192.0.2.1"}))[0] == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (None, 401),
        ("", 401),
        (TOKEN, 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        ("Bearer \u00e9\u20ac", 401),
    ],
)
async def test_metrics_with_a_token_need_it(given: str | None, status: int) -> None:
    async with serving(token=TOKEN) as client:
        headers = {} if given is None else {"Authorization": given}
        assert (await got(client, "/metrics", **headers))[0] == status


async def test_a_defect_is_a_plain_500_whose_reference_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(request: web.Request) -> web.Response:
        raise ValueError("hunter22")

    with caplog.at_level(logging.ERROR, "bot.web"):
        async with serving(web.get("/broken", broken)) as client:
            status, text = await got(client, "/broken")
    assert status == 500
    assert text.startswith("Something broke on our side. Reference: ")
    assert "hunter22" not in text
    (record,) = caplog.records
    assert record.__dict__["ref"] in text
    assert record.exc_info


async def test_a_defect_in_half_an_answer_cuts_it_off(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"half")
        raise ValueError

    async with serving(web.get("/broken", broken)) as client:
        with pytest.raises(aiohttp.ClientPayloadError):
            await got(client, "/broken")
    assert "a request failed" in caplog.messages


async def test_every_answer_is_hardened_and_names_no_software() -> None:
    async def cached(request: web.Request) -> web.Response:
        return web.Response(headers={"Cache-Control": "max-age=60"})

    async with serving(web.get("/cached", cached)) as client:
        for path in ("/healthz", "/readyz", "/metrics", "/nowhere", "/cached"):
            async with client.get(path) as answer:
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                kept = "max-age=60" if path == "/cached" else "no-store"
                assert answer.headers["Cache-Control"] == kept
                assert "Server" not in answer.headers


async def test_unknown_paths_methods_and_large_bodies_get_short_plain_refusals() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    async with serving(web.post("/echo", echo)) as client:
        assert await got(client, "/%3Cscript%3E") == (404, "404: Not Found")
        assert await got(client, "/echo") == (405, "405: Method Not Allowed")
        async with client.post("/echo", data=b"x" * (256 * 1024 + 1)) as answer:
            assert answer.status == 413
        async with client.post("/echo", data=b"x" * (256 * 1024)) as answer:
            assert answer.status == 200


async def test_only_the_named_routes_exist() -> None:
    site = make_site(hooks=[], ready=_ready, metrics=bytes, metrics_token=None)
    paths = {route.resource.canonical for route in site.router.routes() if route.resource}
    assert paths == {"/healthz", "/readyz", "/metrics"}


async def test_calls_to_hooks_that_were_not_taken_are_counted() -> None:
    async def hook(request: web.Request) -> web.Response:
        match await request.text():
            case "refuse":
                raise web.HTTPForbidden
            case "break":
                raise ZeroDivisionError
        return web.Response()

    failed: list[tuple[str, int]] = []
    site = make_site(
        hooks=[web.post("/hook", hook)],
        ready=_ready,
        metrics=bytes,
        metrics_token=None,
        hook_failed=lambda route, status: failed.append((route, status)),
    )
    async with (
        run_site(site, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        for path, text in (
            ("/hook", "take"),
            ("/hook", "refuse"),
            ("/hook", "break"),
            ("/nowhere", ""),
        ):
            async with client.post(path, data=text) as answer:
                await answer.read()
    assert failed == [("/hook", 403), ("/hook", 500)]


async def test_of_a_refused_request_nothing_is_left_for_the_collector() -> None:
    assert await left_of_refusals() == 0


async def test_what_aiohttp_holds_of_it_would_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(subject, "_forget_its_way", lambda refusal: None)
    assert await left_of_refusals() == 5


async def left_of_refusals() -> int:
    """How many of five refusals are still there, where nobody looks for what is in a circle."""
    raised: list[weakref.ref[web.HTTPException]] = []

    async def refuse(request: web.Request) -> web.Response:
        try:
            int(await request.text())
        except ValueError:  # which leads to the same frames
            refusal = web.HTTPUnauthorized(text="No.\n")
            raised.append(weakref.ref(refusal))
            raise refusal from None
        return web.Response()

    async with serving(web.post("/hook", refuse)) as client:
        gc.disable()
        try:
            for _ in range(5):
                assert (await got(client, "/hook", "POST"))[0] == 401
            await got(client, "/healthz")  # the connection holds its last answer until the next
            return sum(each() is not None for each in raised)
        finally:
            gc.enable()
