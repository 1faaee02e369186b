"""The jobs that send somebody what is kept about them, and that clean up behind the forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.courier import Courier, Still
from bot.home import on_tab
from bot.language import _, language_of, speaking
from bot.readers import is_theirs, reader
from core.addresses import Address
from core.chat import Audience, Document, Hint, Reply
from core.chats import Chat
from core.errors import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    GiveUp,
    MessageGone,
    TokenRevoked,
    Unsendable,
    Withdrawn,
)
from core.export import Format, Sheet, archive, document, everything, tasks
from core.forgetting import wipe_chats
from core.ports import Engine, Payload, Runner
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

PACKED_FROM = 1_000_000
"""Bytes from which a single file is sent compressed."""


def sent(file: Document) -> Reply:
    """The file itself."""
    return Reply(_("Here it is. I keep no copy."), document=file, audience=Audience.HERE)


def not_sent() -> Reply:
    """Where the platform does not take it."""
    return Reply(
        text=_(
            "I could not send the file here: it is too large for this chat, or I may not send "
            "files. Nothing is lost; ask whoever runs me."
        ),
        hints=(Hint("export csv", _("only your tasks")),),
        audience=Audience.HERE,
    )


def forgotten() -> Reply:
    """To each chat of somebody who was."""
    return Reply(
        text=_(
            "It is done: nothing about you is left here. Write to me again, and we start afresh."
        ),
        audience=Audience.HERE,
    )


def wiped() -> Reply:
    """In place of a card."""
    return Reply(text=_("This task was deleted."), audience=Audience.HERE)


@dataclass(frozen=True, slots=True)
class _To:
    """Where something goes, and in which language."""

    address: Address
    language: str


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
        to, sheets, at = found
        file = await asyncio.to_thread(_file, sheets, how, at)
        still = partial(is_theirs, payload=payload)
        with speaking(to.language), suppress(Withdrawn):
            try:
                await self._send(to.address, sent(file), still)
            except Unsendable as error:
                log.warning("an export could not be sent: %s", error.reason)
                await self._send(to.address, not_sent(), still)

    async def wipe(self, payload: Payload) -> None:
        """Take what the card of a deleted task says out of a chat."""
        chat, message = int(str(payload["chat"])), str(payload["message"])
        to = await self._store.query(lambda work: _reader(work, work.chats.by_id(chat)))
        with speaking(to.language):
            reply = wiped()
        try:
            await self._courier.send(to.address, reply, edit=message)
        except (MessageGone, ChatGone, ChatMoved, Unsendable) as error:
            log.info("a card was not wiped: %s", type(error).__name__)

    async def forget(self, payload: Payload) -> None:
        """Clean up behind somebody who was forgotten, tell their chats, lose their addresses."""
        chats = [int(each) for each in str(payload["chats"]).split()]
        until = datetime.fromisoformat(str(payload["until"]))
        found = await self._store.query(lambda work: [work.chats.by_id(each) for each in chats])
        await self._engine.erase([f"{each.platform}:{each.id}" for each in found])
        await self._rewrite(until)
        with speaking(str(payload.get("language", ""))):
            reply = forgotten()
        for each in found:
            if not each.gone and not each.chat.startswith("@"):  # else there is no way to them
                await self._tell(each.address, reply)
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

    async def _tell(self, address: Address, reply: Reply) -> None:
        """Raises `RetryLater` alone: whoever cannot be told is forgotten all the same."""
        tab = on_tab((reply,), identity=0)
        for tell in (
            partial(self._courier.show, address, tab),  # it still has what they forget
            partial(self._courier.send, address, reply),
        ):
            try:
                await tell()
            except (ChatGone, ChatMoved, Unsendable, Ambiguous, TokenRevoked, GiveUp) as error:
                log.info("somebody forgotten was not told: %s", type(error).__name__)

    async def _send(self, address: Address, reply: Reply, still: Still) -> None:
        try:
            await self._courier.send(address, reply, still=still)
        except (ChatGone, ChatMoved) as error:
            raise GiveUp(type(error).__name__) from None


def _collected(
    work: Work, payload: Payload, how: Format
) -> tuple[_To, Sequence[Sheet], datetime] | None:
    if how is Format.ALL:
        work.see_one_state()
    found = reader(work, payload)
    if found is None:
        return None
    account, identity = found
    chat = work.chats.by_id(identity.chat_id)
    if how is Format.ALL:
        sheets = everything(work, account.id, identity.id)
    else:
        sheets = tasks(work, account.id)
    return _To(chat.address, account.language), sheets, work.now


def _reader(work: Work, chat: Chat) -> _To:
    return _To(chat.address, language_of(work, chat.id))


def _file(sheets: Sequence[Sheet], how: Format, at: datetime) -> Document:
    made = document(sheets, how, at)
    if how is Format.ALL or len(made.content) < PACKED_FROM:
        return made
    return archive(f"{made.name}.zip", {made.name: made.content}, at)
