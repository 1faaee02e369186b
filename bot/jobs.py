"""What each job does. A job may run twice: whatever it changes here is the same the second time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.answers import remember, settle
from bot.courier import Courier
from bot.telling import Message, again, concluding, redrawing, telling
from core.chat import Audience, Reply, Sent
from core.errors import Ambiguous, ChatGone, ChatMoved, GiveUp, MessageGone, Unsendable
from core.ports import Engine, Payload, Runner
from core.purge import purge
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

KEEP_FINISHED = timedelta(days=7)
"""Of finished jobs; the original keeps its own as long (`parity.md` 3.1)."""


class Jobs:
    """The runners, by the names under which jobs are put."""

    def __init__(self, *, store: Store, courier: Courier, engine: Engine) -> None:
        self._store = store
        self._courier = courier
        self._engine = engine

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {
            "reply": self.reply,
            "tell": self.tell,
            "redraw": self.redraw,
            "say": self.say,
            "outcome": self.outcome,
            "farewell": self.farewell,
            "meet": self.meet,
        }

    async def reply(self, payload: Payload) -> None:
        """Deliver an answer that did not get through directly.

        Raises `GiveUp` where it is no longer kept, and where it may have arrived twice by now."""
        key = str(payload["key"])
        waiting = await self._store.query(lambda work: work.inbox.undelivered(key))
        if waiting is None:
            return
        message = again(waiting)
        try:
            sent = await self._send(message)
        except MessageGone:
            sent = await self._send(replace(message, edit=""))
        except (ChatGone, Unsendable) as error:
            raise GiveUp(f"{type(error).__name__}: {error.reason}") from None
        except Ambiguous as error:
            if payload.get("tried"):
                raise GiveUp(f"may have been delivered: {error.reason}") from None
            raise
        await self._store.mutate(lambda work: settle(work, key, sent, message.reply))

    async def tell(self, payload: Payload) -> None:
        """Tell somebody a notice in one of their chats, if it is still theirs to know."""
        message = await self._store.query(lambda work: telling(work, payload))
        if message is not None:
            await self._say(message)

    async def redraw(self, payload: Payload) -> None:
        """Draw a card as its task is now."""
        message = await self._store.query(lambda work: redrawing(work, payload))
        if message is None:
            return
        gone = message.reply.card is None  # no card of this reader's any more
        try:
            await self._say(message)
        except MessageGone:
            gone = True
        if gone:
            task, chat = int(str(payload["task"])), int(str(payload["chat"]))
            await self._store.mutate(lambda work: work.cards.drop(task, chat, message.edit))

    async def outcome(self, payload: Payload) -> None:
        """Edit a message that shows a link attempt to what became of it."""
        message = await self._store.query(lambda work: concluding(work, payload))
        if message is None:
            return
        with suppress(MessageGone):
            await self._say(message)
        if message.reply.prompt is None:
            attempt, chat = str(payload["attempt"]), int(str(payload["chat"]))
            await self._store.mutate(lambda work: work.prompts.drop(attempt, chat, message.edit))

    async def say(self, payload: Payload) -> None:
        """Say a plain sentence in a chat."""
        text = str(payload["text"])
        await self._say_in(payload, lambda _: Reply(text=text, audience=Audience.HERE))

    async def farewell(self, payload: Payload) -> None:
        """Tell a chat that it was disconnected."""
        text = "This chat is no longer connected to that account. Write to me to start afresh."
        await self._say_in(payload, lambda _: Reply(text=text, audience=Audience.HERE))

    async def meet(self, payload: Payload) -> None:
        """Learn the name and the zone of somebody whose first message had neither."""
        identity = int(str(payload["identity"]))
        found = await self._store.query(lambda work: work.accounts.identity(identity))
        if found is None:
            return
        who = found[1]
        person = await self._courier.person(who.platform, who.scope, who.user_id)
        if person is not None:
            await self._store.mutate(lambda work: work.accounts.learn(identity, person))

    async def _say_in(self, payload: Payload, make: Callable[[Work], Reply]) -> None:
        chat = int(str(payload["chat"]))

        def message(work: Work) -> Message:
            return Message(work.chats.by_id(chat).address, make(work))

        await self._say(await self._store.query(message))

    async def _say(self, message: Message) -> None:
        """Send, and remember what is edited later. Terminal answers of the platform end the job."""
        reply = message.reply
        try:
            sent = await self._send(message)
        except (ChatGone, Unsendable) as error:
            raise GiveUp(f"{type(error).__name__}: {error.reason}") from None
        if reply.card is not None or reply.prompt is not None:
            await self._store.mutate(lambda work: remember(work, sent, reply))

    async def _send(self, message: Message) -> Sent:
        """Send; where the group became another one, once more there. Its messages stayed behind:
        none can be edited or replied to."""
        try:
            return await self._courier.send(
                message.address, message.reply, edit=message.edit, reply_to=message.reply_to
            )
        except ChatMoved as moved:
            return await self._courier.send(moved.to, message.reply)

    async def forget(self) -> None:
        """Drop what is kept no longer than it must be."""

        def old(work: Work) -> None:
            work.inbox.forget()
            work.failures.forget()
            work.limits.forget()
            work.linking.forget()
            purge(work)

        await self._store.mutate(old)
        before = await self._store.query(lambda work: work.now - KEEP_FINISHED)
        await self._engine.forget(before)
