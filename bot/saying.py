"""A message that a job found, on its way."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from bot.answers import remember
from bot.courier import Courier
from bot.telling import Find, Message, finds
from core.chat import Sent
from core.errors import ChatGone, ChatMoved, GiveUp, MessageGone, Unsendable, Withdrawn
from core.ports import Payload
from core.store import Store

log = logging.getLogger(__name__)


class Saying:
    """Sends what jobs have to say."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    async def tell(self, find: Find, payload: Payload) -> None:
        """Tell somebody something in one of their chats, if it is still theirs to know, then and
        when its turn has come. Raises as `say`."""
        message = await self._store.query(lambda work: find(work, payload))
        if message is not None:
            await self.say(replace(message, still=partial(finds, find, payload)))

    async def say(self, message: Message) -> None:
        """Send, and remember what is edited later. A chat that cannot be written to ends the job:
        the chat is parked by then (`core.reaching.lose`), and what there was to tell is in the
        inbox. Raises `GiveUp` for what the platform will never take."""
        reply = message.reply
        try:
            sent = await self.send(message)
        except Withdrawn:
            return
        except ChatGone as error:
            log.info("not said, the %s chat is gone: %s", message.address.platform, error.reason)
            return
        except Unsendable as error:
            raise GiveUp(f"Unsendable: {error.reason}") from None
        if reply.edited_later:
            await self._store.mutate(lambda work: remember(work, sent, reply, message.edit))

    async def say_anew(self, message: Message) -> None:
        """The same; as a message of its own where there is none to edit any more."""
        try:
            await self.say(message)
        except MessageGone:
            await self.say(replace(message, edit=""))

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
                answer=message.awaited,
            )
        except ChatMoved as moved:
            return await self._courier.send(
                moved.to, message.reply, still=message.still, answer=message.awaited
            )

    async def send_anew(self, message: Message) -> Sent | None:
        """Send; as a message of its own where there is none to edit any more. None where it is not
        to be said any more."""
        try:
            return await self.send(message)
        except MessageGone:
            return await self.send_anew(replace(message, edit=""))
        except Withdrawn:
            return None
