"""Polar's webhooks for many accounts, as badly delivered as may be, and what must come of them.

What an account has in the end is known from what was decided for it here, before anything became an
event: nothing of the service's own is asked."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from adapters.sandbox.model import Json
from adapters.sandbox.polar_objects import customer, product, subscription
from adapters.sandbox.polar_signing import STANDARD, WHOLE, event, signed
from adapters.sandbox.polar_time import iso

PRODUCTS = {"pro-month": "pro", "pro-year": "pro", "teams-month": "teams"}
RANKS = {"": 0, "pro": 1, "teams": 2}
GIVES = ("active", "trialing", "past_due")
WINDOW = 50
"""How far an event may be from its place in time (`promises.md` B1)."""
OLD, NEW = "polar-secret-of-last-year", "whsec_" + "c2VjcmV0LW9mLXRoaXMteWVhcg=="
SECRETS = f"{NEW},{OLD}"
"""The service's setting: the one that Polar signs with now, and the one before."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the webhook."""

    id: str
    body: bytes
    headers: dict[str, str]
    forged: str = ""
    """How, if it is."""
    known: bool = True
    """Whether it is of a type that there is, and can be read."""


@dataclass(slots=True)
class Storm:
    """`calls` in the order in which they are made, a few at a time."""

    calls: list[Call] = field(default_factory=list)
    plans: dict[str, str] = field(default_factory=dict)
    """External id -> the plan that it must have in the end."""

    @property
    def genuine(self) -> list[Call]:
        return [each for each in self.calls if not each.forged]

    @property
    def distinct(self) -> set[str]:
        """The ids of what Polar sent."""
        return {each.id for each in self.genuine}


class _Account:
    """What happens to one account's subscriptions, one change after the other."""

    def __init__(self, external: str, rand: random.Random, since: datetime) -> None:
        self._rand, self._at = rand, since
        self.external = external
        self._customer = customer(external_id=external, created_at=iso(since))
        self._all: list[Json] = []
        self._begin()

    def _begin(self) -> None:
        sold = self._rand.choice(list(PRODUCTS))
        self._all.append(
            subscription(
                customer=self._customer,
                product=product(id=sold),
                created_at=iso(self._at),
                current_period_end=iso(datetime.now(UTC) + timedelta(days=20)),
                status=self._rand.choice(("incomplete", "active", "trialing")),
                trial_end=iso(datetime.now(UTC) + timedelta(days=9)),
            )
        )

    @property
    def plan(self) -> str:
        """By what stands there now, whatever was sent of it."""
        given = [PRODUCTS[each["product_id"]] for each in self._all if each["status"] in GIVES]
        return max(given, key=RANKS.__getitem__, default="")

    def change(self) -> Iterator[tuple[str, datetime, Json]]:
        """One change: its events, all with the same snapshot."""
        self._at += timedelta(seconds=self._rand.choice((1, 1, 60)), microseconds=1)
        if self._rand.random() < 0.3:
            self._at = self._at.replace(microsecond=0)  # written without a fraction
            self._at += timedelta(seconds=1)
        now = self._all[-1]
        if now["ended_at"]:
            self._begin()
            yield "subscription.created", self._at, dict(self._all[-1])
            return
        kind, what = self._rand.choice(CHANGES)
        changed = now | what(self._at) | {"modified_at": iso(self._at)}
        if changed["product_id"] != now["product_id"]:
            changed["product"] = product(id=changed["product_id"])
        self._all[-1] = changed
        yield "subscription.updated", self._at, changed
        if kind:
            yield f"subscription.{kind}", self._at, changed


Change = tuple[str, Callable[[datetime], Json]]


def _to(sold: str) -> Change:
    return "", lambda at: {"product_id": sold}


def _status(kind: str, status: str, **more: Any) -> Change:
    return kind, lambda at: {"status": status, "past_due_at": None, "ended_at": None, **more}


CHANGES: tuple[Change, ...] = (
    *(_to(each) for each in PRODUCTS),
    _status("active", "active"),
    _status("cycled", "active"),
    _status("paused", "paused"),
    _status("resumed", "active"),
    ("past_due", lambda at: {"status": "past_due", "past_due_at": iso(datetime.now(UTC))}),
    ("canceled", lambda at: {"cancel_at_period_end": True, "canceled_at": iso(at)}),
    ("uncanceled", lambda at: {"cancel_at_period_end": False, "canceled_at": None}),
    ("revoked", lambda at: {"status": "canceled", "ended_at": iso(at), "ends_at": iso(at)}),
    ("revoked", lambda at: {"status": "unpaid", "ended_at": iso(at), "ends_at": iso(at)}),
)


