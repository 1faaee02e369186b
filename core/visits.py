"""What a browser sees and does of a sign-in on the web: the port between its pages and us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.offer import State


class NotOurForm(Exception):
    """A request that no page of ours made, or not in this browser."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An attempt as this browser may see it."""

    state: State
    platform: str
    """Where the chat is: `telegram`."""
    place: str
    """The workspace, or empty."""
    person: str
    """Whose chat is to be connected: `Ada (@ada)`. Somebody else's words, as all names here."""
    issuer: str = ""
    name: str = ""
    """Who signed in, once somebody did."""
    letters: str = ""
    """4-4, to be typed into the chat."""
    minutes: int = 0
    """Until it expires, at least 1 while it is open."""
    way_back: str = ""
    """Opens the chat, where the platform has an address for that."""
    provable: bool = False
    """Whether the browser can prove that it is the chat's own, instead of showing letters."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """All that a page says of an attempt where it refuses something."""

    platform: str
    way_back: str
    """As `Seen` has them."""


class Visits(Protocol):
    """`cookie` is what `open` and `come_back` gave, or anything else that a browser sends; `form`
    what `form` gave; `client` names the browser's address for limits.

    What acts raises `NotOurForm`, `core.errors.LinkRefused` where the attempt has ended, and
    `RateLimited`; what asks the issuer, `core.errors.SignInError`, too."""

    async def open(self, token: str, cookie: str, client: str) -> str | None:
        """A browser brings a link: the cookie for it, which is the one that it has where that is
        of this link already. None for a link that is none of ours. Changes nothing, but is
        counted."""

    async def see(self, cookie: str, client: str) -> Seen | None:
        """The attempt of this browser. Changes nothing, but is counted."""

    async def way_back(self, cookie: str) -> WayBack | None:
        """Where this browser came from, if that is known. Changes nothing, and is not counted: it
        is asked after a refusal."""

    async def next_origin(self, seen: Seen) -> str:
        """`https://login.example.org`: where `begin`, or then `prove`, leads to; or nothing."""

    def form(self, cookie: str, action: str, seen: Seen) -> str:
        """What a form of ours carries: it is for this browser, this action, and what is seen."""

    async def begin(self, cookie: str, form: str, client: str) -> str:
        """Where to sign in."""

    async def come_back(self, cookie: str, query: Mapping[str, str], client: str) -> str:
        """The browser comes from the issuer: its new cookie."""

    async def consent(self, cookie: str, form: str, client: str) -> None:
        """The browser agrees to what it saw."""

    async def prove(self, cookie: str, form: str, client: str) -> str:
        """Where the browser can prove that it is the chat's own."""

    async def proved(self, cookie: str, query: Mapping[str, str], client: str) -> None:
        """The browser comes from there. Raises `LinkRefused` (`unproved`) where it is somebody
        else's."""

    async def cancel(self, cookie: str, form: str, client: str) -> None:
        """The browser does not."""
