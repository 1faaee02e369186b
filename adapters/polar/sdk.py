"""polar-sdk, without its models. The only module that imports it; `gateway` loads it when needed.

Its methods know what to ask: paths, names and their types, which mypy checks here, since a misspelt
name would be sent as it is. Its models refuse whatever they do not know (a new status, a field left
out), so that one odd subscription would make the answer about a hundred unreadable, and take 0.4 s
each to compile. So the answer never reaches them: `send_request` raises it. Here, too, is what the
SDK lacks: a bound on the answer, and one kind of error for whatever goes wrong on the way.
"""

from __future__ import annotations

from typing import NoReturn

import httpx
from polar.base import AsyncClientBase, resolve_base_url
from polar.v2026_10.client import SERVERS, Environment, PolarAsync
from polar.v2026_10.services.checkouts import CheckoutsAsync
from polar.v2026_10.services.customer_sessions import CustomerSessionsAsync
from polar.v2026_10.services.customers import CustomersAsync
from polar.v2026_10.services.products import ProductsAsync
from polar.v2026_10.services.subscriptions import SubscriptionsAsync

from adapters.polar.answers import Answer
from core.errors import BillingAway

MOST = 8 * 2**20
"""Bytes of an answer. A hundred subscriptions, each with its product, have about 1 MB."""


class _Client(AsyncClientBase):
    async def send_request(self, request: httpx.Request) -> NoReturn:
        """Raises `Answer`, or `BillingAway` where none came. Redirects are not followed."""
        request.headers["Accept-Encoding"] = "identity"  # what is compressed may be far larger
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = await _capped(response)
            finally:
                await response.aclose()
        except httpx.TimeoutException:
            raise BillingAway("timeout") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise BillingAway("network") from None
        raise Answer(response.status_code, response.headers.get("Retry-After", ""), body)


async def _capped(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST:
            raise BillingAway("too-large")
    return bytes(body)


class Sdk:
    """The parts of the API that we use. `url` takes the place of the environment's; `timeout` is in
    seconds, for each step of a request."""

    def __init__(self, token: str, environment: Environment, url: str, timeout: float) -> None:
        base_url = resolve_base_url(SERVERS, environment, url or None)
        self._client = _Client(base_url, PolarAsync.version, token, timeout)
        self.checkouts = CheckoutsAsync(self._client)
        self.customer_sessions = CustomerSessionsAsync(self._client)
        self.customers = CustomersAsync(self._client)
        self.products = ProductsAsync(self._client)
        self.subscriptions = SubscriptionsAsync(self._client)

    async def __aenter__(self) -> Sdk:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__()
