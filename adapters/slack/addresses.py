"""Slack's channels as chats of ours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from adapters.slack.fields import text_at
from core.addresses import Address, Sender

UNNAMED = frozenset(("directmessage", "privategroup"))
"""What Slack puts in place of a channel's name."""
_ID = re.compile(r"[A-Z0-9]{2,20}")


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


@lru_cache(maxsize=256)  # the same for all who write in a workspace
def app_redirect(app: str, team: str = "") -> str:
    """What opens the direct message with an app, in this workspace or in whichever the browser is
    signed in to; empty where these are no ids.
    Source: https://docs.slack.dev/interactivity/deep-linking, `app_redirect`."""
    if not all(_ID.fullmatch(each) for each in (app, *([team] if team else []))):
        return ""
    return f"https://slack.com/app_redirect?app={app}" + (f"&team={team}" if team else "")


def entrance(payload: dict[str, Any], team: str) -> str:
    """What opens the direct message with the app that Slack sends this to; empty where it does not
    say which that is."""
    return app_redirect(text_at(payload, "api_app_id"), team) if team else ""
