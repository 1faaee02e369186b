"""Sign-in with an issuer that behaves: what it is asked, and who comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest

from core.errors import SignInAway, SignInRefused
from core.pkce import challenge
from tests.adapters.oidc_kit import (
    BACK,
    CHALLENGE,
    CLIENT,
    NONCE,
    SECRET,
    VERIFIER,
    FakeIssuer,
    finish,
    jwk,
    private,
    running,
    token,
)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def issuer() -> AsyncIterator[FakeIssuer]:
    async with running() as made:
        yield made


def test_the_challenge_is_that_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_the_browser_is_sent_with_all_that_binds_the_answer(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    url = await issuer.provider(session).authorize_url(
        state="s &=1", nonce=NONCE, challenge=challenge(VERIFIER), redirect_uri=BACK
    )
    assert url.startswith(f"{issuer.url}/authorize?")
    assert parse_qsl(urlsplit(url).query) == [
        ("tenant", "1"),  # the issuer's own query stays
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", BACK),
        ("state", "s &=1"),
        ("nonce", NONCE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("scope", "openid profile email"),
        ("prompt", "select_account"),
    ]


@pytest.mark.parametrize(
    ("ways", "by"),
    [
        (None, "header"),
        (["client_secret_basic"], "header"),
        (["client_secret_post", "client_secret_basic"], "header"),
        (["private_key_jwt", "client_secret_post"], None),
    ],
)
async def test_the_code_is_exchanged_with_our_secret_as_the_issuer_wants_it(
    session: aiohttp.ClientSession, issuer: FakeIssuer, ways: list[str] | None, by: str | None
) -> None:
    issuer.about = {"token_endpoint_auth_methods_supported": ways}
    person = await finish(issuer.provider(session))
    assert (person.issuer, person.subject, person.name) == (issuer.url, "user-1", "Alice Adams")
    (form,) = issuer.forms
    assert form.pop("by", None) == by
    assert form == {
        "grant_type": "authorization_code",
        "code": "a-code",
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": CLIENT,
        "client_secret": SECRET,
    }


async def test_another_verifier_or_secret_gets_nobody(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    with pytest.raises(SignInRefused, match="status-400"):
        await finish(issuer.provider(session), verifier="w" * 43)
    with pytest.raises(SignInRefused, match="status-401"):
        await finish(issuer.provider(session, client_secret="another"))


@pytest.mark.parametrize(("kind", "algorithm"), [("EC", "ES256"), ("OKP", "EdDSA")])
async def test_each_pinned_algorithm_signs_in(
    session: aiohttp.ClientSession, issuer: FakeIssuer, kind: str, algorithm: str
) -> None:
    issuer.keys = [jwk(private("RSA"), kid="one"), jwk(private(kind), kid="two")]
    issuer.make = lambda it: token(it.claims(), private(kind), algorithm, kid="two")
    assert (await finish(issuer.provider(session))).subject == "user-1"


async def test_a_token_without_a_key_id_is_the_only_fitting_key_s(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    issuer.header = {}
    issuer.keys = [jwk(private("RSA"), kid="one"), jwk(private("EC"), kid="two")]
    assert (await finish(issuer.provider(session))).subject == "user-1"
    issuer.keys = [jwk(private("RSA"), kid="one"), jwk(private("RSA", 2), kid="two")]
    with pytest.raises(SignInRefused, match="key"):
        await finish(issuer.provider(session))


async def test_several_audiences_are_fine_when_it_was_made_for_us(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    issuer.said = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert (await finish(issuer.provider(session))).subject == "user-1"


async def test_equal_subjects_of_two_issuers_are_two_people(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    async with running() as other:
        one = await finish(issuer.provider(session))
        two = await finish(other.provider(session))
    assert one.subject == two.subject
    assert (one.issuer, one.subject) != (two.issuer, two.subject)


async def test_a_token_of_another_issuer_is_refused_though_all_else_fits(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    """Mix-up: the other issuer's token comes by our issuer's token endpoint, keys and all."""
    async with running() as other:
        issuer.make = lambda _: token(other.claims(), private("RSA"), kid="one")
        with pytest.raises(SignInRefused, match="issuer"):
            await finish(issuer.provider(session))


async def test_a_changed_address_and_name_change_nobody(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    before = await finish(issuer.provider(session))
    issuer.said = {"email": "mallory@example.org", "email_verified": True, "name": "Mallory"}
    after = await finish(issuer.provider(session))
    assert (after.issuer, after.subject) == (before.issuer, before.subject)
    issuer.said = {"sub": "user-2"}  # the same address, somebody else
    another = await finish(issuer.provider(session))
    assert another.claims["email"] == before.claims["email"]
    assert another.subject != before.subject


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": "  Ann\n\tB. \u202eevil\0 "}, "Ann B. evil"),
        ({"name": None, "preferred_username": "ann"}, "ann"),
        ({"name": " \u200b", "email": "a@b.example"}, "a@b.example"),
        ({"name": ["x"], "email": 7}, "user-1"),
        ({"name": "x" * 9000}, "x" * 128),
        ({"name": None, "email": None}, "user-1"),
    ],
)
async def test_a_name_is_one_short_line_to_be_shown(
    session: aiohttp.ClientSession, issuer: FakeIssuer, said: dict[str, object], name: str
) -> None:
    issuer.said = said
    assert (await finish(issuer.provider(session))).name == name


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"sub": "user-1", "name": "Alice"}, "Alice"),
        ({"sub": "user-2", "name": "Somebody Else"}, "user-1"),
        ({"name": "Nobody's"}, "user-1"),
        ({"sub": "user-1"}, "user-1"),
    ],
)
async def test_a_name_that_the_token_lacks_is_asked_for(
    session: aiohttp.ClientSession, issuer: FakeIssuer, person: dict[str, str], name: str
) -> None:
    issuer.said = {"name": None, "email": None}
    issuer.about = {"userinfo_endpoint": f"{issuer.url}/userinfo"}
    issuer.person = person
    assert (await finish(issuer.provider(session))).name == name


async def test_nobody_waits_in_vain_for_a_name(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    issuer.said = {"name": None, "email": None}
    issuer.about = {"userinfo_endpoint": f"{issuer.url}/not-there"}
    assert (await finish(issuer.provider(session))).name == "user-1"


async def test_sign_in_with_slack_says_which_member_of_which_workspace(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    """Slack's claims, and its refusal, which comes with status 200."""
    issuer.about = {
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]
    }
    issuer.said = {
        "sub": "U0ADA",
        "https://slack.com/user_id": "U0ADA",
        "https://slack.com/team_id": "T0TEAM",
    }
    provider = issuer.provider(session, scope="openid profile", prompt="")
    url = await provider.authorize_url(state="s", nonce=NONCE, challenge="c", redirect_uri=BACK)
    assert "prompt" not in url
    person = await finish(provider)
    assert person.claims["https://slack.com/user_id"] == "U0ADA"
    assert person.claims["https://slack.com/team_id"] == "T0TEAM"
    issuer.make = lambda _: None
    with pytest.raises(SignInRefused, match="id-token"):
        await finish(provider)


async def test_an_issuer_that_is_away_is_said_to_be_away_and_comes_back(
    session: aiohttp.ClientSession,
) -> None:
    async with running() as issuer:
        provider = issuer.provider(session)
        gone = issuer.provider(session, issuer="http://127.0.0.1:9")  # the discard port: nobody
        with pytest.raises(SignInAway):
            await finish(gone)
        await finish(provider)
    with pytest.raises(SignInAway):
        await finish(provider)


async def test_our_secret_shows_in_no_trace(
    session: aiohttp.ClientSession, issuer: FakeIssuer
) -> None:
    assert SECRET not in repr(issuer.provider(session))