def storm(accounts: Sequence[str], events: int, seed: int = 1) -> Storm:
    """`events` distinct ones, and beside them 1 % of an unknown type, 1 % that cannot be read,
    30 % duplicates and 5 % forged; a fifth of all out of order."""
    rand, made = random.Random(seed), Storm()  # noqa: S311  # no secret
    each_has = -(-events // len(accounts))
    told: list[list[Call]] = []
    for external in accounts:
        own, calls = _Account(external, rand, datetime.now(UTC) - timedelta(days=9)), []
        while len(calls) < each_has:
            calls += [_call(kind, at, data, rand) for kind, at, data in own.change()]
        told.append(calls)
        made.plans[external] = own.plan
    in_time = list(_mixed(told, rand))
    odd = [_odd(rand, n) for n in range(events // 50)]
    for each in odd:
        in_time.insert(rand.randrange(len(in_time)), each)
    _disorder(in_time, rand)
    made.calls = _repeated(in_time, rand)
    for number in range(events // 20):
        forged = _forged(number, rand.choice(accounts), rand)
        made.calls.insert(rand.randrange(len(made.calls)), forged)
    return made


def _call(kind: str, at: datetime, data: Json, rand: random.Random) -> Call:
    return _genuine(event(kind, data, iso(at)), rand)


def _genuine(body: bytes, rand: random.Random) -> Call:
    id = f"{rand.getrandbits(128):032x}"
    way = rand.choice(((OLD, WHOLE), (NEW, WHOLE), (NEW, STANDARD)))
    return Call(id, body, signed(body, way[0], id, form=way[1]))


def _mixed(told: list[list[Call]], rand: random.Random) -> Iterator[Call]:
    """All accounts' side by side, each account's own in order."""
    turns = [at for at, calls in enumerate(told) for _ in calls]
    rand.shuffle(turns)
    left = [iter(calls) for calls in told]
    for at in turns:
        yield next(left[at])


def _odd(rand: random.Random, number: int) -> Call:
    """Genuine, but of a type that nobody knows, or not to be read: in turns."""
    bodies = (
        event("subscription.teleported", {"id": str(number)}, iso(datetime.now(UTC))),
        b'{"type": "subscription.updated", "data": {"id": ',
        orjson.dumps({"type": "galaxy.formed", "timestamp": "yesterday", "data": {"arms": 2}}),
        orjson.dumps({"type": "subscription.updated", "data": {"status": 7}}),
    )
    return replace(_genuine(bodies[number % len(bodies)], rand), known=False)


def _disorder(calls: list[Call], rand: random.Random) -> None:
    """A fifth of them changes its place with another one near by."""
    for at in rand.sample(range(len(calls)), len(calls) // 10):  # a swap moves two
        other = min(len(calls) - 1, max(0, at + rand.randint(-WINDOW, WINDOW)))
        calls[at], calls[other] = calls[other], calls[at]


def _repeated(calls: list[Call], rand: random.Random) -> list[Call]:
    """Three of ten come twice: half of them at the same time, half at any later time."""
    found: list[Call] = []
    later: list[tuple[int, Call]] = []
    for at, call in enumerate(calls):
        found.append(call)
        if rand.random() < 0.3:
            if rand.random() < 0.5:
                found.append(call)
            else:
                later.append((rand.randrange(at, len(calls)) + len(found) - at, call))
    for at, call in later:
        found.insert(min(at, len(found)), call)
    return found


def _forged(number: int, external: str, rand: random.Random) -> Call:
    """What would give an account the best plan for ever, if it were believed."""
    way = list(FORGERIES)[number % len(FORGERIES)]
    best = subscription(
        customer=customer(external_id=external),
        product=product(id="teams-month"),
        modified_at=iso(datetime.now(UTC) + timedelta(days=365)),
        current_period_end=iso(datetime.now(UTC) + timedelta(days=3650)),
    )
    body = event("subscription.updated", best, iso(datetime.now(UTC)))
    id = f"{rand.getrandbits(128):032x}"
    return Call(id, body, FORGERIES[way](body, id), way)


Forge = Callable[[bytes, str], dict[str, str]]
FORGERIES: dict[str, Forge] = {
    "unsigned": lambda body, id: {"content-type": "application/json"},
    "key": lambda body, id: signed(body, NEW[:-6] + "AAAA==", id),
    "body": lambda body, id: signed(body.replace(b"teams-month", b"pro-month"), NEW, id),
    "old": lambda body, id: signed(body, NEW, id, at=time.time() - 400),
    "ahead": lambda body, id: signed(body, NEW, id, at=time.time() + 400),
    "id": lambda body, id: {**signed(body, NEW, id), "webhook-id": f"{id}0"},
    "empty": lambda body, id: {**signed(body, NEW, id), "webhook-signature": "v1,"},
    "version": lambda body, id: _with(signed(body, NEW, id), "v2,"),
}
"""The headers of what Polar did not send, or not now."""


def _with(good: dict[str, str], version: str) -> dict[str, str]:
    return {**good, "webhook-signature": good["webhook-signature"].replace("v1,", version)}
