"""What is said to who connects what is connected: since when, and the way out."""

from __future__ import annotations

import re
from datetime import datetime

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.turn import Turn
from bot.words import say_date
from core.chat import Reply, Style

# From the start of a word only: else each letter of a long one would be tried.
_ADDRESS = re.compile(r"(?<![^\s<>()@])([^\s<>()@])[^\s<>()@]*@([^\s<>()@]+)")


def already(turn: Turn, since: datetime | None, name: str) -> Reply:
    """`This Telegram account is already connected to b***@example.org since 3 Nov.`"""
    since = max(since or turn.identity.linked_at, turn.identity.linked_at)
    text = _(
        "This {platform} account is already connected to {name} since {day}.",
        platform=turn.identity.platform.title(),
        name=masked(name),
        day=say_date(since.astimezone(turn.account.zone).date(), turn.today, near=False),
    )
    keep = button(_("Keep"), verbs.Close(_("Kept.")))
    leave = button(_("Disconnect"), verbs.Unlink(turn.identity.id), Style.DANGER)
    return Reply(text=text, buttons=((keep, leave),), toast=_("Connected."))


def masked(name: str) -> str:
    """A name with any address in it as whoever has that knows it again, and nobody else:
    `b***@example.org`."""
    return _ADDRESS.sub(r"\1***@\2", name)
