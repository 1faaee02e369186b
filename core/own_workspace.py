"""The operator's own workspace: the one that a fixed token is for, which no install tells of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class OwnWorkspace:
    """Learned from the platform once it is reached; empty until then."""

    team: str = ""
    enterprise: str = ""
    name: str = ""

    def named(self, scope: str) -> str:
        """Its name, if this scope is its own; else empty."""
        return self.name if scope and scope in (self.team, self.enterprise) else ""
