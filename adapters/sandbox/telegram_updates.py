"""Updates that wait for the bot: confirmed by an offset, or by a webhook's 2xx, never before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.sandbox.model import Json
from adapters.sandbox.telegram_api import ApiError

DEFAULT_KINDS = frozenset(
    ["message", "edited_message", "channel_post", "edited_channel_post", "inline_query",
     "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "poll",
     "poll_answer", "my_chat_member", "chat_join_request"]
)  # fmt: skip
"""What an empty `allowed_updates` means: all but chat_member and the reactions."""
CALLBACK_LIFE, UPDATE_LIFE = 150.0, 24 * 3600.0
"""Seconds after which the server drops an update (telegram-bot-api 10.0, Client.cpp)."""
LONGEST_POLL = 50
"""Seconds; the server's own limit of `timeout`."""


@dataclass(eq=False)
class Entry:
    """One update, waiting."""

    update: Json
    born: float = field(default_factory=time.monotonic)
    handed: bool = False
    """Given to a poller at least once. Only then an offset confirms it."""

    @property
    def id(self) -> int:
        return int(self.update["update_id"])

    @property
    def queue(self) -> str:
        """One queue per chat; one per person for callback queries."""
        query = self.update.get("callback_query")
        if query:
            return f"user {query['from']['id']}"
        chat = next(
            (each["chat"]["id"] for each in self.update.values() if isinstance(each, dict)), 0
        )
        return f"chat {chat}"

    @property
    def expired(self) -> bool:
        life = CALLBACK_LIFE if "callback_query" in self.update else UPDATE_LIFE
        return time.monotonic() - self.born > life


class Updates:
    """The queue behind `getUpdates`, which a webhook drains too."""

    def __init__(self) -> None:
        self.pending: list[Entry] = []
        self.acknowledged: set[int] = set()
        """Ids of updates that the bot confirmed."""
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self._next_id = 700_000_000
        self._poller: object | None = None
        self._changed = asyncio.Event()

    def allow(self, kinds: Iterable[str] | None) -> None:
        """None keeps what was set before, as the server does."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or DEFAULT_KINDS

    def new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def put(self, update: Json) -> Entry | None:
        """Queue an update; None when its kind is not among the allowed."""
        if not self.allowed.intersection(update):
            return None
        entry = Entry(update)
        self.pending.append(entry)
        self.wake()
        return entry

    def wake(self) -> None:
        """Let waiting polls look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End every poll."""
        self._poller = None
        self.wake()

    def settle(self, entry: Entry, *, accepted: bool) -> None:
        """Take an entry out: the bot has it, or its time is over."""
        if entry in self.pending:
            self.pending.remove(entry)
        if accepted:
            self.acknowledged.add(entry.id)

    async def poll(self, offset: int, limit: int, timeout_s: int) -> list[Json]:
        """The updates after those that `offset` confirms.

        Raises ApiError 409 when another poll begins meanwhile: the newest wins."""
        mine = self._poller = object()
        self.wake()
        self._confirm(offset)
        until = time.monotonic() + min(timeout_s, LONGEST_POLL)
        while not self.pending and (left := until - time.monotonic()) > 0:
            await self._wait(left)
            if self._poller is not mine:
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request;"
                    " make sure that only one bot instance is running",
                )
        handed = self.pending[: limit or 100]
        for entry in handed:
            entry.handed = True
        return [entry.update for entry in handed]

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _confirm(self, offset: int) -> None:
        before = self.pending
        if offset < 0:
            done = before[:offset]
        else:
            done = [each for each in before if each.handed and each.id < offset]
        for entry in done:
            self.settle(entry, accepted=True)
