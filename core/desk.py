"""Who looks after the service in a chat, and what they are told of this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.billing_facts import Hook

if TYPE_CHECKING:
    from core.identity import Identity
    from core.work import Work

Who = tuple[str, str, str]
"""Platform, scope and id of somebody, as an `Identity` has them."""


@dataclass(slots=True)
class Desk:
    """Set once, before the first message is taken; `closed_since` follows the database."""

    admins: frozenset[Who] = frozenset()
    """Those who look after the service, each in this one chat of theirs."""
    version: str = ""
    since: datetime | None = None
    """When this process started."""
    database: Callable[[], str] = str
    """What it is and what room it takes, for people to read."""
    platforms: Sequence[str] = ()
    problems: Callable[[], Mapping[str, str]] = dict
    """Why a part does not work, by its name; nothing of those that do."""
    numbers: Callable[[], Mapping[str, float]] = dict
    """What waits, as it was counted last; not a number before the first time."""
    waiting: Callable[[Work], tuple[int, float]] = lambda work: (0, 0.0)
    """How many jobs wait, and for how many seconds the oldest has."""
    pace: Callable[[str], float | None] = lambda platform: None
    """How many messages a platform takes in a second over all; None where it is by the chat."""
    hook: Callable[[str, str], Hook] | None = None
    """Reads what was kept of a call of Polar's, by its id and body; None without billing."""
    closed_since: datetime | None = None
    """Since when people are asked to wait (`core/upkeep.py`), as it was looked at last."""

    def knows(self, identity: Identity) -> bool:
        """Whether this is one of those who look after the service."""
        return (identity.platform, identity.scope, identity.user_id) in self.admins
