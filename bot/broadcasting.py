"""Telling everybody, part after part, in a job: a process that dies goes on where it was."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

from bot.admin_views import told_so_far
from bot.courier import Courier
from bot.language import _, speaking
from core import broadcasts
from core.broadcasts import Broadcast
from core.chat import Audience, Hint, Reply
from core.desk import Desk
from core.errors import DeliveryError, GiveUp
from core.ports import Payload, Runner
from core.store import Store

log = logging.getLogger(__name__)
Waiting = Callable[[], AbstractAsyncContextManager[None]]

SHOW_EVERY = 5.0
"""Seconds between two changes of the message that says how far it is."""
BREATH = 0.05
"""Seconds between two parts, so that whoever writes meanwhile need not wait for all of them."""
CROWD = 300
"""Jobs that may wait while more are put: ten seconds of Telegram's pace. A reminder comes behind
those alone, and not behind all."""
PATIENCE = 5.0
"""Seconds after which it goes on all the same: what waits may be for a platform that is away."""
LOOK_EVERY = 0.25


def progress(state: Broadcast) -> Reply:
    """How far it is."""
    so_far = told_so_far(state)
    if state.ended_at is None:
        return Reply(text=_("Telling everybody: {progress}.", progress=so_far), silent=True)
    text = _(
        "Everybody is told: {progress}. Messages go out at the pace of the platforms, so some are "
        "still on their way.",
        progress=so_far,
    )
    return Reply(text=text, hints=(Hint("admin status", _("what waits")),))


class Broadcasting:
    """The runner, by the name under which its job is put."""

    def __init__(
        self, store: Store, courier: Courier, desk: Desk, waiting: Waiting = nullcontext
    ) -> None:
        """`waiting`: around whatever only waits, as for the courier."""
        self._store = store
        self._only_waits = waiting
        self._courier = courier
        self._desk = desk

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"broadcast": self.go_on}

    async def go_on(self, payload: Payload) -> None:
        """Tell all who are left, and show how far it is where it was asked."""
        asked, shown, at = int(str(payload["broadcast"])), "", 0.0
        while True:
            state = await self._store.mutate(lambda work: broadcasts.tell_part(work, asked))
            if state is None:
                return
            if state.ended_at is not None or time.monotonic() - at > SHOW_EVERY:
                shown, at = await self._show(payload, state, shown), time.monotonic()
            if state.ended_at is not None:
                return
            await self._room()

    async def _room(self) -> None:
        """Until few jobs wait, or it took too long."""
        until = time.monotonic() + PATIENCE
        await asyncio.sleep(BREATH)
        while time.monotonic() < until:
            waiting, _age = await self._store.query(self._desk.waiting)
            if waiting < CROWD:
                return
            async with self._only_waits():
                await asyncio.sleep(LOOK_EVERY)

    async def _show(self, payload: Payload, state: Broadcast, shown: str) -> str:
        """The message that shows it. Whether it can be shown stops nothing."""
        chat = int(str(payload["chat"]))
        found = await self._store.query(lambda work: work.chats.by_id(chat))
        with speaking(str(payload.get("language", ""))):
            reply = progress(state)
        try:
            sent = await self._courier.send(
                found.address, replace(reply, audience=Audience.HERE), edit=shown, answer=True
            )
        except (DeliveryError, GiveUp) as error:
            log.info("how far a broadcast is was not shown: %r", error)
            return shown
        return sent.message
