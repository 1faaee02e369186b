"""One question to Polar, or page after page: a JSON object comes back, or an error of the core."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from aiolimiter import AsyncLimiter

from adapters.polar.answers import Answer
from adapters.polar.fields import Json, Unreadable, number
from core.errors import BillingAway, BillingRefused

if TYPE_CHECKING:
    from adapters.polar.sdk import Sdk

log = logging.getLogger(__name__)

T = TypeVar("T")
Server = Literal["production", "sandbox"]
Question = Callable[["Sdk"], Awaitable[object]]
"""A method of the SDK, called."""

TIMEOUT = 10.0
"""Seconds for each step of a request: a change of plan waits for the card to be charged."""
PATIENCE = 20.0
"""Seconds for all of it, from the first packet to the last byte."""
PAGE = 100
"""Things on a page, the most that Polar gives."""
MOST_PAGES = 5_000
PER_MINUTE = {"production": 500, "sandbox": 100}
"""Requests that Polar allows to an organisation. Source: its documentation, API, rate limits."""
SHARE = 0.8
"""Of these, what a sweep may take: the rest is for people who wait."""


class Asking:
    """See `PolarGateway` for the arguments."""

    def __init__(self, token: str, server: Server, url: str) -> None:
        self._token, self._server, self._url = token, server, url
        self._sdk: Sdk | None = None
        self._loading = asyncio.Lock()
        self._open = AsyncExitStack()
        self._closed = self._told = False
        # One at a time and evenly: aiolimiter lets a full burst through and then the rate.
        self._even = AsyncLimiter(1, 60 / (PER_MINUTE[server] * SHARE))

    async def loaded(self) -> Sdk:
        """The SDK, imported off the loop, which that would hold up for 0.8 s."""
        async with self._loading:
            if self._closed:
                raise BillingAway("closed")
            if self._sdk is None:
                made = await asyncio.to_thread(self._load)
                self._sdk = await self._open.enter_async_context(made)
            return self._sdk

    def _load(self) -> Sdk:
        from adapters.polar.sdk import Sdk  # noqa: PLC0415  # imports polar-sdk: see `loaded`

        return Sdk(self._token, self._server, self._url, TIMEOUT)

    async def close(self) -> None:
        async with self._loading:
            self._closed = True
            await self._open.aclose()

    async def one(self, question: Question, *, missing: str = "none") -> Json:
        """The object that Polar answers with; empty where it answers with nothing.

        Raises `BillingAway` and `BillingRefused` alone; `missing` is the reason of the latter where
        what was asked about is not there."""
        try:
            return await self._asked(question, missing)
        except BillingAway as away:
            if away.reason == "token" and not self._told:
                self._told = True
                log.error("Polar does not accept POLAR_ACCESS_TOKEN, or it may not do what we need")
            raise
        except BillingRefused:
            raise
        except TimeoutError:
            raise BillingAway("timeout") from None
        except Exception as broken:  # the SDK's own, and what it lets through of others'
            # the text of such an error may hold an answer, and that a token
            log.warning("a request to Polar broke: %s", type(broken).__name__)
            raise BillingAway("broken") from None

    async def _asked(self, question: Question, missing: str) -> Json:
        sdk = await self.loaded()
        try:
            async with asyncio.timeout(PATIENCE):
                await question(sdk)
        except Answer as answer:
            return answer.object(missing)
        raise BillingAway("silent")  # a method that asked nothing

    async def all(
        self,
        page: Callable[[int, Sdk], Awaitable[object]],
        read: Callable[[Json], T],
        *,
        evenly: bool = True,
    ) -> list[T]:
        """Everything of a list, without what cannot be read, which the log counts. `evenly` keeps
        to the sweep's share of the requests."""
        return (await self.listed(page, read, evenly=evenly))[0]

    async def listed(
        self,
        page: Callable[[int, Sdk], Awaitable[object]],
        read: Callable[[Json], T],
        *,
        evenly: bool = True,
    ) -> tuple[list[T], int]:
        """The same, with how many could not be read."""
        found: list[T] = []
        odd: list[str] = []
        for at in range(1, MOST_PAGES + 1):
            if evenly:
                await self._even.acquire()
            answer = await self.one(partial(page, at))
            items = answer.get("items")
            if not isinstance(items, list):  # half a list must not pass for a whole one
                raise BillingAway("unreadable")
            for each in items:
                _take(each, read, found, odd)
            if _is_last(answer, at, len(items)):
                if odd:
                    log.warning("%d things at Polar cannot be read: %s", len(odd), sorted(set(odd)))
                return found, len(odd)
        raise BillingAway("endless")


def _take(item: Any, read: Callable[[Json], T], found: list[T], odd: list[str]) -> None:
    try:
        found.append(read(item if isinstance(item, dict) else {}))
    except Unreadable as field:
        odd.append(str(field))


def _is_last(answer: Json, at: int, items: int) -> bool:
    about = answer.get("pagination")
    last = number(about, "max_page") if isinstance(about, dict) else None
    return items == 0 or (at >= last if last is not None else items < PAGE)
