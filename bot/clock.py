"""The wall clock."""

from __future__ import annotations

from datetime import UTC, datetime


class WallClock:
    """The present instant, as `core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)
