"""The job that sends a picture of what somebody did."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from bot.courier import Courier, Still
from bot.dates import short
from bot.language import _, speaking
from bot.readers import is_theirs, reader
from bot.words import number
from core.activity import Activity, activity
from core.addresses import Address
from core.chat import Audience, Bar, Picture, Reply
from core.errors import ChatGone, ChatMoved, Unsendable, Withdrawn
from core.ports import Payload, Runner
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

WEEKS = 12
"""Weeks in a picture: as many as a phone shows with their days."""


class Charts:
    """The runner, by the name under which jobs are put."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"chart": self.chart}

    async def chart(self, payload: Payload) -> None:
        """Send it as things stand now, if the chat is still one of the account's. Where no picture
        may be sent, its words are."""
        found = await self._store.query(lambda work: _message(work, payload))
        if found is None:
            return
        address, reply = found
        try:
            await self._send(address, reply, partial(is_theirs, payload=payload))
        except (ChatGone, ChatMoved, Withdrawn) as error:
            log.info("a chart was not sent: %s", type(error).__name__)

    async def _send(self, address: Address, reply: Reply, still: Still) -> None:
        try:
            await self._courier.send(address, reply, still=still)
        except Unsendable as error:
            log.warning("a chart was sent in words: %s", error.reason)
            alt = reply.picture.alt if reply.picture else ""
            words = replace(reply, picture=None, text=alt)
            await self._courier.send(address, words, still=still)


def _message(work: Work, payload: Payload) -> tuple[Address, Reply] | None:
    found = reader(work, payload)
    if found is None:
        return None
    account, identity = found
    done = activity(work, account.id, account.zone, WEEKS)
    today = work.now.astimezone(account.zone).date()
    with speaking(account.language):
        return work.chats.by_id(identity.chat_id).address, _pictured(done, today)


def _pictured(done: Activity, today: date) -> Reply:
    # No year on a bar, where it would not fit.
    bars = tuple(Bar(short(each.monday, each.monday), each.completed) for each in done.weeks)
    total = number(sum(each.value for each in bars))
    said = ", ".join(f"{short(each.monday, today)}: {each.completed}" for each in done.weeks)
    alt = _("Tasks that you completed, by the week that began on: {weeks}.", weeks=said)
    text = _("What you completed in {weeks} weeks: {total}.", weeks=len(bars), total=total)
    picture = Picture(f"fluxbot-{today}.png", bars, alt)
    return Reply(text=text, picture=picture, audience=Audience.HERE)
