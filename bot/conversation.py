"""From a message to its delivered answer: commit, let the platform be acknowledged, then answer."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from bot.answers import Handled, is_awaited, put_off, set_aside, settle
from bot.courier import Courier
from bot.dispatch import dispatch
from bot.in_flight import Committed, InFlight
from bot.in_order import InOrder
from bot.metrics import Metrics
from bot.ruling import ruled
from bot.unnoted import Unnoted
from bot.waiting import Failed, later, line_up, note
from core.addresses import Address
from core.chat import Inbound, Kind, Reply
from core.chats import Chat
from core.errors import DeliveryError, GiveUp
from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

SWEEP_EVERY = 30.0
"""Seconds between two looks for answers that did not get through (`house.md` section 5)."""
OVERDUE_AFTER = timedelta(seconds=30)
AT_ONCE, MOST, PRESSES, OF_A_CHAT = 1000, 5000, 10_000, 60
"""Answers on their way, or waiting for their turn, some 10 kB each: half a minute of Telegram's
pace, and of one chat a minute of its own, lest it fill everybody's room. A chat that waits for none
has room beyond that, and more still a button, which turns until it is answered."""
DRAIN_SECONDS = 5.0
"""How long a stop waits for answers on their way; what is left becomes jobs at the next start."""


class Conversation:
    """The one function that adapters are given, `receive`, and what it sets going."""

    def __init__(self, *, store: Store, courier: Courier, metrics: Metrics) -> None:
        self._store, self._courier, self._metrics = store, courier, metrics
        self.in_flight, self._in_order, self._unnoted = InFlight(), InOrder(store), Unnoted(store)
        self._answering, self._background = set[str](), set[asyncio.Task[None]]()

    async def receive(self, inbound: Inbound) -> Reply:
        """Handle a message; return its answer after the commit. A redelivery that comes while the
        first is being handled waits for the same answer."""
        committed = self.in_flight.get(inbound.key)
        if committed is not None:
            self._metrics.duplicate(inbound.address.platform)
        else:
            committed = self.in_flight.begin(inbound.key)
            self._spawn(self._handle(inbound, committed))
        return await committed.reply()

    async def _handle(self, inbound: Inbound, committed: Committed) -> None:
        """Commit, say so, and answer."""
        began = time.perf_counter()
        # Asked now: it may be there, and settled, before we hear of our commit.
        on_its_way = inbound.key in self._answering
        try:
            handled = await self._commit(inbound)
            committed.told(handled.reply)
        except Exception as error:
            committed.failed(error)
            return
        finally:
            self.in_flight.end(inbound.key)
            committed.cancel()  # where it was not told, we are cancelled, and nobody need wait
        if handled.first:
            self._count(inbound, handled, time.perf_counter() - began)
            if handled.target and not self._courier.rides(inbound, handled.reply):
                await self._deliver(inbound, handled.reply, handled.target)
            return
        self._metrics.duplicate(inbound.address.platform)
        if handled.target and not on_its_way:
            await self._deliver(inbound, handled.reply, handled.target)
        elif inbound.kind is Kind.PRESS:  # the button waits still, if we died before
            await self._toast_again(inbound, handled.reply)

    def _count(self, inbound: Inbound, handled: Handled, seconds: float) -> None:
        if handled.defect:
            self._metrics.handler_defect(handled.defect)
        if any(handled.refused):
            self._metrics.refused(*handled.refused)
        outcome = "defect" if handled.defect else "ok"
        self._metrics.inbound(inbound.address.platform, inbound.kind, outcome, seconds)

    async def _commit(self, inbound: Inbound) -> Handled:
        """Raises what the store raises when it can't commit at all: then nobody is told yes."""
        try:
            asked = await ruled(self._courier, inbound)
            await self._unnoted.wait(inbound)
            handled = partial(dispatch, inbound=asked, rides=self._courier.rides)
            return await self._in_order.mutate(handled, inbound.address, inbound.sender)
        except StoreAway:
            raise
        except Exception:
            # The database refused this transaction, alone and again, or a platform's answer is odd:
            # our defect, and not to be asked for again, if the database takes anything at all.
            log.exception("could not commit %s", inbound.key)
            why, rides = traceback.format_exc(), self._courier.rides
            return await self._store.mutate(lambda work: set_aside(work, inbound, why, rides))

    async def _toast_again(self, inbound: Inbound, reply: Reply) -> None:
        with suppress(DeliveryError, GiveUp):
            toast = Reply(toast="" if reply.drawn else reply.toast)
            await self._courier.answer(inbound, toast, inbound.address)

    async def _deliver(self, inbound: Inbound, reply: Reply, target: Chat) -> None:
        """Answer, and say so in the database; what fails, or is too much, becomes a job."""
        press, behind = inbound.kind is Kind.PRESS, self._courier.waiting(target.address)
        most = PRESSES if press else AT_ONCE if behind else MOST
        full = len(self._answering) >= most or (behind >= OF_A_CHAT and not press)
        if full and reply.drawn:
            await self._store.mutate(lambda work: line_up(work, inbound, target))
            return
        self._answering.add(inbound.key)
        try:
            await self._answer(inbound, reply, target)
        finally:
            self._answering.discard(inbound.key)

    async def _answer(self, inbound: Inbound, reply: Reply, target: Chat) -> None:
        key, here = inbound.key, target.address.chat == inbound.address.chat
        address = inbound.address if here else target.address
        try:
            still = partial(is_awaited, key=key)
            sent = await self._courier.answer(inbound, reply, address, still=still)
        except (DeliveryError, GiveUp) as error:
            log.info("answer to %s did not get through: %r", key, error)
            if not reply.empty:
                entrance = await self._courier.entrance(address.platform)
                failed = Failed(inbound, target, type(error), reply.step, entrance)
                await self._store.mutate(lambda work: later(work, failed))
        else:
            if reply.drawn or reply.form or reply.home:
                asked_in = None if here else inbound.address
                await self._store.mutate(lambda work: settle(work, key, sent, reply, asked_in))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an answer failed", exc_info=error)

    async def present(self, address: Address, present: bool) -> None:
        """The bot was blocked, kicked or let in again; or somebody is gone."""
        await self._in_order.mutate(lambda work: note(work, address, present=present), address)

    async def moved(self, old: Address, new: Address) -> None:
        """A group became another one."""
        await self._in_order.mutate(lambda work: work.chats.move(old, new), old, new)

    async def sweep(self, *, at_start: bool = False) -> int:
        """Answers that did not get through become jobs, and those of processes that are gone; how
        many. Questions that nobody answered in time end. At start this process's are taken."""

        def overdue(work: Work) -> int:
            work.linking.expire()
            work.app_links.expire()
            work.web_links.expire()
            before = work.now if at_start else work.now - OVERDUE_AFTER
            busy = {*self.in_flight, *self._answering}
            found = [each for each in work.inbox.overdue(before) if each[0] not in busy]
            return sum(put_off(work, key, chat) for key, chat in found)

        return await self._store.mutate(overdue)

    async def sweep_for_ever(self) -> None:
        """Sweep at start and every `SWEEP_EVERY` seconds, until cancelled."""
        at_start = True
        while True:
            try:
                if count := await self.sweep(at_start=at_start):
                    log.info("%d answers did not get through and are sent again", count)
                at_start = False
            except Exception:
                log.exception("the sweep failed")
            await asyncio.sleep(SWEEP_EVERY)

    async def drain(self) -> None:
        """Let what was begun end: the handling, then the answers."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._background:
                    await asyncio.wait(self._background)
        for task in self._background:
            task.cancel()
