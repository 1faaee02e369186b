"""A bot on the stand-in Bot API, and somebody who listens to what comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from telegram_server import DATE, TOKEN, until

from adapters.telegram import TelegramPlatform
from core.addresses import Address, Sender
from core.chat import Button, Inbound, Kind, Reply, Unread

ALICE = Sender("telegram", "", "1001", "Alice")
DM = Address("telegram", "", "1001", private=True)
GROUP = Address("telegram", "", "-100", private=False, thread="9")
HELLO = Reply(text="Hello <b>you</b>", buttons=((Button("Done", "done 3"),),))
Update = dict[str, Any]


def press(where: Address, message: str = "80") -> Inbound:
    return Inbound("k", Kind.PRESS, ALICE, where, "done 3", message=message, token="q1")


def typed(where: Address) -> Inbound:
    return Inbound("k", Kind.COMMAND, ALICE, where, "done 3")


def message(update_id: int, chat: int, text: str) -> Update:
    user = {"id": chat, "is_bot": False, "first_name": "A"}
    where = {"id": chat, "type": "private", "first_name": "A"}
    body = {"message_id": update_id, "from": user, "chat": where, "date": DATE, "text": text}
    return {"update_id": update_id, "message": body}


class Conversation:
    """Notes what it receives; fails or waits as told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.before: Callable[[Inbound], Awaitable[None]] | None = None
        self.told: list[tuple[Any, ...]] = []
        self.unread: list[Unread] = []
        self.keeps = True
        self.at_once = self.most_at_once = 0

    async def receive(self, inbound: Inbound) -> Reply:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.before:
                await self.before(inbound)
        finally:
            self.at_once -= 1
        self.lines.append(inbound.line)
        return Reply()

    async def keep_unread(self, unread: Unread, error: Exception) -> Reply:
        if not self.keeps:
            raise OSError("disk full")
        self.unread.append(unread)
        return Reply(text="Kept.")

    async def on_chat(self, address: Address, reachable: bool) -> None:
        self.told.append((address.chat, reachable))

    async def on_moved(self, old: Address, new: Address) -> None:
        self.told.append((old.chat, new.chat))

    async def heard(self, count: int) -> None:
        await until(lambda: len(self.lines) >= count)


@asynccontextmanager
async def platform_at(
    url: str, token: str = TOKEN, talk: Conversation | None = None
) -> AsyncIterator[TelegramPlatform]:
    talk = talk or Conversation()
    async with aiohttp.ClientSession() as session:
        yield TelegramPlatform(
            token=token,
            base_url=url,
            session=session,
            receive=talk.receive,
            keep_unread=talk.keep_unread,
            on_chat=talk.on_chat,
            on_moved=talk.on_moved,
        )
