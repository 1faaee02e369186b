"""The jobs that send somebody what is kept about them, and that clean up behind the forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.courier import Courier
from core.addresses import Address
from core.chat import Audience, Document, Hint, Reply
from core.errors import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    GiveUp,
    MessageGone,
    TokenRevoked,
    Unsendable,
)
from core.export import Format, Sheet, archive, document, everything, tasks
from core.forgetting import wipe_chats
from core.ports import Engine, Payload, Runner
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

PACKED_FROM = 1_000_000
"""Bytes from which a single file is sent compressed."""
SENT = Reply(text="Here it is. I keep no copy.", audience=Audience.HERE)
NOT_SENT = Reply(
    text="I could not send the file here: it is too large for this chat, or I may not send files. "
    "Nothing is lost; ask whoever runs me.",
    hints=(Hint("export csv", "only your tasks"),),
    audience=Audience.HERE,
)
FORGOTTEN = Reply(
    text="It is done: nothing about you is left here. Write to me again, and we start afresh.",
    audience=Audience.HERE,
)
WIPED = Reply(text="This task was deleted.", audience=Audience.HERE)


class Records:
    """The runners, by the names under which jobs are put."""

    def __init__(self, *, store: Store, courier: Courier, engine: Engine) -> None:
        self._store = store
        self._courier = courier
        self._engine = engine
        self._alone = asyncio.Lock()
        self._rewritten: datetime | None = None
        """When the newest rewriting of the database's file began."""

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"export": self.export, "wipe": self.wipe, "forget": self.forget}

    async def export(self, payload: Payload) -> None:
        """Collect and send, if the chat is still one of the account's: queued authority is stale.

        Raises `GiveUp` where nothing can be sent at all."""
        how = Format(str(payload["what"]))
        found = await self._store.query(lambda work: _collected(work, payload, how))
        if found is None:
            return
        address, sheets, at = found
        file = await asyncio.to_thread(_file, sheets, how, at)
        try:
            await self._send(address, Reply(SENT.text, document=file, audience=Audience.HERE))
        except Unsendable as error:
            log.warning("an export could not be sent: %s", error.reason)
            await self._send(address, NOT_SENT)

    async def wipe(self, payload: Payload) -> None:
        """Take what the card of a deleted task says out of a chat."""
        chat, message = int(str(payload["chat"])), str(payload["message"])
        address = await self._store.query(lambda work: work.chats.by_id(chat).address)
        try:
            await self._courier.send(address, WIPED, edit=message)
        except (MessageGone, ChatGone, ChatMoved, Unsendable) as error:
            log.info("a card was not wiped: %s", type(error).__name__)

    async def forget(self, payload: Payload) -> None:
        """Clean up behind somebody who was forgotten, tell their chats, lose their addresses."""
        chats = [int(each) for each in str(payload["chats"]).split()]
        until = datetime.fromisoformat(str(payload["until"]))
        found = await self._store.query(lambda work: [work.chats.by_id(each) for each in chats])
        await self._engine.erase([f"{each.platform}:{each.id}" for each in found])
        await self._rewrite(until)
        for each in found:
            if not each.gone and not each.chat.startswith("@"):  # else there is no way to them
                await self._tell(each.address)
        await self._store.mutate(lambda work: wipe_chats(work, chats, until))
        await self._store.scrub(whole=False)

    async def _rewrite(self, until: datetime) -> None:
        """Once for all who were forgotten before it began: the larger the file, the longer."""
        async with self._alone:
            if self._rewritten is not None and self._rewritten > until:
                return
            begun = await self._store.query(lambda work: work.now)
            await self._store.scrub(whole=True)
            self._rewritten = begun

    async def _tell(self, address: Address) -> None:
        """Raises `RetryLater` alone: whoever cannot be told is forgotten all the same."""
        try:
            await self._courier.send(address, FORGOTTEN)
        except (ChatGone, ChatMoved, Unsendable, Ambiguous, TokenRevoked, GiveUp) as error:
            log.info("somebody forgotten was not told: %s", type(error).__name__)

    async def _send(self, address: Address, reply: Reply) -> None:
        try:
            await self._courier.send(address, reply)
        except (ChatGone, ChatMoved) as error:
            raise GiveUp(type(error).__name__) from None


def _collected(
    work: Work, payload: Payload, how: Format
) -> tuple[Address, Sequence[Sheet], datetime] | None:
    if how is Format.ALL:
        work.see_one_state()
    found = work.accounts.identity(int(str(payload["identity"])))
    if found is None or found[0].id != payload["account"]:
        return None
    account, identity = found
    chat = work.chats.by_id(identity.chat_id)
    if how is Format.ALL:
        sheets = everything(work, account.id, identity.id)
    else:
        sheets = tasks(work, account.id)
    return chat.address, sheets, work.now


def _file(sheets: Sequence[Sheet], how: Format, at: datetime) -> Document:
    made = document(sheets, how, at)
    if how is Format.ALL or len(made.content) < PACKED_FROM:
        return made
    return archive(f"{made.name}.zip", {made.name: made.content}, at)
