"""The actions that only Telegram has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.sandbox import telegram_acts as acts
from adapters.sandbox import telegram_inline as inline
from adapters.sandbox.model import Chat, Json, Message, Person, Shown

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide
    from adapters.sandbox.world import World


class TelegramPlay:
    """Names people, chats and messages by world id, as `Sandbox` does. Every method raises
    LookupError for what is not there, ValueError for what Telegram does not allow."""

    world: World
    telegram: TelegramSide

    def edit(self, person_id: str, chat_id: str, message_id: str, text: str) -> Shown:
        """Change the words of one's own message."""
        if not text.strip():
            raise ValueError("nothing to send")
        who, where, message = self._theirs(person_id, chat_id, message_id)
        return acts.edit(self.telegram, who, where, message, text)

    def forward(self, person_id: str, chat_id: str, message_id: str, to: str) -> Shown:
        """Send a message on to another chat of theirs."""
        who, _, message = self._theirs(person_id, chat_id, message_id)
        target = self.world.chats[to]
        if who.id not in target.members:
            raise LookupError(f"{who.id} is not in {to}")
        return acts.forward(self.telegram, who, message, target)

    async def inline(self, person_id: str, chat_id: str, text: str) -> Json:
        """Type to the bot in any chat: `{"query", "results"}`, each with `id`, `title`,
        `detail`."""
        who, where = self._on_telegram(person_id, chat_id)
        return await inline.ask(self.telegram, who, where, text)

    def pick(self, person_id: str, chat_id: str, query: str, result: str) -> Shown:
        """Say one of those results there."""
        who, where = self._on_telegram(person_id, chat_id)
        return inline.pick(self.telegram, who, where, query, result)

    async def say_in_topic(
        self, person_id: str, chat_id: str, topic: str, text: str, reply_to: str | None = None
    ) -> Shown:
        """Write in a topic of a forum."""
        who, where = self._on_telegram(person_id, chat_id)
        if topic not in where.topics:
            raise LookupError(f"no topic {topic} in {chat_id}")
        return await self.telegram.say(who, where, text, reply_to, topic=topic)

    def block(self, person_id: str, *, blocked: bool = True) -> None:
        """Block the bot, or take that back."""
        acts.block(self.telegram, self.world.people[person_id], blocked=blocked)

    def let_in(self, person_id: str, chat_id: str, *, rules: bool = False) -> str:
        """Add the bot to a group, perhaps as an administrator; the id of what it is told."""
        who, where = self._on_telegram(person_id, chat_id)
        return acts.let_in(self.telegram, who, where, rules=rules)

    def put_out(self, person_id: str, chat_id: str) -> str:
        """Remove the bot from a group."""
        who, where = self._on_telegram(person_id, chat_id)
        return acts.put_out(self.telegram, who, where)

    def leave(self, person_id: str, chat_id: str) -> str:
        """Leave a group; the id of what the bot is told."""
        who, where = self._on_telegram(person_id, chat_id)
        return acts.leave(self.telegram, who, where)

    def come_back(self, person_id: str, chat_id: str) -> str:
        """Come into a group; the id of what the bot is told."""
        who = self.world.people[person_id]
        return acts.come_back(self.telegram, who, self.world.chats[chat_id])

    def _theirs(
        self, person_id: str, chat_id: str, message_id: str
    ) -> tuple[Person, Chat, Message]:
        """Somebody on Telegram, and a message that they see."""
        who, where = self._on_telegram(person_id, chat_id)
        found = self.world.message(chat_id, message_id)
        if found is None or found.ephemeral_for not in (None, who.id):
            raise LookupError(f"no message {message_id} in {chat_id}")
        return who, where, found

    def _on_telegram(self, person_id: str, chat_id: str) -> tuple[Person, Chat]:
        who, where = self.world.people[person_id], self.world.chats[chat_id]
        if who.platform != "telegram" or who.id not in where.members:
            raise LookupError(f"{person_id} is not in {chat_id}")
        return who, where
