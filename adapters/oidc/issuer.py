"""What an issuer says of itself (OpenID Connect Discovery)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

from adapters.oidc.cached import Cached
from adapters.oidc.http import fetch
from adapters.oidc.urls import endpoint
from core.errors import SignInRefused
from core.ports import Clock

FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The few fields that we use, checked. Algorithms are ours to choose, so they are not among
    them."""

    authorize: str
    token: str
    keys: str
    userinfo: str
    """Empty where there is none."""
    basic: bool
    """Whether our secret goes in the header, not in the form."""


def issuer(session: aiohttp.ClientSession, name: str, clock: Clock) -> Cached[Metadata]:
    """What the issuer of this name publishes; `name` is https, or http on this machine."""
    url = name.rstrip("/") + "/.well-known/openid-configuration"

    async def discover() -> Metadata:
        endpoint(name, name)
        return read(await fetch(session, url), name)

    return Cached(discover, clock, fresh=FRESH)


def read(document: Mapping[str, Any], name: str) -> Metadata:
    """Raises `SignInRefused` for the document of another issuer (one letter is enough), an address
    that we would not go to, and an issuer that takes no client secret."""
    if document.get("issuer") != name:
        raise SignInRefused("issuer")
    ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(ways, list) or not {"client_secret_basic", "client_secret_post"} & {
        each for each in ways if isinstance(each, str)
    }:
        raise SignInRefused("client")
    about = document.get("userinfo_endpoint")
    return Metadata(
        authorize=endpoint(document.get("authorization_endpoint"), name),
        token=endpoint(document.get("token_endpoint"), name),
        keys=endpoint(document.get("jwks_uri"), name),
        userinfo=endpoint(about, name) if about is not None else "",
        basic="client_secret_basic" in ways,
    )
