"""What each job does. A job may run twice: whatever it changes here is the same the second time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from bot.courier import Courier
from bot.departing import drop_part
from bot.digesting import digesting
from bot.greeting import greeting
from bot.group_telling import telling_group
from bot.late import LateAnswers
from bot.leavers import leavers
from bot.link_notices import parted
from bot.masks import unmasked
from bot.replaying import grant
from bot.saying import Saying
from bot.telling import concluding, plainly, redrawing, telling, zoning
from bot.waiting import invitation
from core.chat import Audience, Reply
from core.errors import MessageGone
from core.ports import Engine, Payload, Runner
from core.purge import purge
from core.reaching import lose_page
from core.recounting import miscounted, recount
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
        self._saying = Saying(store, courier)
        self._engine = engine

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {
            "reply": LateAnswers(self._store, self._courier, self._saying).send,
            "tell": lambda payload: self._saying.tell(telling, payload),
            "digest": lambda payload: self._saying.tell(digesting, payload),
            "leavers": lambda payload: self._saying.tell(leavers, payload),
            "group": lambda payload: self._saying.tell(telling_group, payload),
            "zone": lambda payload: self._saying.tell(zoning, payload),
            "redraw": self.redraw,
            "say": self.say,
            "invite": self.invite,
            "greet": self.greet,
            "masked": self.masked,
            "outcome": self.outcome,
            "wish": self.wish,
            "farewell": self.farewell,
            "meet": self.meet,
            "left": self.left,
        }

    async def redraw(self, payload: Payload) -> None:
        """Draw a card as its task is now."""
        message = await self._store.query(lambda work: redrawing(work, payload))
        if message is None:
            return
        gone = message.reply.card is None  # no card of this reader's any more
        try:
            await self._saying.say(message)
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
            await self._saying.say(message)
        if message.reply.prompt is None:
            attempt, chat = str(payload["attempt"]), int(str(payload["chat"]))
            await self._store.mutate(lambda work: work.prompts.drop(attempt, chat, message.edit))

    async def wish(self, payload: Payload) -> None:
        """Do what somebody wanted before they were in, and answer as if they had said it now."""
        identity = int(str(payload["identity"]))
        await self._store.mutate(lambda work: grant(work, identity))

    async def say(self, payload: Payload) -> None:
        """Say a plain sentence in a chat."""
        text = str(payload["text"])
        await self._say_in(payload, lambda _: Reply(text=text, audience=Audience.HERE))

    async def invite(self, payload: Payload) -> None:
        """Show a group the way to the private chat in which somebody's answer waits."""
        reply = invitation(str(payload["url"]), str(payload.get("language", "")))
        await self._say_in(payload, lambda _: reply)

    async def greet(self, payload: Payload) -> None:
        """Tell a group that the bot was added to what it hears there."""
        await self._say_in(payload, lambda _: greeting(payload))

    async def masked(self, payload: Payload) -> None:
        """Tell whoever wrote as a group why nothing was done, and how it can be."""
        await self._say_in(payload, lambda work: unmasked(work, payload))

    async def farewell(self, payload: Payload) -> None:
        """Tell a chat that it was disconnected."""
        await self._say_in(payload, lambda work: parted(work, payload))

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

    async def left(self, payload: Payload) -> None:
        """Give up a part of the chats of a workspace that uninstalled the app."""
        await self._store.mutate(lambda work: lose_page(work, payload))

    async def _say_in(self, payload: Payload, make: Callable[[Work], Reply]) -> None:
        await self._saying.tell(partial(plainly, make), payload)

    async def forget(self) -> None:
        """Drop what is kept no longer than it must be."""

        def old(work: Work) -> None:
            work.inbox.forget()
            work.failures.forget()
            work.limits.forget()
            work.linking.forget()
            work.web_links.forget()
            work.app_links.forget()
            work.invitations.forget()
            work.wishes.forget()
            work.sources.forget()
            work.installs.forget()
            for each in (work.drafts, work.hooks, work.steps, work.checkouts):
                each.forget()
            purge(work)

        await self._store.mutate(old)
        while await self._store.mutate(drop_part):
            pass  # a small transaction after the other, so that others get their turn
        for account in await self._store.query(miscounted):
            if await self._store.mutate(partial(recount, account=account)):
                log.error("a count of open tasks is wrong: account %s, counted anew", account)
        before = await self._store.query(lambda work: work.now - KEEP_FINISHED)
        await self._engine.forget(before)
