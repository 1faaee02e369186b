"""What somebody types, read against who they are and where."""

from __future__ import annotations

from collections.abc import Callable

from bot.quickadd import Can, Context
from bot.quickadd.meant import nobody
from bot.turn import Turn
from core.chat import Kind


def context_of(turn: Turn, is_person: Callable[[str], bool] = nobody) -> Context:
    """The context of a turn. Plain text may begin with `add`; a command did so already."""
    return Context(
        now=turn.now,
        zone=turn.account.local or "UTC",
        language=turn.account.language,
        is_person=is_person,
        can=frozenset(Can),
        verb=turn.inbound.kind is Kind.TEXT,
    )
