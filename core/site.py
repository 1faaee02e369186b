"""Where our own pages are, for what the conversation links to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Site:
    """Set once, before the first message is taken."""

    sign_in: str = ""
    """The address that sign-in links begin with; empty where nobody can sign in on the web."""
