"""What each job does. A job may run twice: whatever it changes here is the same the second time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.cards import card
from bot.conversation import settle
from bot.courier import Courier
from bot.notices import told
from core.addresses import Address
from core.chat import Audience, Card, Fact, Reply
from core.errors import ChatGone, ChatMoved, GiveUp, MessageGone, RetryLater, Unsendable
from core.inbox import Undelivered
from core.ports import Engine, Payload, Runner
from core.purge import purge
from core.reading import BY_ID, read_task
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

KEEP_FINISHED = timedelta(days=7)
"""Of finished jobs; the original keeps its own as long (`parity.md` 3.1)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a job found to say, at the time of sending."""

    address: Address
    reply: Reply
    edit: str = ""
    reply_to: str = ""


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
            "farewell": self.farewell,
        }

    async def reply(self, payload: Payload) -> None:
        """Deliver an answer that did not get through directly."""
        key = str(payload["key"])
        waiting = await self._store.query(lambda work: work.inbox.undelivered(key))
        if waiting is None:
            return
        message = _again(waiting)
        try:
            sent = await self._courier.send(message.address, message.reply, edit=message.edit)
        except MessageGone:
            sent = await self._courier.send(message.address, message.reply)
        except ChatMoved as moved:
            sent = await self._courier.send(moved.to, message.reply)
        except (ChatGone, Unsendable) as error:
            raise GiveUp(f"{type(error).__name__}: {error.reason}") from None
        await self._store.mutate(lambda work: settle(work, key, sent, message.reply))

    async def tell(self, payload: Payload) -> None:
        """Tell somebody a notice in one of their chats, if it is still theirs to know."""
        message = await self._store.query(lambda work: _telling(work, payload))
        if message is not None:
            await self._say(message)

    async def redraw(self, payload: Payload) -> None:
        """Draw a live card as its task is now."""
        task, chat = int(str(payload["task"])), int(str(payload["chat"]))
        message = await self._store.query(lambda work: _redrawing(work, task, chat))
        if message is None:
            return
        try:
            await self._say(message)
        except MessageGone:
            await self._store.mutate(lambda work: work.cards.drop(task, chat))

    async def say(self, payload: Payload) -> None:
        """Say a plain sentence in a chat."""
        text = str(payload["text"])
        await self._say_in(payload, lambda _: Reply(text=text, audience=Audience.HERE))

    async def farewell(self, payload: Payload) -> None:
        """Tell a chat that it was disconnected."""
        text = "This chat is no longer connected to that account. Write to me to start afresh."
        await self._say_in(payload, lambda _: Reply(text=text, audience=Audience.HERE))

    async def _say_in(self, payload: Payload, make: Callable[[Work], Reply]) -> None:
        chat = int(str(payload["chat"]))

        def message(work: Work) -> Message:
            return Message(work.chats.by_id(chat).address, make(work))

        await self._say(await self._store.query(message))

    async def _say(self, message: Message) -> None:
        """Send, and remember a card. Terminal answers of the platform end the job."""
        reply = message.reply
        try:
            sent = await self._courier.send(
                message.address, reply, edit=message.edit, reply_to=message.reply_to
            )
        except ChatMoved:
            raise RetryLater(0.1, "the chat moved") from None
        except (ChatGone, Unsendable) as error:
            raise GiveUp(f"{type(error).__name__}: {error.reason}") from None
        if reply.card is not None:
            drawn = reply.card
            await self._store.mutate(
                lambda work: work.cards.drawn(
                    drawn.task, drawn.revision, work.chats.get(sent.address).id, sent
                )
            )

    async def forget(self) -> None:
        """Drop what is kept no longer than it must be."""

        def old(work: Work) -> None:
            work.inbox.forget()
            work.limits.forget()
            work.linking.forget()
            purge(work)

        await self._store.mutate(old)
        before = await self._store.query(lambda work: work.now - KEEP_FINISHED)
        await self._engine.forget(before)


def _again(waiting: Undelivered) -> Message:
    """The answer as it can be sent without the request it answers."""
    reply = replace(waiting.reply, toast="", form=None)
    return Message(waiting.address, reply, edit=waiting.edits)


def _telling(work: Work, payload: Payload) -> Message | None:
    """A notice as a message, with who may know it checked again: queued authority is stale."""
    notice = work.notices.get(int(str(payload["notice"])))
    reader = work.accounts.identity(int(str(payload["identity"])))
    if notice is None or reader is None:
        return None
    account, identity = reader
    if account.id != notice.account or not (identity.notify or notice.event.always):
        return None
    chat = work.chats.by_id(identity.chat_id)
    if chat.gone:  # it is in their inbox, where they find it when they are back
        return None
    reply = told(work, notice, account.id)
    if reply is None:
        return None
    shown = work.cards.find(notice.task, chat.id) if notice.task else None
    return Message(chat.address, reply, reply_to=shown.message if shown else "")


def _redrawing(work: Work, task: int, chat_id: int) -> Message | None:
    live = work.cards.find(task, chat_id)
    chat = work.chats.by_id(chat_id)
    if live is None or chat.gone:
        return None
    reply = _drawn(work, task, chat_id)
    return Message(live.address, reply, edit=live.message) if reply else None


def _drawn(work: Work, task: int, chat_id: int) -> Reply | None:
    """A card as the readers of a chat may see it."""
    chat = work.chats.by_id(chat_id)
    reader = None if not chat.private else work.accounts.of_chat(chat_id)
    if chat.private and reader is None:
        return None
    row = work.run(BY_ID, {"task": task, "viewer": reader.id if reader else 0}).one()
    found = read_task(row)
    if row.deleted_at is not None:
        return Reply(
            title=found.title,
            struck=True,
            facts=(Fact("Deleted"),),
            audience=Audience.HERE,
            card=Card(found.public_id, found.revision),
        )
    if reader is not None and reader.id not in {found.owner, found.assignee}:
        return Reply(text="This task is no longer yours.", audience=Audience.HERE)
    owner = work.accounts.get(found.owner)
    return card(found, reader or owner, work.now, shared=not chat.private)
