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
    """From little to much. Rows have the names of before there was Least: nobody who was there then
    is told more, or less, than they were."""

    LEAST = "quiet"
    """Only what waits for the reader."""
    QUIET = "normal"
    """Whoever comes has it. What concerns the reader, as `product.md` 1.1 and 1.9 have it: also
    what others did, and what the reader did elsewhere; many in a minute are one message."""
    NORMAL = "usual"
    """The same as it happens; only what happens at once is one message."""
    ALL = "all"
    """The same, each in a message of its own."""


_ORDER = tuple(Preset)
_FROM: Mapping[type[Event], Preset] = {
    TaskDue: Preset.LEAST,
    TaskAssigned: Preset.LEAST,
    TaskDeclined: Preset.LEAST,
    OfferUnanswered: Preset.LEAST,
    PaymentFailed: Preset.LEAST,
    TrialEnding: Preset.LEAST,
    PlanEnded: Preset.LEAST,
}
"""From which preset on something is told; what is not named here, from Quiet on."""


def tells(identity: Identity, event: Event) -> bool:
    """Whether this chat is told that. Security is told whatever somebody set (`event.always`)."""
    if event.always:
        return True
    least = _FROM.get(type(event), Preset.QUIET)
    return identity.notify and _ORDER.index(least) <= _ORDER.index(Preset(identity.preset))


def gathers(identity: Identity) -> bool:
    """Whether this chat wants in one message what happens at once."""
    return identity.preset != Preset.ALL


class News(StrEnum):
    """What a group is told of its own tasks without being asked. Its digest is its own switch."""

    LEFT = "left"
    """Whoever had to do some of them left, and they may be claimed (`core/leaving.py`)."""
    DUE = "due"
    DONE = "done"
    TAKEN = "taken"


_GROUPS_FROM: Mapping[News, Preset] = {
    News.LEFT: Preset.QUIET,
    News.DUE: Preset.NORMAL,
    News.DONE: Preset.ALL,
    News.TAKEN: Preset.ALL,
}
GROUP_AT_FIRST = Preset.QUIET
"""How every group begins."""


def group_hears(preset: Preset, news: News) -> bool:
    """Whether a group is told that. At Least it is told nothing."""
    return _ORDER.index(_GROUPS_FROM[news]) <= _ORDER.index(preset)


def fewer(preset: Preset) -> Preset:
    """What tells a group one step less; Least stays."""
    return _ORDER[max(_ORDER.index(preset) - 1, 0)]


def waits(identity: Identity) -> bool:
    """Whether it wants so what others do one after the other, too."""
    return Preset(identity.preset) in {Preset.LEAST, Preset.QUIET}
