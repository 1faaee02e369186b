"""The route for Polar: the genuine is taken whatever it says, and nothing else is."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import hmac
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from telegram_server import listening

from adapters import edge
from adapters.polar import signature, webhook
from adapters.polar.webhook import PATH
from adapters.sandbox import polar_objects
from adapters.sandbox.polar_signing import STANDARD, WHOLE
from bot.clock import WallClock
from core.billing_facts import Hook, Subscription
from core.store import StoreAway
from tests.adapters.polar_kit import OTHER, SECRET, event, signed

DATA = polar_objects.subscription()
BODY = event("subscription.updated", DATA)


class Site:
    """A site with the route alone, and what came of it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self._session = f"{url}{PATH}", session
        self.hooks: list[Hook] = []
        self.forged = 0
        self.error: Exception | None = None

    async def receive(self, hook: Hook) -> None:
        if self.error:
            raise self.error
        self.hooks.append(hook)

    def count(self) -> None:
        self.forged += 1

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        headers = signed(body) if headers is None else headers
        async with self._session.post(self.url, data=body, headers=headers) as response:
            self.headers, self.text = response.headers, await response.text()
            return response.status


@asynccontextmanager
async def site(*secrets: str) -> AsyncIterator[Site]:
    async with aiohttp.ClientSession() as session:
        made = Site("", session)
        app = web.Application()
        app.add_routes(webhook.routes(made.receive, secrets, WallClock(), made.count))
        async with listening(app) as url:
            made.url = f"{url}{PATH}"
            yield made


@pytest.fixture
async def up() -> AsyncIterator[Site]:
    async with site(SECRET) as made:
        yield made


@pytest.mark.parametrize("form", [STANDARD, WHOLE])
async def test_a_genuine_event_is_taken_and_then_acknowledged(up: Site, form: str) -> None:
    assert await up.post(BODY, signed(BODY, form=form, id="evt_7")) == 202
    (hook,) = up.hooks
    assert (hook.id, hook.type) == ("evt_7", "subscription.updated")
    assert isinstance(hook.what, Subscription)
    assert hook.body.encode() == BODY


async def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    async with site(OTHER, SECRET) as up:
        assert await up.post(BODY, signed(BODY, SECRET)) == 202
        assert await up.post(BODY, signed(BODY, OTHER)) == 202


WHATEVER = {
    "an unknown type": event("subscription.teleported", DATA),
    "a type we do not use": event("member.created", {}),
    "no JSON": b"<html>",
    "nothing": b"",
    "no object": b"[1]",
    "no type": b"{}",
    "an incomplete object": event("subscription.updated", {"id": "x"}),
    "deep JSON": b"[" * 100_000,
    "a NUL": b'{"type": "order.paid\0"}',
    "a NUL escaped": b'{"type": "product.created", "data": {"id": "a", "name": "\\u0000"}}',
    "no UTF-8": b"\xff\xfe",
    "NaN": b'{"type": NaN}',
}


@pytest.mark.parametrize("name", WHATEVER)
async def test_whatever_a_genuine_one_says_it_is_taken(up: Site, name: str) -> None:
    assert await up.post(WHATEVER[name]) == 202
    (hook,) = up.hooks
    assert "\0" not in hook.body


def hmac_of(key: bytes, text: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()}"


def forgeries() -> dict[str, dict[str, str]]:
    """The eight kinds of B1, for `BODY`, and what is beside them."""
    now = int(time.time())
    good = signed(BODY)
    return {
        "no headers": {},
        "no signature": {key: good[key] for key in ("webhook-id", "webhook-timestamp")},
        "another secret": signed(BODY, OTHER),
        "another body": signed(BODY + b" "),
        "another id": good | {"webhook-id": "evt_2"},
        "another time": good | {"webhook-timestamp": str(now - 1)},
        "too old": signed(BODY, at=now - signature.TOLERANCE - 2),
        "too new": signed(BODY, at=now + signature.TOLERANCE + 5),
        "another version": good
        | {"webhook-signature": good["webhook-signature"].replace("1", "2")},
        "junk": good | {"webhook-signature": "v1,!! junk v1 ,"},
        "the empty key": good | {"webhook-signature": hmac_of(b"", BODY)},
        "a hash without a key": good
        | {"webhook-signature": f"v1,{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}"},
    }


