"""What Polar says, in the few fields that we use: read tolerantly by `adapters/polar`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

ACTIVE, TRIALING, PAST_DUE, PAUSED = "active", "trialing", "past_due", "paused"
ENDED = frozenset({"canceled", "unpaid", "incomplete_expired"})
"""Statuses after which a subscription gives nothing, and does not come back by itself."""


@dataclass(frozen=True, slots=True)
class Price:
    """One price of a product. `amount` is None where it is not fixed (custom, metered, ...)."""

    kind: str
    """`fixed`, `free`, `custom`, `seat_based`, `metered_unit`, or what Polar invents next."""
    amount: int | None
    """In the currency's smallest unit."""
    currency: str
    """ISO 4217, lower case; empty where Polar does not say."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, weeks, months or years."""

    interval: str
    """`day`, `week`, `month`, `year`."""
    count: int


@dataclass(frozen=True, slots=True)
class Product:
    """Something that Polar sells."""

    id: str
    name: str
    description: str
    interval: str
    """`day`, `week`, `month`, `year`; empty for what is paid once."""
    interval_count: int
    prices: tuple[Price, ...]
    archived: bool
    trial_interval: str
    trial_count: int
    modified_at: datetime | None
    """None counts as oldest."""

    @property
    def trial(self) -> Span | None:
        """How long it is free at first."""
        counts = self.trial_interval and self.trial_count > 0
        return Span(self.trial_interval, self.trial_count) if counts else None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What Polar sells."""

    products: Sequence[Product]
    whole: bool = True
    """False where something else is there that could not be read."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever pays, as Polar knows them. No e-mail, no name: neither says who somebody is."""

    id: str
    external_id: str
    """The account's public id that we gave at a checkout; empty where Polar has none."""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """One snapshot of a subscription. An unknown `status` is kept as it is, and gives nothing."""

    id: str
    customer: Customer
    product_id: str
    status: str
    amount: int | None
    currency: str
    interval: str
    interval_count: int
    period_start: datetime | None
    period_end: datetime | None
    trial_start: datetime | None
    trial_end: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    started_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    past_due_at: datetime | None
    pending_product_id: str
    """What it changes to at `pending_at`; empty for nothing."""
    pending_at: datetime | None
    checkout_id: str
    created_at: datetime
    modified_at: datetime | None
    """None where it was never changed; then `created_at` counts."""

    @property
    def version(self) -> datetime:
        """Which of two snapshots is the newer."""
        return self.modified_at or self.created_at

    @property
    def ended(self) -> bool:
        """Whether nothing follows any more."""
        return self.ended_at is not None or self.status in ENDED


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as Polar says it is."""

    id: str
    status: str
    """`open`, `expired`, `confirmed`, `succeeded`, `failed`."""
    customer: Customer | None
    """Who paid, once Polar knows."""
    product_id: str
    expires_at: datetime
    url: str = field(default="", repr=False)
    """Where to pay: whoever has it can open it, so it is never stored nor logged."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money went back; that alone ends no subscription. Its order says the same, with the sum."""

    id: str
    order_id: str
    subscription_id: str
    customer: Customer
    amount: int
    """In the currency's smallest unit, of this refund."""
    currency: str


@dataclass(frozen=True, slots=True)
class Order:
    """A payment, made or due."""

    id: str
    status: str
    """`pending`, `paid`, `refunded`, `partially_refunded`, `void`, ..."""
    reason: str
    """`purchase`, `subscription_create`, `subscription_cycle`, `subscription_update`, ..."""
    subscription_id: str
    checkout_id: str
    customer: Customer
    amount: int
    """In the currency's smallest unit, all told."""
    refunded: int
    currency: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A benefit was granted or taken; a hint to look at the subscriptions again, no more."""

    id: str
    customer: Customer
    granted: bool


What = Product | Customer | Subscription | Checkout | Order | Refund | Grant


@dataclass(frozen=True, slots=True)
class Hook:
    """A genuine webhook: its signature holds."""

    id: str
    """The same for every time that it is sent."""
    type: str
    """As Polar calls it; empty where it does not say."""
    at: datetime | None
    """When it arose."""
    body: str
    what: What | None
    """What it is about; None where it is unknown, or nothing that we use."""
    known: bool = True
    """Whether we know the type."""
    why: str = ""
    """Why it cannot be read, in a word of ours; empty where it can."""
