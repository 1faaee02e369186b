"""A webhook's body as facts. It never raises: what cannot be read is told in `Hook.why`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import orjson

from adapters.polar import reading
from adapters.polar.fields import Json, Unreadable, inner, moment_if_any, word
from core.billing_facts import Customer, Hook, What

_KNOWN: Mapping[str, str] = {
    "benefit": "created updated",
    "benefit_grant": "created cycled revoked updated",
    "checkout": "created expired updated",
    "customer": "created deleted state_changed updated",
    "customer_seat": "assigned claimed revoked",
    "discount": "created deleted updated",
    "member": "created deleted updated",
    "order": "created paid refunded updated",
    "organization": "updated",
    "product": "created updated",
    "refund": "created updated",
    "subscription": "active canceled created cycled migrated past_due paused resumed revoked "
    "uncanceled updated",
}
KNOWN = frozenset(f"{of}.{each}" for of, names in _KNOWN.items() for each in names.split())
"""Every type there is. Source: `polar.v2026_10.webhooks` of polar-sdk 1.0.2."""
_READERS: Mapping[str, Callable[[Json], What | None]] = {
    "benefit_grant": reading.grant,
    "checkout": reading.checkout,
    "customer": reading.customer,
    "order": reading.order,
    "product": reading.product,
    "refund": reading.refund,
    "subscription": reading.subscription,
}
_SECRET = ("url", "client_secret", "success_url")
"""Of a checkout: whoever has one of these can open it, so that none is kept."""


def read(id: str, body: bytes | str) -> Hook:
    """What a genuine webhook says. `body` may also be a `Hook.body` that was kept."""
    hook = Hook(id=id, type="", at=None, body=_storable(body), what=None)
    try:
        envelope = orjson.loads(body)  # refuses NaN, lone surrogates and 1,000 levels
    except (orjson.JSONDecodeError, RecursionError):
        return replace(hook, why="json")
    if not isinstance(envelope, dict):
        return replace(hook, why="object")
    return _read(hook, envelope)


def _read(hook: Hook, envelope: Json) -> Hook:
    try:
        hook = replace(hook, at=_arose(envelope), type=word(envelope, "type", 64))
        data = inner(envelope, "data")
        if data and not data.keys().isdisjoint(_SECRET):
            data = {name: value for name, value in data.items() if name not in _SECRET}
            hook = replace(hook, body=orjson.dumps(envelope | {"data": data}).decode())
        if hook.type not in KNOWN:
            return replace(hook, known=False)
        return replace(hook, what=_what(hook.type, data))
    except Unreadable as field:
        return replace(hook, why=str(field))


def _what(kind: str, data: Json | None) -> What | None:
    """None for what we do not use. A changed state of a customer tells who it is: what they have
    now, Polar does not say there with all that we need."""
    read_it = _READERS.get(kind.partition(".")[0])
    if read_it is None:
        return None
    if data is None:
        raise Unreadable("data")
    found = read_it(data)
    if isinstance(found, Customer) and kind == "customer.deleted":
        return replace(found, deleted=True)
    return found


def _arose(envelope: Json) -> datetime | None:
    try:
        return moment_if_any(envelope, "timestamp")
    except Unreadable:
        return None


def _storable(body: bytes | str) -> str:
    """As text that any database keeps: without NUL, without what is no UTF-8."""
    given = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    return given.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
