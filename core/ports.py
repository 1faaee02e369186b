"""What the house needs from outside, each with a second implementation in tests or by platform."""

# long: it is one list of shapes

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Connection

from core import billing_facts as billing
from core.addresses import Address, Sender
from core.chat import Home, Inbound, Offered, Quoted, Reply, Sent, Unread

Scalar = str | int | float | bool | None
Payload = Mapping[str, Scalar]
Receive = Callable[[Inbound], Awaitable[Reply]]
"""The one function an adapter is given. Returns after the commit; the platform may then be
acknowledged. Never raises for what a person did: a defect is stored and answered in words."""
KeepUnread = Callable[[Unread, Exception], Awaitable[Reply]]
"""Given a genuine message on which an adapter's own reader broke, and how. Returns what to tell the
person, where the platform leaves a way to, after the commit that keeps the message for the
operator; the platform may then be acknowledged."""
Suggest = Callable[[Sender, str], Awaitable[Offered]]
"""Given who types to the bot in another chat, and what so far: what they may pick."""
OnChat = Callable[[Address, bool], Awaitable[None]]
"""A chat, and whether the bot can write to it from now on."""
OnMember = Callable[[Sender, Address | None, bool], Awaitable[None]]
"""Somebody is in a group from now on, or is not any more; without a group, in any of theirs."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class ChatPlatform(Protocol):
    """One messenger. Every method that sends raises the errors of `core.errors.DeliveryError`."""

    name: str

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """Whether the reply goes out in the response to the platform's own request (Slack's
        ephemeral answers); then nothing is sent, and it counts as delivered."""

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Show at once that a press was heard, with the reply's toast where the platform has any.
        It comes before the answer, which may have to wait for its turn in the chat.

        Raises only where the toast is all there is to say."""

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """Answer a person directly: form, edit of the pressed message, or a new message.

        None when no message came of it (a toast, a form, an ephemeral message)."""

    async def show(self, address: Address, home: Home) -> None:
        """Draw the Home tab of the person whose private chat this is, on a platform that has one.
        The direct answer to what is done there draws it by itself (`Reply.home`)."""

    async def person(self, scope: str, user_id: str) -> Sender | None:
        """What the platform knows of somebody beside what their messages say: their full name and
        time zone. None where it knows no more."""

    async def entrance(self) -> str:
        """A link by which somebody opens their private chat, on a platform that lets us write to
        nobody who did not; else empty."""

    async def way_in(self, scope: str, *, told: bool) -> str:
        """A link that opens the private chat with us, from a page on the web; empty where it is not
        known. `scope`: of whose chat it is; the link says it only where the reader may be `told`.
        """
        return ""

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """Send a message on our own account, or edit the one named by `edit`; with `Reply.instead`,
        send it and delete that one, whose fate then fails nothing.

        An edit that changes nothing succeeds. An edit of a message that is gone raises
        `MessageGone`. A `reply_to` that is gone is left out. With a document or a picture it is a
        message of its own, without buttons, that nothing edits; one too large for the platform
        raises `Unsendable`."""


@runtime_checkable
class Reacted(Protocol):
    """A messenger that tells of reactions. Both raise `core.errors.DeliveryError`."""

    async def message_under(self, address: Address, message: str) -> Quoted | None:
        """The message that a reaction is under, as it reads now. None where it is gone, or may not
        be read."""

    async def mark(self, address: Address, message: str, *, on: bool) -> None:
        """Put a check under a message, or take it away. Fine where that changes nothing, or cannot
        be."""


@runtime_checkable
class Ruled(Protocol):
    """A messenger whose groups have administrators."""

    async def rules(self, address: Address, user_id: str) -> bool:
        """Whether somebody is one there. Raises `core.errors.DeliveryError`."""


@runtime_checkable
class Unfurls(Protocol):
    """A messenger that shows what is behind links."""

    async def unfurl(self, address: Address, message: str, url: str, reply: Reply) -> bool:
        """Show this below a link in a message, to everybody who reads it, in place of what was
        shown there before. False where there is none to show it below any more. Raises
        `core.errors.DeliveryError`."""

    async def ask_author(self, address: Address, message: str, reply: Reply) -> None:
        """Say this to whoever wrote a message with a link, below it and to nobody else, also where
        the bot is no member. Fine where it can't be. Raises `core.errors.DeliveryError`."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who somebody is, as an issuer vouches for it. Who it is, is (issuer, subject) and nothing
    else: the name may change and belong to anybody."""

    issuer: str
    subject: str
    name: str
    """What the issuer calls them, at most 128 characters: to be shown, never compared. Plain text
    of somebody else's."""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """All that the checked token says."""


class IdentityProvider(Protocol):
    """Sign-in on the web with one issuer: authorization code, PKCE, nonce.

    Both methods raise `core.errors.SignInAway` where the issuer cannot be reached and
    `SignInRefused` where its answer cannot be believed, and nothing else."""

    issuer: str

    async def authorize_url(
        self, *, state: str, nonce: str, challenge: str, redirect_uri: str
    ) -> str:
        """Where the browser goes to sign in. `challenge` is `core.pkce.challenge(verifier)`."""

    async def finish(self, *, code: str, nonce: str, verifier: str, redirect_uri: str) -> SignedIn:
        """Who came back with this code. `nonce` and `verifier` are those of the same sign-in,
        kept by us; the code is spent whatever comes of it."""


