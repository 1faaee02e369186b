"""What each step of billing asks of Polar. Asked twice, each does the same once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from core.billing_facts import Checkout, Subscription
from core.billing_steps import Step
from core.errors import BillingAway, BillingRefused, GiveUp
from core.ports import BillingGateway, Proration
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that somebody in a chat is let wait because Polar asks for a pause."""
_OPEN, _PAID = "open", frozenset({"confirmed", "succeeded"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Polar's for one person alone: never stored, never logged."""

    url: str
    until: datetime | None = None

    def __repr__(self) -> str:
        return "Page(...)"


Got = Page | Sequence[Subscription]
"""A page to be shown, or subscriptions as they are now."""


class Calls:
    """Asks Polar. Each method raises `BillingAway` and `BillingRefused`."""

    def __init__(
        self, store: Store, gateway: BillingGateway, success_url: Callable[[], str]
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._success_url = success_url

    async def make(self, step: Step) -> Got:
        """What the step is for. A short pause that Polar asks for is waited out, once."""
        try:
            return await self._make(step)
        except BillingAway as away:
            if not 0 < away.seconds <= PATIENCE:
                raise
            await asyncio.sleep(away.seconds)
            return await self._make(step)

    async def _make(self, step: Step) -> Got:
        match step.kind:
            case "refresh":
                await self._learn_products()
                return await self.subscriptions(step.account)
            case "checkout":
                return await self._checkout(step)
            case "portal":
                return Page(await self._gateway.portal(await self._external_id(step.account)))
            case "cancel":
                return await self._cancel(step)
            case kind:
                return [await self._simple(kind, step)]

    async def subscriptions(self, account: int) -> Sequence[Subscription]:
        """All of somebody's, as they are now: by the id that we gave Polar, and one by one what
        they have under a customer whom Polar knew before, by the e-mail address."""
        found = [*await self._gateway.subscriptions(await self._external_id(account))]
        running = await self._store.query(lambda work: work.billing.running(account))
        seen = {each.id for each in found}
        for held in running:
            if held.subscription.id not in seen:
                with suppress(BillingRefused):  # Polar has it no more: nothing to learn
                    found.append(await self._gateway.subscription(held.subscription.id))
        return found

    async def forget(self, external_id: str) -> None:
        """Have a customer deleted."""
        await self._gateway.forget(external_id)

    async def end(self, subscription: str) -> None:
        """Have a subscription ended at once. Fine where it has."""
        try:
            await self._gateway.cancel(subscription, now=True)
        except BillingRefused as refusal:
            if refusal.reason not in {"ended", "none"}:
                raise

    async def _simple(self, kind: str, step: Step) -> Subscription:
        subscription = step.facts["subscription"]
        match kind:
            case "change":
                product, when = step.facts["product"], Proration(step.facts["when"])
                return await self._gateway.change(subscription, product, when)
            case "resume":
                return await self._gateway.resume(subscription, charged="from" in step.facts)
            case "keep":
                return await self._gateway.drop_pending(subscription)
            case _:
                raise ValueError(f"no such step: {kind}")

    async def _cancel(self, step: Step) -> Sequence[Subscription]:
        """What has ended already is cancelled."""
        facts = step.facts
        try:
            cancelled = await self._gateway.cancel(
                facts["subscription"], now=facts["when"] == "now", reason=facts["reason"]
            )
        except BillingRefused as refusal:
            if refusal.reason != "ended":
                raise
            return await self.subscriptions(step.account)
        return [cancelled]

    async def _checkout(self, step: Step) -> Got:
        """The page that is open already, else a new one; what somebody paid for on an old one, if
        that is what came of it."""
        opened = await self._store.query(
            lambda work: work.checkouts.open(step.account, step.facts["product"])
        )
        if opened is not None and (again := await self._again(opened)) is not None:
            if again.status in _PAID:
                return await self.subscriptions(step.account)
            return Page(again.url, again.expires_at)
        external_id = await self._external_id(step.account)
        product = await self._store.query(lambda work: work.products.find(step.facts["product"]))
        made = await self._gateway.checkout(
            external_id=external_id,
            product_id=step.facts["product"],
            success_url=self._success_url(),
            locale=step.facts.get("locale", ""),
            trial=product.trial if product else None,
        )
        # Before anybody sees the page: who pays there is this account (`core/customers.py`).
        await self._store.mutate(lambda work: _made(work, step, made))
        return Page(made.url, made.expires_at)

    async def _again(self, opened: str) -> Checkout | None:
        """None where it is of no use any more."""
        try:
            again = await self._gateway.checkout_again(opened)
        except BillingRefused:
            return None
        if (again.status == _OPEN and again.url) or again.status in _PAID:
            return again
        await self._store.mutate(lambda work: work.checkouts.changed(again))
        return None

    async def _learn_products(self) -> None:
        """What is sold, where that is not known yet: the first look at Polar may have failed."""
        if await self._store.query(lambda work: bool(work.billing.configured())):
            return
        found = await self._gateway.products()
        await self._store.mutate(lambda work: work.products.sync(found.products, whole=found.whole))

    async def _external_id(self, account: int) -> str:
        return await self._store.query(lambda work: work.billing.external_id(account))


def _made(work: Work, step: Step, checkout: Checkout) -> None:
    asker = work.accounts.identity(step.identity)
    if asker is None:
        raise GiveUp("whoever asked is gone")
    work.checkouts.made(step.account, asker[1], checkout)
