"""A page for whatever is refused: a sentence, what to do, and a reference that the log explains."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from adapters.pages import cookies
from core.errors import LinkRefused, RateLimited, SignInAway, SignInError, SignInRefused
from core.store import StoreAway
from core.visits import NotOurForm, Seen, Visits, WayBack
from core.words import Words

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]
GONE = 410
MOST, PER = 100, 60.0
"""Lines in the log, and in how many seconds: anybody can ask for such pages, and most of them are
not counted. A page beyond that has no reference."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What is shown and logged of one."""

    template: str
    status: int
    why: str
    """For the log: words of ours alone, never something from the request or of anybody."""
    wait: timedelta | None = None
    """After which it may work."""


NOT_OURS = Failure("refused", 403, "not a form of ours")
DOWN = Failure("down", 503, "the database is away", timedelta(seconds=5))


class Failing:
    """Draws these pages."""

    def __init__(
        self,
        visits: Visits,
        draw: Callable[..., web.Response],
        words: Words,
        in_words: Callable[[timedelta], str],
        reference: Callable[[], str],
    ) -> None:
        """`draw`: a template, and what it names. The rest as `Pages` has it."""
        self._visits = visits
        self._draw = draw
        self._words = words
        self._in_words = in_words
        self._reference = reference
        self._since, self._shown = time.monotonic(), 0

    def answered(self, handler: Handler) -> Handler:
        """The handler, with a page for whatever it refuses."""

        async def answer(request: web.Request) -> web.Response:
            with self._words.reading(request.headers.get("Accept-Language", "")):
                try:
                    return await handler(request)
                except (NotOurForm, LinkRefused, RateLimited, SignInError, StoreAway) as error:
                    return await self.page(request, failure_of(error))

        return answer

    async def page(
        self, request: web.Request, failure: Failure, seen: Seen | None = None
    ) -> web.Response:
        """The page, and its line in the log. `seen`: the attempt, where it was looked at."""
        back = seen or await self._way_back(request, failure)
        wait, headers = failure.wait or timedelta(0), {}
        if failure.wait is not None:
            headers["Retry-After"] = str(max(1, math.ceil(wait.total_seconds())))
        return self._draw(
            failure.template,
            status=failure.status,
            headers=headers,
            seen=back,
            wait=self._in_words(wait),
            **self._noted(failure),
        )

    def _noted(self, failure: Failure) -> dict[str, str]:
        """What the page names for the line in the log; nothing where there is no room for one."""
        now = time.monotonic()
        if now - self._since >= PER:
            if self._shown > MOST:
                log.warning("%d more sign-in pages refused", self._shown - MOST)
            self._since, self._shown = now, 0
        self._shown += 1
        if self._shown > MOST:
            return {}
        reference = self._reference()
        log.info("a sign-in page refused: %s", failure.why, extra={"ref": reference})
        return {"reference": reference}

    async def _way_back(self, request: web.Request, failure: Failure) -> WayBack | None:
        if failure is DOWN:
            return None
        try:
            return await self._visits.way_back(cookies.read(request))
        except StoreAway:
            return None


def failure_of(error: Exception) -> Failure:
    """What to show of a refusal. Raises it where it is none that a page can be asked for."""
    match error:
        case NotOurForm():
            return NOT_OURS
        case LinkRefused():
            return _link_refused(error.reason)
        case RateLimited():
            return Failure("busy", 429, f"too many {error.what}", error.wait)
        case SignInAway():
            why = f"the issuer is away ({error.reason})"
            return Failure("away", 503, why, timedelta(minutes=1))
        case SignInRefused():
            return Failure("unconvincing", 400, f"not signed in ({error.reason})")
        case StoreAway():
            return DOWN
    raise error


def _link_refused(reason: str) -> Failure:
    if reason == "unproved":
        return Failure("unproved", 403, "signed in as somebody else than the chat's own")
    return Failure("expired", GONE, f"the link was refused ({reason})")
