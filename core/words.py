"""What an adapter says by itself: whoever made it gives the words, since it knows no language."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Words(Protocol):
    """The languages of pages. Each call is in the one that is spoken at that moment."""

    def gettext(self, message: str) -> str:
        """A sentence."""

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The same where the words go by a number."""

    def spoken(self) -> str:
        """The tag of the language that is spoken."""

    def reading(self, accepted: str) -> AbstractContextManager[None]:
        """Speak as a browser asks in its `Accept-Language`."""


def N_(message: str) -> str:
    """Mark a sentence for the catalogue, and leave it as it is."""
    return message
