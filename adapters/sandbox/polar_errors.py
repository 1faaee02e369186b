"""What Polar refuses, in its own words and shapes."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from adapters.sandbox.model import Json


class PolarError(Exception):
    """An answer that is a refusal: its status, its body, and its headers."""

    def __init__(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(body.get("error", "")))
        self.status, self.body, self.headers = status, body, headers or {}

    @property
    def detail(self) -> str:
        """For people."""
        match self.body.get("detail"):
            case [{"msg": str(words)}, *_]:
                return words
            case str(words):
                return words
        return str(self.body.get("error", ""))

    def response(self) -> web.Response:
        return web.json_response(self.body, status=self.status, headers=self.headers)


def _error(status: int, name: str, detail: str) -> PolarError:
    return PolarError(status, {"error": name, "detail": detail})


def not_found() -> PolarError:
    return _error(404, "ResourceNotFound", "Not found")


def invalid(where: tuple[str | int, ...], words: str, value: Any = None) -> PolarError:
    """422; `where` without the leading `body`."""
    problem = {"type": "value_error", "loc": ["body", *where], "msg": words, "input": value}
    return PolarError(422, {"error": "RequestValidationError", "detail": [problem]})


def invalid_token() -> PolarError:
    words = "The access token provided is expired, revoked, malformed, or invalid."
    body = {"error": "invalid_token", "error_description": words}
    return PolarError(401, body, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def too_many(seconds: int) -> PolarError:
    body = {"error": "RateLimitExceeded", "detail": "Too many requests"}
    return PolarError(429, body, {"Retry-After": str(seconds)})


def payment_failed() -> PolarError:
    return _error(402, "PaymentFailed", "The payment failed. Nothing was changed.")


def already_canceled() -> PolarError:
    words = "This subscription is already canceled or will be at the end of the period."
    return _error(403, "AlreadyCanceledSubscription", words)


def inactive(subscription: str) -> PolarError:
    return _error(403, "InactiveSubscription", f"Subscription {subscription} is not active.")


def locked() -> PolarError:
    return _error(409, "SubscriptionLocked", "This subscription is pending an update.")


def not_scheduled_to_cancel() -> PolarError:
    words = "This subscription is not scheduled to cancel."
    return _error(409, "SubscriptionNotScheduledToCancel", words)


def unavailable() -> PolarError:
    return _error(410, "ResourceUnavailable", "This subscription has ended.")


def cannot_pause() -> PolarError:
    return _error(409, "CannotPause", "This subscription can't be paused.")


def no_scheduled_pause() -> PolarError:
    return _error(409, "NoScheduledPause", "This subscription is not scheduled to pause.")


def not_paused() -> PolarError:
    return _error(409, "NotPaused", "This subscription is not paused.")


def already_active() -> PolarError:
    words = "You already have an active subscription."
    return _error(403, "AlreadyActiveSubscriptionError", words)


def expired_checkout() -> PolarError:
    return _error(410, "ExpiredCheckoutError", "This checkout session has expired.")


def not_open() -> PolarError:
    return _error(403, "NotOpenCheckout", "This checkout session is not open.")


def refunded_already() -> PolarError:
    return _error(403, "RefundedAlready", "This order has been refunded already.")
