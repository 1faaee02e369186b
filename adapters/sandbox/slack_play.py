"""The actions that only Slack has."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from adapters.sandbox import slack_menus as menus
from adapters.sandbox import slack_reactions as reactions
from adapters.sandbox.model import Message, Person, Shown
from adapters.sandbox.slack_objects import event_callback, user_json

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide
    from adapters.sandbox.world import World


class SlackPlay:
    """Names people, chats and messages by world id, as `Sandbox` does. Every method raises
    LookupError for what is not there."""

    world: World
    slack: SlackSide

    async def shortcut(
        self,
        person_id: str,
        callback: str,
        chat_id: str = "",
        message_id: str = "",
        *,
        again: str = "",
    ) -> Shown:
        """Choose a shortcut by its callback id: in the menu of a message, or without one in the
        search box. `again`: as for `Sandbox.say`."""
        who = self._on_slack(person_id)
        message = self._of_slack(who, chat_id, message_id) if message_id else None
        return await menus.shortcut(self.slack, who, callback, message, again)

    async def open_home(self, person_id: str, tab: str = "home") -> Shown:
        """Turn to the app's Home tab, or to its Messages tab (`messages`)."""
        return self.slack.homes.open(self._on_slack(person_id), tab)

    def react(
        self, person_id: str, chat_id: str, message_id: str, name: str, *, on: bool = True
    ) -> Shown:
        """Put a reaction, by its name, under a message; or take it away."""
        who = self._on_slack(person_id)
        message = self._of_slack(who, chat_id, message_id)
        return reactions.react(self.slack, who, message, name, on=on)

    async def open_details(
        self, person_id: str, chat_id: str, message_id: str, url: str = ""
    ) -> Shown:
        """Open what is below a link in a message; with several links, below that one."""
        who = self._on_slack(person_id)
        return self.slack.panes.ask(who, self._of_slack(who, chat_id, message_id), url)

    async def press_details(self, person_id: str, action_id: str) -> Shown:
        """Press a button of the pane that is open."""
        return await self.slack.panes.press(self._on_slack(person_id), action_id)

    async def close_details(self, person_id: str) -> Shown:
        """Close the pane."""
        return self.slack.panes.close(self._on_slack(person_id))

    def close_account(self, person_id: str, *, closed: bool = True) -> str:
        """Close somebody's account, or open it again; the id of what the app is told."""
        who = self._on_slack(person_id)
        user = user_json(who) | {"deleted": closed}
        event = {"type": "user_change", "user": user, "cache_ts": int(time.time())}
        name, chat = f"Ev{secrets.token_hex(5).upper()}", self.world.private_chat(who.id)
        return self.slack.deliver_event(event_callback(event, name, chat))

    def _on_slack(self, person_id: str) -> Person:
        who = self.world.people[person_id]
        if who.platform != "slack":
            raise LookupError(f"{person_id} is not on Slack")
        return who

    def _of_slack(self, who: Person, chat_id: str, message_id: str) -> Message:
        """A message that they see; what is for one person only has no menu."""
        found = self.world.message(chat_id, message_id)
        if who.id not in self.world.chats[chat_id].members or found is None or found.ephemeral_for:
            raise LookupError(f"no message {message_id} in {chat_id}")
        return found
