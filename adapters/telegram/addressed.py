"""Whether a text is for the bot, and which line it is then."""

from __future__ import annotations

import re

from adapters.telegram.entities import Marked
from adapters.telegram.text import units
from core.chat import Kind

_COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@(?P<bot>\w+))?(?=\s|$)")


def command(text: Marked, username: str) -> tuple[Kind, str] | None:
    """`username`: the bot's, in lower case."""
    found = _COMMAND.match(text.part(0))
    if found is None or (found["bot"] or username).lower() != username:
        return None
    name = found["name"].lower()
    name = f"show {name}" if name.isdecimal() else name
    return Kind.COMMAND, f"{name} {text.line(units(found[0]))}".strip()


def spoken(text: Marked, username: str, *, private: bool, below: bool) -> tuple[Kind, str] | None:
    """`below`: in reply to a message of the bot's, which is for it in a group, too."""
    if _COMMAND.match(text.part(0)):  # for another bot
        return None
    mention = text.mention_of(username)
    if mention is not None and (not private or mention["offset"] == 0):
        return Kind.ADDRESSED, text.line(mention["offset"] + mention["length"])
    line = text.line() if private or below else ""
    return (Kind.TEXT, line) if line else None
