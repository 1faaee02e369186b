"""What became of something that Polar said."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What became of it."""

    APPLIED = "applied"
    STALE = "stale"
    """Something newer is known."""
    IGNORED = "ignored"
    """Nothing that we use, or of somebody who was forgotten."""
    UNKNOWN = "unknown"
    """Of a type that this version does not know."""
    MALFORMED = "malformed"
    """Genuine, and not to be read."""
    FAILED = "failed"
    """Our code broke on it."""
    NOBODY = "nobody"
    """Somebody paid, and nobody knows who: it waits for the operator."""
    KNOWN = "known"
    """It came before."""


OPEN = (Outcome.UNKNOWN, Outcome.MALFORMED, Outcome.FAILED, Outcome.NOBODY)
"""What an operator has to look at."""
