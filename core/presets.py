"""How much one of somebody's chats tells them. This is the one table of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.events import (
    Event,
    OfferUnanswered,
    PaymentFailed,
    PlanEnded,
    TaskAssigned,
    TaskDeclined,
    TaskDue,
    TrialEnding,
)
from core.identity import Identity


class Preset(StrEnum):
    """From little to much."""

    QUIET = "quiet"
    """Only what waits for the reader."""
    NORMAL = "normal"
    """Also what others did, and what the reader did elsewhere; many at once are one message."""
    ALL = "all"
    """The same, each in a message of its own."""


_ORDER = tuple(Preset)
_LEAST: Mapping[type[Event], Preset] = {
    TaskDue: Preset.QUIET,
    TaskAssigned: Preset.QUIET,
    TaskDeclined: Preset.QUIET,
    OfferUnanswered: Preset.QUIET,
    PaymentFailed: Preset.QUIET,
    TrialEnding: Preset.QUIET,
    PlanEnded: Preset.QUIET,
}
"""From which preset on something is told; what is not named here, from Normal on."""


def tells(identity: Identity, event: Event) -> bool:
    """Whether this chat is told that. Security is told whatever somebody set (`event.always`)."""
    if event.always:
        return True
    least = _LEAST.get(type(event), Preset.NORMAL)
    return identity.notify and _ORDER.index(least) <= _ORDER.index(Preset(identity.preset))


def gathers(identity: Identity) -> bool:
    """Whether this chat wants many notices in one message."""
    return identity.preset != Preset.ALL
