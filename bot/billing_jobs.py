"""The jobs that ask Polar for somebody who waits, and edit the "one moment" to what comes of it.

What Polar did is applied in the commit that says so of the step, so a job that runs again after a
crash only draws again. A page's link is in no row: the job asks for it anew."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NoReturn

from bot.billing_calls import Calls, Page
from bot.billing_messages import message_of, theirs, words_of
from bot.billing_outcomes import CHANGING, broken, reached
from bot.billing_pages import Asker, paid
from bot.courier import Courier
from bot.saying import Saying
from bot.web import reference
from core.billing_facts import Subscription
from core.billing_steps import AWAY, BROKEN, DONE, OPEN, SHOWN, Step
from core.chat import Reply
from core.errors import (
    BillingAway,
    BillingRefused,
    DeliveryError,
    GiveUp,
    MessageGone,
    RetryLater,
)
from core.ports import BillingGateway, Payload, Runner
from core.store import Store, StoreAway
from core.work import Work

log = logging.getLogger(__name__)

LOOK_EVERY = 0.1
"""Seconds between two looks for the message that is to be edited: it is on its way while we ask."""
LOOKS = 50
"""After so many it replaces what was pressed, else it is a message of its own."""
FORGET_AGAIN = 300.0
"""Seconds between two tries to have a customer deleted."""
_OURS_IS_OLD = frozenset(
    {"ended", "running", "same", "cancelling", "not-cancelling", "paused", "none"}
)
"""Refusals which say that Polar knows more than we do."""


class BillingJobs:
    """The runners, by the names under which jobs are put."""

    def __init__(
        self,
        *,
        store: Store,
        courier: Courier,
        gateway: BillingGateway,
        success_url: Callable[[], str],
    ) -> None:
        self._store = store
        self._saying = Saying(store, courier)
        self._calls = Calls(store, gateway, success_url)

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {
            "billing": self.billing,
            "billing-paid": self.paid,
            "billing-forget": self.forget,
        }

    async def billing(self, payload: Payload) -> None:
        """Do a step and show what came of it, to whoever asked, if the chat is still theirs."""
        public_id = str(payload["step"])
        step = await self._store.query(lambda work: theirs(work, public_id))
        if step is None:
            return
        page = None
        if step.state == OPEN:
            try:
                page = await self._do(step)
            except (DeliveryError, GiveUp, StoreAway):
                raise
            except Exception:
                await self._broke(step)
                return
        await self._show(step, partial(words_of, page=page))
        if page is not None:
            await self._store.mutate(lambda work: work.steps.done(public_id, SHOWN))

    async def paid(self, payload: Payload) -> None:
        """What was to be paid is: the message with the link says so."""
        public_id = str(payload["step"])
        step = await self._store.query(lambda work: theirs(work, public_id))
        if step is None or step.state != SHOWN or not step.message:
            return
        message = await self._store.query(lambda work: message_of(work, public_id, paid))
        if message is not None:
            with suppress(MessageGone):
                await self._saying.say(message)
        await self._store.mutate(lambda work: work.steps.done(public_id, DONE))

    async def forget(self, payload: Payload) -> None:
        """Have somebody who was forgotten here deleted at Polar, too, or what they paid for ended
        where it is another customer's there. Raises `RetryLater` while
        Polar is away; in the end an operator sees that it was not done."""
        try:
            if subscription := payload.get("subscription"):
                await self._calls.end(str(subscription))
            else:
                await self._calls.forget(str(payload["external_id"]))
        except BillingAway as away:
            raise RetryLater(away.seconds or FORGET_AGAIN, away.reason) from None
        except BillingRefused as refusal:
            raise GiveUp(f"Polar refused: {refusal.reason}") from None

    async def _do(self, step: Step) -> Page | None:
        """Ask Polar, and keep what it did with the step's new state; a page, if that came of it."""
        try:
            got = await self._calls.make(step)
        except BillingAway as away:
            log.warning("a step of billing (%s) found Polar away: %s", step.kind, away.reason)
            if step.kind in CHANGING:
                await self._look_again(step, AWAY)
            else:
                await self._end(step, (), AWAY)
            return None
        except BillingRefused as refusal:
            if refusal.reason in _OURS_IS_OLD:
                await self._look_again(step, refusal.reason)
            else:
                await self._end(step, (), refusal.reason)
            return None
        if isinstance(got, Page):
            return got
        await self._end(step, got, DONE)
        return None

    async def _broke(self, step: Step) -> NoReturn:
        """Our code broke: whoever waits is told, and the operator finds the log and a dead letter.
        It is not tried again behind their back. Raises `GiveUp`."""
        ref = reference()
        log.exception("a step of billing (%s) broke our code", step.kind, extra={"ref": ref})
        await self._store.mutate(lambda work: work.steps.done(step.public_id, BROKEN))
        await self._show(step, lambda work, step, asker: broken(step, ref))
        raise GiveUp(f"our code broke, reference {ref}")

    async def _look_again(self, step: Step, state: str) -> None:
        """Polar did not do it, or did not say so: see how things are now, and whether that is what
        was wanted."""
        found: Sequence[Subscription] = ()
        with suppress(BillingAway, BillingRefused):
            found = await self._calls.subscriptions(step.account)
        wanted = bool(found) and reached(step, found)
        await self._end(step, found, DONE if wanted else state)

    async def _end(self, step: Step, found: Sequence[Subscription], state: str) -> None:
        def ended(work: Work) -> None:
            for each in found:
                work.billing.apply(each)
            work.steps.done(step.public_id, state)

        await self._store.mutate(ended)

    async def _show(self, step: Step, words: Callable[[Work, Step, Asker], Reply]) -> None:
        for _ in range(LOOKS):
            now = await self._store.query(lambda work: work.steps.find(step.public_id))
            if now is None or now.address is not None:
                break
            await asyncio.sleep(LOOK_EVERY)
        message = await self._store.query(lambda work: message_of(work, step.public_id, words))
        if message is not None:
            await self._saying.say_anew(message)