class AppTokens(Protocol):
    """The tokens by which the operator's own app says which of its users asks."""

    async def verify(self, token: str) -> SignedIn:
        """Whose token it is. Raises `core.errors.SignInRefused`, or `SignInAway` where the app's
        keys cannot be fetched."""


class Proration(StrEnum):
    """When a change of plan is charged."""

    NOW = "invoice"
    """The difference, at once."""
    NEXT_INVOICE = "prorate"
    """The difference, with the next invoice."""
    NEXT_PERIOD = "next_period"
    """Nothing: the change comes with the next period."""


class BillingGateway(Protocol):
    """Polar's API. Every method raises `core.errors.BillingAway` where it may work later and
    `core.errors.BillingRefused` where Polar says no, and nothing else."""

    async def products(self) -> billing.Catalogue:
        """All, archived ones too."""

    async def subscriptions(self, external_id: str = "") -> Sequence[billing.Subscription]:
        """All of one customer of ours, ended ones too; without an id, of everybody."""

    async def subscription(self, id: str) -> billing.Subscription:
        """One, as it is now. Raises `BillingRefused` (`none`)."""

    async def checkout(
        self,
        *,
        external_id: str,
        product_id: str,
        success_url: str,
        locale: str = "",
        trial: billing.Span | None = None,
    ) -> billing.Checkout:
        """A new one, open for a day. `trial`: the one that was promised; else it is the product's
        own."""

    async def checkout_again(self, id: str) -> billing.Checkout:
        """One that was made before, as it is now."""

    async def portal(self, external_id: str, return_url: str = "") -> str:
        """Where a customer manages what they pay for: a link that lasts an hour and lets in whoever
        has it. Raises `BillingRefused` (`no-customer`)."""

    async def change(
        self, subscription: str, product_id: str, proration: Proration
    ) -> billing.Subscription:
        """Change what a subscription is of."""

    async def cancel(
        self, subscription: str, *, now: bool, reason: str = "", comment: str = ""
    ) -> billing.Subscription:
        """End a subscription, at the end of its period or at once. `reason` is one of Polar's."""

    async def resume(self, subscription: str, *, charged: bool = False) -> billing.Subscription:
        """Take back a cancellation that has not come yet; or, where whoever asks agreed to be
        `charged` at once, end a pause. Raises `BillingRefused` (`paused`) where they did not."""

    async def drop_pending(self, subscription: str) -> billing.Subscription:
        """Take back a change of plan that has not come yet."""

    async def forget(self, external_id: str) -> None:
        """Delete a customer with what is kept of them; their subscriptions end. Fine where there
        is none."""

    async def close(self) -> None: ...


Before = Callable[[], Awaitable[None]]
"""What is still to be looked at just before a message goes."""


class Pacer(Protocol):
    """Keeps every send within the platform's limits."""

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        """Return when the next message to this chat may go. `answer`: somebody looks at it, and it
        goes before what nobody waits for.

        `before` is awaited once that is about to be so, and costs the pace no time; what it raises
        is raised, and the place given up."""

    def hold(self, address: Address, seconds: float) -> None:
        """The platform said 429: nothing to this chat for that long."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done after the commit, at least once."""

    id: str
    """Unique: a second job of the same id is a no-op."""
    name: str
    """Which function of `bot/jobs.py` runs it."""
    payload: Payload = field(default_factory=dict)
    queue: str = "core"
    """`core`, or a platform's name: one queue each, so that one slow platform holds up no other."""
    partition: str = ""
    """Jobs of one partition run one at a time in the order of `priority`: the chat."""
    priority: int = 1
    """1 to 2**31 - 1, lowest first: the chat's outgoing sequence number."""


Which = Callable[[Sequence[Job]], Sequence[Job]]
"""Picks some of these jobs."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up, for the operator."""

    id: str
    name: str
    payload: Payload
    error: str
    at: datetime
    priority: int


class Jobs(Protocol):
    """Durable work. `put` belongs to the open transaction; the rest to the process."""

    def put(self, connection: Connection, job: Job) -> None:
        """Write the job in this transaction: it exists exactly if the transaction commits."""

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        """Whether a job of the partition is under way, in whichever process, as far as this
        transaction sees."""

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        """Take those that `which` picks of the jobs of a partition that wait, given in their order,
        out of the queue in this transaction: if it commits, they never were. One that is under way
        by then goes on. `beginning`: of the ids of those that are asked about; others are not even
        read, and a chat may have many."""


Runner = Callable[[Payload], Awaitable[None]]
"""A job's function. Raises `RetryLater` to be run again after that wait, `GiveUp` to become a dead
letter at once; anything else is retried with back-off, then becomes a dead letter."""


class Engine(Jobs, Protocol):
    """Runs jobs."""

    async def start(self, runners: Mapping[str, Runner]) -> None: ...

    async def stop(self) -> None: ...

    async def dead_letters(self, limit: int = 100) -> Sequence[DeadLetter]: ...

    async def replay(self, ids: Sequence[str]) -> int:
        """Run these dead letters again, in order; how many were taken up."""

    async def forget(self, before: datetime) -> int:
        """Delete finished jobs older than `before`; how many."""

    async def erase(self, partitions: Sequence[str]) -> int:
        """Delete the jobs of these partitions, whatever became of them, but for those that run now;
        how many."""
