"""Whether an ID token is this issuer's, for us, for this sign-in and for now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from adapters.oidc.keys import Find
from core import tokens
from core.errors import SignInRefused

MOST = 16 * 1024
"""Characters. With many groups in it Microsoft's come near 10,000."""
LEEWAY = timedelta(seconds=30)
"""How far the issuer's clock and ours may be apart."""
LONGEST = timedelta(days=31)
"""From `iat` to `exp`. Issuers give anything from minutes to weeks, and we use it once."""
OLDEST = timedelta(minutes=10)
"""It was made when the code was exchanged, a moment ago; a sign-in lasts no longer than this."""


async def check(
    token: object,
    find: Find,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
    echoed: bool = True,
    oldest: timedelta = OLDEST,
) -> dict[str, Any]:
    """The claims. `echoed`: whether there has to be a nonce; one that is there has to be ours.
    Raises `SignInRefused` or what `find` raises; `core.tokens.BadToken` where it is the token
    itself that is bad."""
    if not isinstance(token, str):
        raise SignInRefused("id-token")
    header = tokens.header(token, MOST)
    if header.typ.upper() != "JWT":  # an access or logout token of the same issuer says so here
        raise SignInRefused("type")
    said = tokens.claims(token, await find(header))
    if said.get("iss") != issuer:
        raise SignInRefused("issuer")
    _check_audience(said, client_id)
    tokens.check_times(said, now, leeway=LEEWAY, longest=LONGEST)
    if now.timestamp() - said["iat"] > (oldest + LEEWAY).total_seconds():
        raise SignInRefused("old")
    if echoed or "nonce" in said:
        _check_nonce(said, nonce)
    return said


def _check_audience(said: Mapping[str, Any], client_id: str) -> None:
    """For us; where for others too, made for us."""
    audience = said.get("aud")
    everybody = audience if isinstance(audience, list) else [audience]
    if client_id not in everybody or not all(isinstance(each, str) for each in everybody):
        raise SignInRefused("audience")
    if ("azp" in said or len(everybody) > 1) and said.get("azp") != client_id:
        raise SignInRefused("authorized-party")


def _check_nonce(said: Mapping[str, Any], nonce: str) -> None:
    got = said.get("nonce")
    if not nonce or not isinstance(got, str):
        raise SignInRefused("nonce")
    if not compare_digest(got.encode(), nonce.encode()):
        raise SignInRefused("nonce")
