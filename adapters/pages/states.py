"""An attempt as it stands, as a page and its forms."""

from __future__ import annotations

from core.offer import State

PAGES = {
    State.ISSUED: "start",
    State.SIGNED_IN: "consent",
    State.ASKED: "letters",
    State.DONE: "done",
    State.DENIED: "stopped",
}
"""What is shown of an attempt that did not end in vain."""
ACTIONS: dict[State, tuple[str, ...]] = {
    **dict.fromkeys(State, ()),
    State.ISSUED: ("cancel", "start"),
    State.SIGNED_IN: ("cancel", "consent"),
    State.ASKED: ("cancel",),
}
"""The forms of each page."""
