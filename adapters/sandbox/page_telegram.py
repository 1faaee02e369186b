"""What the page does that only Telegram has."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from adapters.sandbox.model import Json, Shown


@runtime_checkable
class OnTelegram(Protocol):
    """What people can do there: `TelegramPlay`."""

    def edit(self, person_id: str, chat_id: str, message_id: str, text: str) -> Shown: ...

    def forward(self, person_id: str, chat_id: str, message_id: str, to: str) -> Shown: ...

    async def inline(self, person_id: str, chat_id: str, text: str) -> Json: ...

    def pick(self, person_id: str, chat_id: str, query: str, result: str) -> Shown: ...

    async def say_in_topic(
        self, person_id: str, chat_id: str, topic: str, text: str, reply_to: str | None = None
    ) -> Shown: ...


async def on_telegram(sandbox: object, who: str, chat: str, action: Json) -> Shown | Json | None:
    """Do it in a chat; None for what is no such action. Raises LookupError or ValueError for what
    cannot be done."""
    if not isinstance(sandbox, OnTelegram):
        return None
    done: Shown | Json | None = None
    match action:
        case {"do": "edit", "message": str(message), "text": str(text)}:
            done = sandbox.edit(who, chat, message, text)
        case {"do": "forward", "message": str(message), "to": str(to)}:
            done = sandbox.forward(who, chat, message, to)
        case {"do": "inline", "text": str(text)}:
            done = await sandbox.inline(who, chat, text)
        case {"do": "pick", "query": str(query), "result": str(result)}:
            done = sandbox.pick(who, chat, query, result)
        case {"do": "say", "topic": str(topic), "text": str(text)} if topic:
            reply_to = action.get("reply_to")
            done = await sandbox.say_in_topic(who, chat, topic, text, reply_to)
    return done
