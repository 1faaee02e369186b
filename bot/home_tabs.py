"""Home tabs on their way: drawn again round after round, as those of the tasks on them change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from bot import verbs
from bot.cards import button
from bot.courier import Courier
from bot.home import home, on_tab
from bot.language import _, language_of, speaking
from bot.reminding import BREATH
from core.addresses import Address
from core.chat import Home, Reply
from core.errors import Ambiguous, ChatGone, MessageGone, RetryLater, Unsendable
from core.ports import Payload, Runner
from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between two looks; a change is seen within this and `core.homes.SOON`."""


UNSURE = 5.0
"""Seconds before a drawing of which nobody knows whether it arrived is made again."""


class HomeTabs:
    """The job that draws one."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"home": self.draw, "home-empty": self.empty}

    async def draw(self, payload: Payload) -> None:
        """Draw somebody's tab as their tasks are now. Where there is no tab to draw on, none is
        drawn any more until they open it. What the platform puts off is no job meanwhile, so that
        many changes are still one drawing."""
        identity = int(str(payload["identity"]))
        found = await self._store.query(lambda work: drawing(work, identity))
        if found is None:
            return
        address, shown = found
        try:
            there = await self._show(address, shown)
        except (RetryLater, Ambiguous) as error:
            wait = error.seconds if isinstance(error, RetryLater) else UNSURE
            await self._store.mutate(lambda work: work.homes.put_off(identity, wait))
        else:
            await self._store.mutate(lambda work: noted(work, identity, shown.version, there))

    async def empty(self, payload: Payload) -> None:
        """Take what it showed from the tab of a chat that left its account, unless they opened it
        anew meanwhile."""
        chat = int(str(payload["chat"]))
        address = await self._store.query(lambda work: left_behind(work, chat))
        if address is not None:
            language = await self._store.query(lambda work: language_of(work, chat))
            with speaking(language):
                shown = cleared()
            await self._show(address, shown)

    async def _show(self, address: Address, shown: Home) -> bool:
        """Whether there is a tab."""
        try:
            await self._courier.show(address, shown)
        except (ChatGone, MessageGone, Unsendable) as error:
            log.info("no Home tab on %s: %r", address.platform, error)
            return False
        return True


def noted(work: Work, identity: int, version: int, there: bool) -> None:
    """What became of a drawing. `there`: whether there is a tab."""
    if there:
        work.homes.drawn(identity, version)
    else:
        work.homes.drop(identity)


def drawing(work: Work, identity: int) -> tuple[Address, Home] | None:
    """Where and what to draw; None where nobody looks, or they show something else by now."""
    found, wanted = work.accounts.identity(identity), work.homes.wanted(identity)
    if found is None or wanted is None or not wanted.page:
        return None
    account, who = found
    chat = work.chats.by_id(who.chat_id)
    if chat.gone:
        return None
    with speaking(account.language):
        parts = home(work, account, who, wanted.page)
    return chat.address, on_tab(parts, identity, wanted.version)


def left_behind(work: Work, chat: int) -> Address | None:
    """Where the tab of a chat is, if nobody looks at it."""
    place, now = work.chats.by_id(chat), work.accounts.of_chat(chat)
    mine = work.accounts.identities(now.id) if now else []
    opened = any(each.chat_id == chat and work.homes.wanted(each.id) for each in mine)
    return None if place.gone or opened else place.address


def cleared() -> Home:
    """A tab that shows nobody's tasks."""
    text = _("This chat was disconnected, so the tasks that were here are not shown any more.")
    again = button(_("Show what is here now"), verbs.Home())
    return on_tab((Reply(text=text, buttons=((again,),)),), identity=0)


async def draw_for_ever(store: Store) -> None:
    """At once and every `TICK` seconds, until cancelled: any number of processes may."""
    while True:
        try:
            await draw_changed(store)
        except StoreAway:
            log.warning("no Home tab was drawn: the database is away")
        except Exception:
            log.exception("Home tabs could not be drawn")
        await asyncio.sleep(TICK)


async def draw_changed(store: Store) -> int:
    """Put the jobs that draw what changed, in small transactions; how many. Raises `StoreAway`."""
    put = 0
    while await store.query(lambda work: work.homes.waiting()):
        if not (fired := await store.mutate(lambda work: work.homes.fire())):
            break
        put += fired
        await asyncio.sleep(BREATH)
    return put