@pytest.mark.parametrize("name", forgeries())
async def test_a_forged_one_is_refused(up: Site, name: str) -> None:
    assert await up.post(BODY, forgeries()[name]) == 403
    assert (up.hooks, up.forged) == ([], 1)
    assert len(up.text) < 50


async def test_strangers_are_not_read(up: Site) -> None:
    huge = b"x" * (edge.BODY_LIMIT + 1)
    assert await up.post(huge, {}) == 403
    assert await up.post(huge) == 413  # the control: only the headers were missing


async def test_size_and_coding_are_bounded(up: Site) -> None:
    assert await up.post(b"x" * edge.BODY_LIMIT) == 202
    zipped = gzip.compress(BODY)
    assert await up.post(zipped, signed(zipped) | {"Content-Encoding": "gzip"}) == 415
    assert len(up.hooks) == 1


async def test_a_body_that_stalls_is_cut(up: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "BODY_DEADLINE", 0.1)
    host, port = up.url.split("/")[2].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    headers = "".join(f"{key}: {value}\r\n" for key, value in signed(BODY).items())
    writer.write(
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n{headers}\r\n{{".encode()
    )
    answer = await asyncio.wait_for(reader.readline(), 3)
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
    assert up.hooks == []


async def test_only_posts_and_only_at_its_path(up: Site) -> None:
    async with aiohttp.ClientSession() as session:
        for method, path, status in (("GET", "", 405), ("PUT", "", 405), ("POST", "/", 404)):
            async with session.request(
                method, up.url + path, data=BODY, headers=signed(BODY), allow_redirects=False
            ) as response:
                assert response.status == status


@pytest.mark.parametrize("error", [StoreAway(), RuntimeError("ada@example.com")])
async def test_what_could_not_be_kept_is_asked_for_again(
    up: Site, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    up.error = error
    assert await up.post(BODY) == 503
    assert up.headers["Retry-After"] == "5"
    assert type(error).__name__ in caplog.text
    assert "ada@example.com" not in caplog.text + up.text
    up.error = None
    assert await up.post(BODY) == 202


async def test_nothing_of_it_is_logged(up: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = event("checkout.created", {"client_secret": "polar_c_secret", "id": "canary"})
    await up.post(body)
    await up.post(body, signed(body, OTHER))
    ours = "".join(each.getMessage() for each in caplog.records)
    for secret in (SECRET, "polar_c_secret", "canary", signed(body)["webhook-signature"]):
        assert secret not in ours


async def test_without_a_secret_there_is_no_route() -> None:
    async with site() as up:
        assert await up.post(BODY) == 404
    with pytest.raises(ValueError, match="at least 16"):
        webhook.routes(up.receive, ["short"], WallClock())


async def test_without_the_signature_a_forged_one_is_taken(
    up: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature.Verifier, "genuine", lambda *_: True)
    assert await up.post(BODY, signed(BODY, OTHER)) == 202


async def test_without_the_tolerance_an_old_one_is_taken(
    up: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature, "TOLERANCE", 10**9)
    assert await up.post(BODY, signed(BODY, at=time.time() - 10**6)) == 202


async def test_without_the_bound_a_huge_one_is_taken(
    up: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_LIMIT", 10**7)
    assert await up.post(b"x" * 300_000) == 202


async def test_with_a_strict_reader_a_genuine_one_is_refused(
    up: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strict(id: str, body: bytes) -> Hook:
        raise ValueError("a status that nobody knows")

    monkeypatch.setattr(webhook, "read", strict)
    assert await up.post(BODY) == 503
