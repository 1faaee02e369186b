"""What Polar answers, and what it means where it is not a success, in the errors of the core.

Nothing of a refusal but its status, the name of its error and the place that it points at is looked
at, and nothing of it gets out: its words may hold a token, an e-mail or a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from adapters.polar.fields import Json
from core.errors import BillingAway, BillingRefused

_NAMED: Mapping[str, str] = {
    "AlreadyActiveSubscriptionError": "running",
    "AlreadyCanceledSubscription": "ended",
    "CheckoutLocked": "locked",
    "ExpiredCheckoutError": "ended",
    "InactiveSubscription": "ended",
    "NotOpenCheckout": "ended",
    "NotPaused": "not-cancelling",
    "PaymentActionRequired": "payment",
    "PaymentFailed": "payment",
    "ResourceUnavailable": "ended",
    "SubscriptionLocked": "locked",
    "SubscriptionNotScheduledToCancel": "not-cancelling",
    "TrialAlreadyRedeemed": "invalid",
}
"""Source: `polar.v2026_10.errors` of polar-sdk 1.0.2."""
_OF_TOKEN = ("", "insufficient_scope", "NotPermitted", "Unauthorized")
"""It may not do this, says Polar, or whoever stands before it."""
_PLACES: Mapping[str, str] = {
    "product_id": "not-sold",
    "products": "not-sold",
    "customer_id": "no-customer",
    "external_customer_id": "no-customer",
}
"""What it means when one of these is what Polar does not take."""
_STATUSES: Mapping[int, str] = {402: "payment", 409: "locked", 410: "ended"}
_WAIT, _LONGEST_WAIT = 60.0, 3600.0
"""Seconds: Polar counts by the minute, and nobody waits for more than an hour."""


class Answer(Exception):
    """An answer, whatever it is: raised past the SDK's models by `sdk`, which says why."""

    def __init__(self, status: int, retry_after: str, body: bytes) -> None:
        super().__init__(status)
        self.status, self.retry_after, self.body = status, retry_after, body

    def object(self, missing: str) -> Json:
        """The object in it; empty where a success says nothing more.

        Raises `BillingAway` and `BillingRefused`; `missing` is the reason of the latter where what
        was asked about was not found."""
        if not 200 <= self.status < 300:
            raise self._problem(missing)
        try:
            value = orjson.loads(self.body or b"{}")
        except (orjson.JSONDecodeError, RecursionError):
            raise BillingAway("json") from None
        if not isinstance(value, dict):
            raise BillingAway("json")
        return value

    def _problem(self, missing: str) -> BillingRefused | BillingAway:
        if self.status == 429:
            return BillingAway("busy", _seconds(self.retry_after))
        if self.status == 401:
            return BillingAway("token")
        if not 400 <= self.status < 500:  # a redirect is not followed: the token would go with it
            wait = _seconds(self.retry_after) if self.retry_after else 0.0
            return BillingAway(f"status-{self.status}", wait)
        return _refusal(self.status, _parsed(self.body), missing)


def _refusal(status: int, said: Json, missing: str) -> BillingRefused | BillingAway:
    name = said.get("error")
    if not isinstance(name, str):
        name = ""
    if name in _NAMED:
        return BillingRefused(_NAMED[name])
    if name == "PaymentNotReady":  # the seller's account is not set up for payments
        return BillingAway("not-ready")
    if status == 403 and name in _OF_TOKEN:
        return BillingAway("token")
    if status == 404:  # without a name it is a wrong address: nobody looked for anything
        return BillingRefused(missing) if name else BillingAway("status-404")
    return BillingRefused(_STATUSES.get(status) or _place(said.get("detail")))


def _place(details: Any) -> str:
    for each in details if isinstance(details, list) else ():
        where = each.get("loc") if isinstance(each, dict) else None
        for name in where if isinstance(where, list) else ():
            if isinstance(name, str) and name in _PLACES:
                return _PLACES[name]
    return "invalid"


def _parsed(body: bytes) -> Json:
    try:
        said = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(retry_after: str) -> float:
    """It may also be a date, or missing."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:9]), _LONGEST_WAIT)
    return _WAIT
