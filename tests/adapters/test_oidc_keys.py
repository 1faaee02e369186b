"""Keys that change, issuers that are away, and floods of keys that nobody has (F25, B27)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from adapters.oidc import cached
from adapters.oidc.app_tokens import AppTokens, published
from core.errors import SignInAway, SignInRefused
from tests.adapters.oidc_kit import FakeIssuer, finish, jwk, private, running, token
from tests.hostile_tokens import reheaded

JWKS, DISCOVERY = "/jwks", "/.well-known/openid-configuration"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def issuer() -> AsyncIterator[FakeIssuer]:
    async with running() as made:
        yield made


def app_of(issuer: FakeIssuer, session: aiohttp.ClientSession) -> AppTokens:
    find = published(session, f"{issuer.url}/jwks", issuer.clock)
    return AppTokens(find, issuer=issuer.url, audience="fluxbot", clock=issuer.clock)


def app_token(issuer: FakeIssuer, kid: str = "one", number: int = 0) -> str:
    return token(issuer.claims() | {"aud": "fluxbot"}, private("RSA", number), kid=kid)


def rotate(issuer: FakeIssuer, kid: str, number: int) -> None:
    """Sign with another key from now on; the old one is no longer shown."""
    issuer.keys = [jwk(private("RSA", number), kid=kid)]
    issuer.make = lambda it: token(it.claims(), private("RSA", number), kid=kid)


async def away(_: FakeIssuer, __: web.Request) -> web.Response:
    return web.Response(status=503)


async def flood(app: AppTokens, issuer: FakeIssuer, many: int) -> Counter[str]:
    """Tokens that name keys nobody has, all at once."""
    good = app_token(issuer)

    async def one(number: int) -> str:
        try:
            await app.verify(reheaded(good, kid=f"unknown-{number}"))
        except SignInRefused as refusal:
            return refusal.reason
        return "in"

    outcomes = Counter(await asyncio.gather(*map(one, range(many))))
    await app.verify(good)  # meanwhile whoever is known is let in
    return outcomes


async def test_documents_are_kept(session: aiohttp.ClientSession, issuer: FakeIssuer) -> None:
    provider = issuer.provider(session)
    await asyncio.gather(*(finish(provider) for _ in range(20)))
    assert (issuer.asked[DISCOVERY], issuer.asked[JWKS]) == (1, 1)
    issuer.clock.advance(minutes=9)
    await finish(provider)
    assert (issuer.asked[DISCOVERY], issuer.asked[JWKS]) == (1, 1)
    issuer.clock.advance(minutes=2)
    await finish(provider)
    assert (issuer.asked[DISCOVERY], issuer.asked[JWKS]) == (1, 2)
    issuer.clock.advance(minutes=50)
    await finish(provider)
    assert (issuer.asked[DISCOVERY], issuer.asked[JWKS]) == (2, 3)


@pytest.mark.promise("F25", on="neither")
async def test_a_new_key_counts_at_once(session: aiohttp.ClientSession, issuer: FakeIssuer) -> None:
    provider = issuer.provider(session)
    await finish(provider)
    rotate(issuer, "two", 2)
    await finish(provider)
    assert issuer.asked[JWKS] == 2


async def test_a_key_that_was_taken_back_counts_no_longer(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    await app.verify(app_token(issuer))
    rotate(issuer, "two", 2)
    issuer.clock.advance(minutes=11)
    await app.verify(app_token(issuer, "two", 2))
    with pytest.raises(SignInRefused, match="key"):
        await app.verify(app_token(issuer))


async def test_a_thousand_unknown_keys_cost_one_refresh_a_minute(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    await app.verify(app_token(issuer))
    for minute in range(1, 4):
        assert await flood(app, issuer, 1000) == {"key": 1000}
        assert issuer.asked[JWKS] == 1 + minute
        issuer.clock.advance(seconds=59)
        assert await flood(app, issuer, 10) == {"key": 10}
        assert issuer.asked[JWKS] == 1 + minute
        issuer.clock.advance(seconds=1)


@pytest.mark.control("F25")
async def test_without_the_pause_each_would_cost_one(
    session: aiohttp.ClientSession, issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "PAUSE", cached.PAUSE * 0)
    await flood(app_of(issuer, session), issuer, 50)
    assert issuer.asked[JWKS] == 51


async def test_a_flood_keeps_a_new_key_out_for_a_minute_at_most(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    await flood(app, issuer, 100)
    rotate(issuer, "two", 2)
    with pytest.raises(SignInRefused, match="key"):
        await app.verify(app_token(issuer, "two", 2))
    issuer.clock.advance(minutes=1)
    await app.verify(app_token(issuer, "two", 2))


async def test_tokens_that_say_they_need_no_key_fetch_none(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    for bad in ("HS256", "RS512"):
        key = b"s" * 64 if bad == "HS256" else private("RSA")
        with pytest.raises(SignInRefused, match="algorithm"):
            await app.verify(token(issuer.claims(), key, bad, kid="one"))
    assert not issuer.asked


@pytest.mark.promise("F25", on="neither")
async def test_known_keys_serve_on_while_the_issuer_is_away(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    await app.verify(app_token(issuer))
    issuer.answers[JWKS] = away
    issuer.clock.advance(hours=3)
    for _ in range(20):
        await app.verify(app_token(issuer))
    assert issuer.asked[JWKS] == 2  # it is asked again once a minute, not by everybody
    issuer.clock.advance(minutes=1)
    await app.verify(app_token(issuer))
    assert issuer.asked[JWKS] == 3


async def test_a_new_key_while_the_issuer_is_away_is_no_refusal(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    app = app_of(issuer, session)
    await app.verify(app_token(issuer))
    rotate(issuer, "two", 2)
    issuer.answers[JWKS] = away
    for _ in range(20):
        with pytest.raises(SignInAway):
            await app.verify(app_token(issuer, "two", 2))
    assert issuer.asked[JWKS] == 2
    del issuer.answers[JWKS]
    issuer.clock.advance(minutes=1)
    await app.verify(app_token(issuer, "two", 2))


@pytest.mark.parametrize("path", [DISCOVERY, JWKS])
async def test_an_issuer_that_was_away_from_the_start_is_asked_again_soon(
    path: str, session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    provider = issuer.provider(session)
    issuer.answers[path] = away
    for _ in range(20):
        with pytest.raises(SignInAway):
            await finish(provider)
    assert issuer.asked[path] == 1
    del issuer.answers[path]
    issuer.clock.advance(seconds=5)
    assert (await finish(provider)).subject == "user-1"


async def test_a_document_that_turns_bad_does_not_replace_a_good_one(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    provider = issuer.provider(session)
    await finish(provider)
    issuer.about = {"issuer": "https://evil.example", "token_endpoint": "https://evil.example/t"}
    issuer.clock.advance(hours=2)
    assert (await finish(provider)).issuer == issuer.url
