"""A hostile issuer gets nobody in and breaks nothing: T9, B27."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import pytest

from adapters.oidc import http, id_token, issuer, keys
from core import tokens
from core.errors import SignInAway, SignInRefused
from core.ports import SignedIn
from tests.adapters.oidc_hostile import ALL, DOCUMENTS
from tests.adapters.oidc_kit import FakeIssuer, finish, jwk, private, running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def hostile() -> AsyncIterator[FakeIssuer]:
    async with running() as made:
        made.keys.append(jwk(private("EC"), kid="curve"))
        yield made


def test_every_name_is_one_case() -> None:
    assert len(ALL) >= 100


@pytest.mark.parametrize("name", ALL)
async def test_a_bad_answer_is_refused_for_what_is_bad(
    name: str,
    session: aiohttp.ClientSession,
    hostile: FakeIssuer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    reason, worsen = ALL[name]
    if not reason:  # some of these never end; the others are judged by what they say
        monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.4))
    worsen(hostile)
    with caplog.at_level(logging.WARNING), pytest.raises((SignInRefused, SignInAway)) as caught:
        await finish(hostile.provider(session))
    if reason:
        assert caught.value.args == (reason,)
    else:
        assert isinstance(caught.value, SignInAway)
    assert not [each.message for each in caplog.records if each.name.startswith("adapters")]


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_bad_document_sends_no_browser_anywhere(
    name: str, session: aiohttp.ClientSession, hostile: FakeIssuer
) -> None:
    reason, worsen = DOCUMENTS[name]
    worsen(hostile)
    with pytest.raises(SignInRefused, match=reason):
        await hostile.provider(session).authorize_url(
            state="s", nonce="n", challenge="c", redirect_uri="https://us.example/"
        )


@pytest.mark.parametrize(
    "issuer_name", ["http://accounts.example", "ftp://127.0.0.1", "http://10.0.0.1", "x", ""]
)
async def test_an_issuer_by_plain_http_is_not_even_asked(
    issuer_name: str, session: aiohttp.ClientSession, hostile: FakeIssuer
) -> None:
    with pytest.raises(SignInRefused, match="endpoint"):
        await finish(hostile.provider(session, issuer=issuer_name))


@pytest.mark.parametrize("code", ["", "x" * 5000, "\ud800", "a\0b", "&code=other", "\u00e9"])
async def test_a_code_from_a_browser_may_be_anything(
    code: str, session: aiohttp.ClientSession, hostile: FakeIssuer
) -> None:
    """It arrives whole or not at all, and never as another field."""
    try:
        await finish(hostile.provider(session), code=code)
    except SignInRefused:
        assert not hostile.forms
    else:
        assert hostile.forms[0]["code"] == code


@pytest.mark.parametrize("field", ["nonce", "verifier", "redirect_uri"])
@pytest.mark.parametrize("value", ["", "\ud800", "\u00e9", "x" * 100_000])
async def test_no_input_raises_anything_else(
    field: str, value: str, session: aiohttp.ClientSession, hostile: FakeIssuer
) -> None:
    if field == "redirect_uri":
        hostile.said["nonce"] = "another"
    with pytest.raises(SignInRefused):
        await finish(hostile.provider(session), **{field: value})


async def test_a_redirect_is_not_followed(
    session: aiohttp.ClientSession, hostile: FakeIssuer
) -> None:
    async with running() as other:
        moved = aiohttp.web.Response(status=307, headers={"Location": f"{other.url}/token"})

        async def move(_: FakeIssuer, __: aiohttp.web.Request) -> aiohttp.web.Response:
            return moved

        hostile.answers["/token"] = move
        with pytest.raises(SignInRefused, match="status-307"):
            await finish(hostile.provider(session))
        assert not other.asked


CONTROLS = {
    "another nonce": (id_token, "_check_nonce", lambda *_: None),
    "no nonce": (id_token, "_check_nonce", lambda *_: None),
    "another audience": (id_token, "_check_audience", lambda *_: None),
    "made for another": (id_token, "_check_audience", lambda *_: None),
    "no expiry": (tokens, "check_times", lambda *_, **__: None),
    "expired": (tokens, "check_times", lambda *_, **__: None),
    "not valid yet": (tokens, "check_times", lambda *_, **__: None),
    "a key to be fetched (jku)": (tokens, "_REFUSED", frozenset()),
    "a certificate inside (x5c)": (tokens, "_REFUSED", frozenset()),
    "RS512, rightly signed": (keys, "ALGORITHMS", ("RS256", "RS512")),
    "a short key": (keys, "RSA_BITS", range(8193)),
    "a key to encrypt with": (keys, "_signs", lambda _: True),
    "a fragment": (issuer, "endpoint", lambda value, _: value),
    "an ID token of 20 kB": (id_token, "MOST", 1 << 20),
    "five megabytes": (http, "MOST", 1 << 30),
    "a bomb": (http, "_check", lambda _: None),
    "an audience among things": (id_token, "_check_audience", lambda *_: None),
}
"""A case, and the protection without which it is no longer refused for its reason."""


@pytest.mark.parametrize("name", CONTROLS)
async def test_without_its_protection_the_case_fails(
    name: str,
    session: aiohttp.ClientSession,
    hostile: FakeIssuer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, protection, nothing = CONTROLS[name]
    monkeypatch.setattr(module, protection, nothing)
    reason, worsen = ALL[name]
    worsen(hostile)
    assert await outcome(finish(hostile.provider(session))) != reason


async def outcome(signing_in: Awaitable[SignedIn]) -> str:
    """The reason of the refusal; `in` where there was none."""
    try:
        await signing_in
    except SignInRefused as refusal:
        return refusal.reason
    return "in"
