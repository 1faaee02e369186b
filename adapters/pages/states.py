"""An attempt as it stands, as a page and its forms."""

from __future__ import annotations

from core.offer import State

PAGES = {
    State.ISSUED: "start",
    State.SIGNED_IN: "consent",
    State.ASKED: "letters",
    State.DONE: "done",
    State.DENIED: "stopped",
    State.EXPIRED: "expired",
    State.VOID: "expired",
}
"""What is shown of an attempt, as it stands."""
ACTIONS: dict[State, tuple[str, ...]] = {
    **dict.fromkeys(State, ()),
    State.ISSUED: ("cancel", "start"),
    State.SIGNED_IN: ("cancel", "consent"),
    State.ASKED: ("cancel",),
}
"""The forms of each page."""
