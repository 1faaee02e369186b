"""A message that a job found, on its way."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import remember
from bot.courier import Courier
from bot.telling import Message
from core.chat import Sent
from core.errors import ChatGone, ChatMoved, GiveUp, MessageGone, Unsendable, Withdrawn
from core.store import Store


class Saying:
    """Sends what jobs have to say."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    async def say(self, message: Message) -> None:
        """Send, and remember what is edited later. Terminal answers of the platform end the job."""
        reply = message.reply
        try:
            sent = await self.send(message)
        except Withdrawn:
            return
        except (ChatGone, Unsendable) as error:
            raise GiveUp(f"{type(error).__name__}: {error.reason}") from None
        if reply.card is not None or reply.prompt is not None:
            await self._store.mutate(lambda work: remember(work, sent, reply))

    async def send(self, message: Message) -> Sent:
        """Send; where the group became another one, once more there. Its messages stayed behind:
        none can be edited or replied to."""
        try:
            return await self._courier.send(
                message.address,
                message.reply,
                edit=message.edit,
                reply_to=message.reply_to,
                still=message.still,
            )
        except ChatMoved as moved:
            return await self._courier.send(moved.to, message.reply)

    async def send_anew(self, message: Message) -> Sent | None:
        """Send; as a message of its own where there is none to edit any more. None where it is not
        to be said any more."""
        try:
            return await self.send(message)
        except MessageGone:
            return await self.send_anew(replace(message, edit=""))
        except Withdrawn:
            return None
