"""The whole code flow against an issuer that we did not write (M10)."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from adapters.oidc import Provider
from bot.clock import WallClock
from core.errors import SignInAway, SignInRefused
from core.pkce import challenge
from tests.adapters.oidc_kit import BACK

ALICE = '{"sub": "alice", "name": "Alice Adams", "email": "alice@example.org"}'


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def issuer() -> AsyncIterator[str]:
    """In a process of its own: importing it warns of deprecations, which are errors here."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ("-m", "oidc_provider_mock", "-p", str(port), "-n", "true", "--user-claims", ALICE)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr
    async with asyncio.timeout(30):
        while b"running on" not in (line := await process.stderr.readline()):
            assert line, "it died"
    reading = asyncio.create_task(process.stderr.read())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.wait()
        await reading


def provider_for(issuer: str, session: aiohttp.ClientSession, client: str = "us") -> Provider:
    return Provider(
        session, issuer=issuer, client_id=client, client_secret="s" * 16, clock=WallClock()
    )


async def code_of(session: aiohttp.ClientSession, url: str, subject: str) -> dict[str, str]:
    """What a browser does: open the page, say who one is, be sent back with a code."""
    async with session.get(url) as page:
        assert page.status == 200
        assert re.search("<form", await page.text())
    async with session.post(url, data={"sub": subject}, allow_redirects=False) as back:
        assert back.headers["Location"].startswith(BACK)
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query))


async def test_the_whole_code_flow(session: aiohttp.ClientSession, issuer: str) -> None:
    provider = provider_for(issuer, session)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    url = await provider.authorize_url(
        state=state, nonce=nonce, challenge=challenge(verifier), redirect_uri=BACK
    )
    answer = await code_of(session, url, "alice")
    assert answer["state"] == state
    kept = {"code": answer["code"], "verifier": verifier, "redirect_uri": BACK}
    person = await provider.finish(nonce=nonce, **kept)
    assert (person.issuer, person.subject, person.name) == (issuer, "alice", "Alice Adams")
    with pytest.raises(SignInRefused, match="status-400"):  # a code is good once
        await provider.finish(nonce=nonce, **kept)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"nonce": "another"}, "nonce"), ({"redirect_uri": "http://127.0.0.1/other"}, "status-400")],
)
async def test_what_was_not_asked_for_is_refused(
    session: aiohttp.ClientSession, issuer: str, change: dict[str, str], reason: str
) -> None:
    provider = provider_for(issuer, session)
    verifier = secrets.token_urlsafe(32)
    url = await provider.authorize_url(
        state="s", nonce="n", challenge=challenge(verifier), redirect_uri=BACK
    )
    answer = await code_of(session, url, "bob")
    kept = {"code": answer["code"], "nonce": "n", "verifier": verifier, "redirect_uri": BACK}
    with pytest.raises(SignInRefused, match=reason):
        await provider.finish(**(kept | change))


async def test_another_client_s_code_is_refused(
    session: aiohttp.ClientSession, issuer: str
) -> None:
    url = await provider_for(issuer, session).authorize_url(
        state="s", nonce="n", challenge=challenge("v" * 43), redirect_uri=BACK
    )
    answer = await code_of(session, url, "bob")
    other = provider_for(issuer, session, client="them")
    with pytest.raises(SignInRefused, match="status-400"):
        await other.finish(code=answer["code"], nonce="n", verifier="v" * 43, redirect_uri=BACK)


async def test_the_name_with_a_slash_is_another_issuer(
    session: aiohttp.ClientSession, issuer: str
) -> None:
    with pytest.raises((SignInRefused, SignInAway), match="issuer"):
        await provider_for(f"{issuer}/", session).authorize_url(
            state="s", nonce="n", challenge="c", redirect_uri=BACK
        )
