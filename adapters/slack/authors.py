"""Whose people did something in a channel that is shared with another organisation.

An event of a message says in which workspace its author is (`user_team`). Of who posted a link, put
a reaction or opened details it gives the id alone, and there it may be a stranger's: so Slack is
asked.
Source: https://docs.slack.dev/apis/slack-connect, and users.info."""

from __future__ import annotations

from typing import Any

from adapters.slack.api import SlackApi
from adapters.slack.fields import object_at, text_at
from adapters.slack.installation import is_external
from adapters.slack.links import SHARED
from adapters.slack.panes import REQUESTED
from adapters.slack.people import home_of
from adapters.slack.reactions import EVENTS

UNSAID = frozenset((SHARED, REQUESTED, *EVENTS))
"""Events that do not say where their author is at home."""
KEPT = 1000
"""People whose home is remembered, in each process: it does not change."""


class Authors:
    """Where people are at home, as far as it was asked."""

    def __init__(self) -> None:
        self._homes: dict[tuple[str, str], str] = {}

    async def named(self, payload: dict[str, Any], api: SlackApi) -> dict[str, Any]:
        """The payload, with its author's home where it may be another organisation's. Raises
        `DeliveryError` where that cannot be asked now."""
        if not is_external(payload):
            return payload
        event = object_at(payload, "event")
        user = text_at(event, "user")
        if not user or text_at(event, "type") not in UNSAID:
            return payload
        return {**payload, "event": {**event, "user_team": await self._home(user, payload, api)}}

    async def _home(self, user: str, payload: dict[str, Any], api: SlackApi) -> str:
        key = (text_at(payload, "team_id"), user)
        found = self._homes.get(key) or await home_of(api, user)
        if found and key not in self._homes:
            if len(self._homes) >= KEPT:
                del self._homes[next(iter(self._homes))]
            self._homes[key] = found
        return found
