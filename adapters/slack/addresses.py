"""Slack's channels as chats of ours."""

from __future__ import annotations

from core.addresses import Address, Sender

UNNAMED = frozenset(("directmessage", "privategroup"))
"""What Slack puts in place of a channel's name."""


def chat_address(
    team: str, channel: str, sender: Sender, name: str = "", *, thread: str = ""
) -> Address:
    """The chat that somebody wrote in: a channel is the workspace's, a direct message its
    person's."""
    if channel.startswith("D"):
        return own_address(sender, thread=thread)
    title = "" if name in UNNAMED else name
    return Address("slack", team, channel, private=False, thread=thread, title=title)


def own_address(person: Sender, *, thread: str = "") -> Address:
    """The direct message with somebody, whatever its channel is called. Its scope is the person's
    own, as their id's: an enterprise's people are the same in each of its workspaces."""
    return Address("slack", person.scope, person.user_id, private=True, thread=thread)
