"""Somebody names lists that they do not have yet, and means it."""

from __future__ import annotations

from adapters.sandbox import Message
from tests.service_kit import labels
from tests.stories.cast import Somebody


async def writes_in_list(who: Somebody, line: str, answer: str = "Added ") -> Message:
    """Write a line; where its list is offered, have it made."""
    card = await who.writes(line, answer)
    create = next((each for each in labels(card) if each.startswith("Create #")), None)
    if create is not None:
        await who.presses(card, create)
        await who.until(lambda: create not in labels(card))
    return card
