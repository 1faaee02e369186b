"""Slack's channels as chats of ours."""

from __future__ import annotations

from core.addresses import Address

UNNAMED = frozenset(("directmessage", "privategroup"))
"""What Slack puts in place of a channel's name."""


def chat_address(
    team: str, channel: str, user: str, name: str = "", *, thread: str = ""
) -> Address:
    """The chat: a direct message's is the person's own id, whatever its channel is called."""
    if channel.startswith("D"):
        return Address("slack", team, user, private=True, thread=thread)
    title = "" if name in UNNAMED else name
    return Address("slack", team, channel, private=False, thread=thread, title=title)
