"""Refusals (what a person may not or cannot do, with the facts) and delivery errors.

A refusal is an answer, not a defect: `bot/errors.py` says each in words. Everything else that is
raised is a defect.
"""

# long: it is one list, and each is short

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.addresses import Address


class Refusal(Exception):
    """The base of all refusals. Subclasses are dataclasses: their fields are the facts."""


@dataclass(eq=False)
class NoSuchTask(Refusal):
    """Missing, or not yours: one answer for both, so that nobody learns which."""

    ref: str
    linked: bool = False
    """Whether a link led there."""


@dataclass(eq=False)
class Closed(Refusal):
    """The service is being looked after, and takes no changes meanwhile."""


@dataclass(eq=False)
class NotAllowed(Refusal):
    """The task is visible here, but this person may not do this to it."""

    what: str
    who_may: str


@dataclass(eq=False)
class TooLong(Refusal):
    what: str
    limit: int
    got: int


@dataclass(eq=False)
class Blank(Refusal):
    what: str


@dataclass(eq=False)
class NotUnderstood(Refusal):
    """A value that cannot be read as what it should be."""

    what: str
    value: str
    expected: str


@dataclass(eq=False)
class TooMany(Refusal):
    """A count is at its limit."""

    what: str
    limit: int


@dataclass(eq=False)
class Stale(Refusal):
    """The card was drawn before the task changed. The card is redrawn; nothing was done."""

    task: str


@dataclass(eq=False)
class NothingToUndo(Refusal):
    reason: str = ""


@dataclass(eq=False)
class RateLimited(Refusal):
    what: str
    wait: timedelta


@dataclass(eq=False)
class UnknownPerson(Refusal):
    token: str


@dataclass(eq=False)
class TakesNoTasks(Refusal):
    """Whoever was to be given a task wants none from others."""

    name: str


@dataclass(eq=False)
class NoSuchNotice(Refusal):
    ref: str


@dataclass(eq=False)
class CodeRefused(Refusal):
    """A link code that is unknown, spent, expired or void: one answer for all."""


@dataclass(eq=False)
class LinkRefused(Refusal):
    """A link that cannot go on. `reason` is a word that `bot/link_refusals.py` has a sentence for;
    whoever raises it says in its docstring which."""

    reason: str


@dataclass(eq=False)
class WrongPlace(Refusal):
    """Works only in a private chat."""

    what: str
    sign: str = "/"
    """What commands begin with where it was said."""


@dataclass(eq=False)
class PlanLimit(Refusal):
    """The plan allows no more. Nothing is deleted, and whatever ends something still works."""

    what: str
    """`open tasks`, `categories` or `people`."""
    plan: str
    """Its name in `core.plans`."""
    limit: int
    account: int = 0
    """Whose plan: whoever claims or reopens a task meets the limit of its owner."""


@dataclass(eq=False)
class BillingRefused(Refusal):
    """What was asked of billing cannot be done, by us or by Polar. `reason` is one of `off` (not
    set up), `hidden` (not on this platform), `none` (no subscription), `running` (one is running
    already), `same` (that plan already), `not-sold` (no such plan, or no longer), `ended`,
    `not-cancelling` (nothing to resume), `paused` (resuming costs at once), `cancelling` (resume
    first), `pending` (that was asked for already), `payment` (the charge failed: nothing changed),
    `locked` (Polar is busy with it), `no-customer` (never paid), `invalid` (Polar does not take
    it)."""

    reason: str


class BillingAway(Exception):
    """Polar cannot be reached, is out of order, or asks us to wait: later it may work.

    `seconds`: how long it asked us to wait; 0 where it did not say. `reason` is a word of ours for
    the log."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


class DeliveryError(Exception):
    """The base of what can go wrong between us and a platform's API."""


@dataclass(eq=False)
class RetryLater(DeliveryError):
    """The platform says when (429), or refused before accepting: nothing was sent."""

    seconds: float
    reason: str = ""


@dataclass(eq=False)
class Ambiguous(DeliveryError):
    """No answer after the request went out: it may have been delivered. Retried once."""

    reason: str = ""


@dataclass(eq=False)
class ChatGone(DeliveryError):
    """Nothing can be sent to this chat: blocked, kicked, deactivated, archived, not found."""

    reason: str


@dataclass(eq=False)
class ChatMoved(DeliveryError):
    """The group became another one; send there."""

    to: Address


@dataclass(eq=False)
class MessageGone(DeliveryError):
    """The message to be edited no longer exists or cannot be edited."""

    reason: str = ""


@dataclass(eq=False)
class Unsendable(DeliveryError):
    """The platform refuses this message for what it is; trying again is no use."""

    reason: str


class Withdrawn(DeliveryError):
    """While the message waited for its turn, it ceased to be this chat's to know: nothing was
    sent."""


@dataclass(eq=False)
class TokenRevoked(DeliveryError):
    """The platform no longer knows our token: everything to it stops."""

    reason: str


class SignInError(Exception):
    """The base of what can go wrong between us and whoever says who somebody is."""


@dataclass(eq=False)
class SignInRefused(SignInError):
    """What an issuer, or the operator's app, answered cannot be believed.

    `reason` is one short word of ours for the log (`nonce`, `expired`, `signature`, ...): never
    something from the answer, and not for the person, who learns only that it did not work."""

    reason: str


@dataclass(eq=False)
class SignInAway(SignInError):
    """An issuer cannot be reached, or says that it is out of order; later it may work."""

    reason: str = ""


@dataclass(eq=False)
class GiveUp(Exception):
    """A job that must not be tried again: it becomes a dead letter with this reason."""

    reason: str
