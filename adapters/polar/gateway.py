"""What we ask of Polar: `core.ports.BillingGateway`, over polar-sdk."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from adapters.polar import reading
from adapters.polar.asking import PAGE, Asking, Question, Server
from adapters.polar.fields import ID, Json, Unreadable
from core.billing_facts import PAUSED, Catalogue, Checkout, Span, Subscription
from core.errors import BillingAway, BillingRefused
from core.ports import Proration

if TYPE_CHECKING:
    from polar.v2026_10.inputs import CheckoutCreate
    from polar.v2026_10.literals import CustomerCancellationReason, TrialInterval

T = TypeVar("T")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class PolarGateway:
    """See `core.ports.BillingGateway`. It keeps nothing but a few connections: every answer is
    asked for anew, and links to pay and to manage go to the caller alone.

    `url` takes the place of the server's address, for a stand-in."""

    def __init__(self, token: str, *, server: Server = "production", url: str = "") -> None:
        self._asking = Asking(token, server, url.rstrip("/"))

    async def warm(self) -> None:
        """Load the SDK now, since somebody looks at a plan and may ask for something next."""
        await self._asking.loaded()

    async def close(self) -> None:
        await self._asking.close()

    async def products(self) -> Catalogue:
        found, odd = await self._asking.listed(
            lambda page, sdk: sdk.products.list(page=page, limit=PAGE, sorting=["created_at"]),
            reading.product,
        )
        return Catalogue(found, whole=not odd)

    async def subscriptions(self, external_id: str = "") -> Sequence[Subscription]:
        """Oldest first, so that what begins meanwhile moves nothing to another page."""
        whose = _safe(external_id) if external_id else None
        return await self._asking.all(
            lambda page, sdk: sdk.subscriptions.list(
                external_customer_id=whose, page=page, limit=PAGE, sorting=["started_at"]
            ),
            reading.subscription,
            evenly=whose is None,
        )

    async def checkout(
        self,
        *,
        external_id: str,
        product_id: str,
        success_url: str,
        locale: str = "",
        trial: Span | None = None,
    ) -> Checkout:
        """A language that Polar does not have is left to the customer's browser."""
        wanted: CheckoutCreate = {
            "products": [_safe(product_id, "not-sold")],
            "external_customer_id": _safe(external_id),
            "success_url": success_url,
            "allow_discount_codes": True,
        }
        if trial is not None:  # what was promised in the chat, whatever the product becomes
            wanted["trial_interval"] = cast("TrialInterval", trial.interval)
            wanted["trial_interval_count"] = trial.count
        try:
            return await self._checkout(wanted, locale if _LOCALE.fullmatch(locale) else "")
        except BillingRefused as refused:
            if refused.reason != "invalid" or not locale:
                raise
            return await self._checkout(wanted, "")

    async def _checkout(self, wanted: CheckoutCreate, locale: str) -> Checkout:
        if locale:
            wanted = {**wanted, "locale": locale}
        answer = await self._asking.one(
            lambda sdk: sdk.checkouts.create(**wanted), missing="not-sold"
        )
        if (made := _read(reading.checkout, answer)).url:
            return made
        raise BillingAway("unreadable")

    async def subscription(self, id: str) -> Subscription:
        id = _safe(id)
        return await self._one(lambda sdk: sdk.subscriptions.get(id))

    async def checkout_again(self, id: str) -> Checkout:
        id = _safe(id)
        return _read(reading.checkout, await self._asking.one(lambda sdk: sdk.checkouts.get(id)))

    async def portal(self, external_id: str, return_url: str = "") -> str:
        whose = _safe(external_id)
        answer = await self._asking.one(
            lambda sdk: sdk.customer_sessions.create(
                external_customer_id=whose, return_url=return_url or None
            ),
            missing="no-customer",
        )
        if found := reading.link(answer, "customer_portal_url"):
            return found
        raise BillingAway("unreadable")

    async def change(
        self, subscription: str, product_id: str, proration: Proration
    ) -> Subscription:
        id, wanted = _safe(subscription), _safe(product_id, "not-sold")
        try:
            return await self._one(
                lambda sdk: sdk.subscriptions.update(
                    id, product_id=wanted, proration_behavior=proration.value
                )
            )
        except BillingRefused as refused:
            # Polar has one name for both
            if refused.reason == "ended" and not (await self.subscription(id)).ended:
                raise BillingRefused("cancelling") from None
            raise

    async def cancel(
        self, subscription: str, *, now: bool, reason: str = "", comment: str = ""
    ) -> Subscription:
        """Fine where it is so already: the answer to the first attempt may have been lost."""
        id, words = _safe(subscription), comment or None
        why = cast("CustomerCancellationReason | None", reason or None)  # another one is a 422
        try:
            return await self._one(
                lambda sdk: (
                    sdk.subscriptions.update(
                        id,
                        revoke=True,
                        customer_cancellation_reason=why,
                        customer_cancellation_comment=words,
                    )
                    if now
                    else sdk.subscriptions.update(
                        id,
                        cancel_at_period_end=True,
                        customer_cancellation_reason=why,
                        customer_cancellation_comment=words,
                    )
                )
            )
        except BillingRefused as refused:
            if refused.reason != "ended":
                raise
            found = await self.subscription(id)
            if not (found.ended or (found.cancel_at_period_end and not now)):
                raise
            return found

    async def resume(self, subscription: str, *, charged: bool = False) -> Subscription:
        id = _safe(subscription)
        if (await self.subscription(id)).status == PAUSED:
            if not charged:
                raise BillingRefused("paused")
            return await self._one(lambda sdk: sdk.subscriptions.update(id, resume=True))
        return await self._one(lambda sdk: sdk.subscriptions.update(id, cancel_at_period_end=False))

    async def drop_pending(self, subscription: str) -> Subscription:
        id = _safe(subscription)
        return await self._one(lambda sdk: sdk.subscriptions.update(id, pending_update=None))

    async def forget(self, external_id: str) -> None:
        whose = _safe(external_id)
        try:
            await self._asking.one(
                lambda sdk: sdk.customers.delete_external(whose, anonymize=True),
                missing="no-customer",
            )
        except BillingRefused as refused:
            if refused.reason != "no-customer":
                raise

    async def _one(self, question: Question) -> Subscription:
        return _read(reading.subscription, await self._asking.one(question))


def _safe(id: str, reason: str = "invalid") -> str:
    """Refuses whatever has no place in a path: the SDK puts it there as it is."""
    if not ID.fullmatch(id):
        raise BillingRefused(reason)
    return id


def _read(reader: Callable[[Json], T], answer: Json) -> T:
    try:
        return reader(answer)
    except Unreadable:
        raise BillingAway("unreadable") from None
