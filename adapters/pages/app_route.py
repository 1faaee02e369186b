"""`POST /api/link`: the operator's own app asks for a link for one of its users."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from aiohttp import web

from adapters.client_address import Network, client_address
from adapters.edge import read_body
from core.errors import RateLimited, SignInAway, SignInError
from core.store import StoreAway

Ask = Callable[[str, str], Awaitable[Mapping[str, str | datetime]]]
"""Token and client address to what is answered. Raises `SignInError`, `RateLimited`."""
MOST_TOKEN = 8192
"""Characters; the same bound as `adapters.oidc.app_tokens` has."""


class AppRoute:
    """The route."""

    def __init__(self, ask: Ask, *, trusted: Sequence[Network] = ()) -> None:
        self._ask = ask
        self._trusted = trusted

    def routes(self) -> list[web.RouteDef]:
        """To be added to the site."""
        return [web.post("/api/link", self._link)]

    async def _link(self, request: web.Request) -> web.Response:
        await read_body(request)  # it says nothing to us; whatever is there must be small
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = ""
        try:
            told = await self._ask(token.strip()[: MOST_TOKEN + 1], self._client(request))
        except RateLimited as error:
            seconds = max(1, math.ceil(error.wait.total_seconds()))
            return _refused(429, "too_many_requests", {"Retry-After": str(seconds)})
        except StoreAway:
            return _refused(503, "unavailable", {"Retry-After": "5"})
        except SignInAway:
            # Whoever sends a token chooses the key to be looked for: no server error for that.
            return _refused(424, "keys_unavailable", {"Retry-After": "60"})
        except SignInError:
            return _refused(
                401, "invalid_token", {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            )
        return web.json_response({name: _plain(value) for name, value in told.items()})

    def _client(self, request: web.Request) -> str:
        return client_address(request, self._trusted)


def _refused(status: int, error: str, headers: Mapping[str, str]) -> web.Response:
    return web.json_response({"error": error}, status=status, headers=headers)


def _plain(value: str | datetime) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
