"""What Polar says is read as far as it is understood, and nothing in it breaks us."""

from __future__ import annotations

import json
import random
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polar.v2026_10.webhooks import _KNOWN_EVENT_TYPES

from adapters.polar import hooks, reading
from adapters.polar.fields import LARGEST_COLUMN, Unreadable, moment_if_any
from adapters.sandbox import polar_objects as whole
from adapters.sandbox import polar_papers as papers
from core.billing_facts import Checkout, Customer, Grant, Order, Price, Product, Refund
from core.billing_facts import Subscription as Running
from tests.adapters.polar_kit import AT, Json, event
from tests.mutations import NASTY, mutated

BUYER = whole.customer(external_id="acct-1")
SOLD = whole.product(
    name="Pro", trial_interval="day", trial_interval_count=7, modified_at="2026-11-01T00:00:00.5Z"
)
SUBSCRIPTION = whole.subscription(
    customer=BUYER,
    product=SOLD,
    checkout_id=whole.new_id(),
    created_at="2026-11-01T00:00:00Z",
    modified_at="2026-11-02T00:00:00.000001Z",
)
ORDER = whole.order(customer=BUYER, product=SOLD, subscription=SUBSCRIPTION)
CHECKOUT = papers.checkout(products=[SOLD], customer_id=BUYER["id"], external_customer_id="acct-1")
REFUND = papers.refund(order_id=ORDER["id"], customer_id=BUYER["id"], amount=900, tax_amount=100)
GRANT = papers.benefit_grant(whole.benefit(), BUYER)
STATE = papers.customer_state(BUYER, [SUBSCRIPTION], [GRANT])

GENUINE: dict[str, tuple[Json, type]] = {
    "subscription.updated": (SUBSCRIPTION, Running),
    "product.updated": (SOLD, Product),
    "order.paid": (ORDER, Order),
    "refund.created": (REFUND, Refund),
    "checkout.updated": (CHECKOUT, Checkout),
    "customer.created": (BUYER, Customer),
    "customer.state_changed": (STATE, Customer),
    "benefit_grant.created": (GRANT, Grant),
}


def read(kind: str, data: Any) -> hooks.Hook:
    return hooks.read("evt_1", event(kind, data))


def whys(kind: str, data: Json, **changes: Any) -> str:
    """Why it cannot be read with these changes; empty where it can."""
    return read(kind, data | changes).why


def test_every_type_of_the_sdk_is_known() -> None:
    assert hooks.KNOWN == _KNOWN_EVENT_TYPES
    assert len(hooks.KNOWN) == 42


@pytest.mark.parametrize("kind", GENUINE)
def test_a_genuine_event_is_read(kind: str) -> None:
    data, shape = GENUINE[kind]
    hook = read(kind, data)
    assert (hook.id, hook.type, hook.known, hook.why) == ("evt_1", kind, True, "")
    assert hook.at == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert isinstance(hook.what, shape)
    assert hooks.read("evt_1", hook.body) == hook  # what was kept reads back the same


def test_a_subscription_in_full() -> None:
    later = whole.pending_update(product_id="p-2", applies_at="2026-12-01T00:00:00Z")
    found = reading.subscription(SUBSCRIPTION | {"pending_update": later})
    assert found.customer == Customer(BUYER["id"], "acct-1")
    assert (found.product_id, found.status) == (SOLD["id"], "active")
    assert (found.amount, found.currency, found.interval) == (900, "usd", "month")
    assert found.period_end == datetime(2026, 12, 1, tzinfo=UTC)
    assert found.version == datetime(2026, 11, 2, 0, 0, 0, 1, tzinfo=UTC)
    assert (found.pending_product_id, found.pending_at) == ("p-2", found.period_end)
    assert found.checkout_id == SUBSCRIPTION["checkout_id"]


def test_a_product_in_full() -> None:
    prices = [
        whole.price(price_amount=900),
        whole.price(price_amount=1, is_archived=True),
        {"amount_type": "free", "price_currency": "EUR"},
        {"amount_type": "metered_unit", "price_currency": "usd", "unit_amount": "0.5"},
        {"amount_type": "by the moon", "price_amount": "9"},
        "odd",
    ]
    found = reading.product(SOLD | {"prices": prices})
    assert found.prices == (
        Price("fixed", 900, "usd"),
        Price("free", 0, "eur"),
        Price("metered_unit", None, "usd"),
        Price("by the moon", None, ""),
    )
    assert (found.interval, found.trial_interval, found.trial_count) == ("month", "day", 7)
    old = whole.price() | {"recurring_interval": "year"}
    assert reading.product(SOLD | {"recurring_interval": None, "prices": [old]}).interval == "year"


def test_what_goes_back_counts_with_its_tax_and_only_once_it_went() -> None:
    found = reading.refund(REFUND)
    assert found
    assert (found.amount, found.customer) == (1000, Customer(BUYER["id"], ""))
    for status in ("pending", "failed", "canceled", "invented"):
        hook = read("refund.created", REFUND | {"status": status})
        assert (hook.what, hook.why) == (None, "")
    assert reading.order(ORDER | {"refunded_amount": 5, "refunded_tax_amount": 1}).refunded == 6


def test_a_checkout_does_not_say_who_its_customer_is_to_us() -> None:
    """The external id in it was wished for; the e-mail that was typed may be somebody else's."""
    assert reading.checkout(CHECKOUT).customer == Customer(BUYER["id"], "")
    assert reading.checkout(CHECKOUT | {"customer_id": None}).customer is None


def test_the_link_of_a_checkout_is_not_kept() -> None:
    kept = read("checkout.created", CHECKOUT)
    assert isinstance(kept.what, Checkout)
    assert kept.what.url == ""
    for secret in (CHECKOUT["client_secret"], CHECKOUT["url"]):
        assert secret not in kept.body
        assert secret not in repr(kept)
    assert CHECKOUT["id"] in kept.body


def test_a_deleted_customer() -> None:
    assert read("customer.deleted", BUYER).what == Customer(BUYER["id"], "acct-1", deleted=True)
    assert reading.customer(BUYER | {"deleted_at": AT}).deleted


def test_a_grant_that_was_taken_is_none() -> None:
    assert reading.grant(GRANT).granted
    assert not reading.grant(GRANT | {"is_revoked": True}).granted


@pytest.mark.parametrize("kind", sorted(hooks.KNOWN))
def test_types_that_we_do_not_use_are_known_and_say_nothing(kind: str) -> None:
    hook = read(kind, {"anything": 1})
    used = kind.split(".", maxsplit=1)[0] in {each.split(".")[0] for each in GENUINE}
    assert hook.known
    assert (hook.what, bool(hook.why)) == (None, used)


def test_an_unknown_type_is_kept_as_such() -> None:
    hook = read("subscription.teleported", SUBSCRIPTION)
    assert (hook.known, hook.what, hook.why) == (False, None, "")
    assert hook.type == "subscription.teleported"


def test_what_polar_may_add_or_leave_out_breaks_nothing() -> None:
    more = SUBSCRIPTION | {"status": "hibernating", "moon": {"phase": [1]}, "prices": "none"}
    assert reading.subscription(more).status == "hibernating"
    bare = {name: SUBSCRIPTION[name] for name in ("id", "status", "created_at", "product_id")}
    found = reading.subscription(bare | {"customer_id": "c-1"})
    assert found.customer == Customer("c-1", "")
    assert (found.modified_at, found.amount, found.currency, found.interval) == (None, None, "", "")
    shown = {"amount": "9", "currency": "doubloon", "recurring_interval": 5, "pending_update": [1]}
    assert reading.subscription(SUBSCRIPTION | shown).amount is None
    assert reading.subscription(SUBSCRIPTION | {"amount": 2**31}).amount is None


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("id", 5),
        ("id", None),
        ("id", "x" * 65),
        ("id", "a\0b"),
        ("id", "../orders"),
        ("product_id", None),
        ("status", ""),
        ("status", None),
        ("status", "x" * 25),
        ("status", ["active"]),
        ("customer", "c-1"),
        ("customer_id", "another-customer"),
        ("cancel_at_period_end", "no"),
        ("cancel_at_period_end", 0),
        ("current_period_end", "soon"),
        ("ended_at", 1_700_000_000),
        ("ended_at", "0001-01-01T00:00:00+14:00"),
        ("modified_at", False),
        ("created_at", None),
        ("trial_end", {}),
    ],
)
def test_what_matters_is_never_guessed(name: str, odd: Any) -> None:
    assert whys("subscription.updated", SUBSCRIPTION, **{name: odd}) == name


@pytest.mark.parametrize("odd", ["x" * 129, "a\0b", 7, ["acct-1"]])
def test_an_external_id_is_exact_or_nothing_is_read(odd: Any) -> None:
    assert whys("customer.updated", BUYER, external_id=odd) == "external_id"
    assert whys("subscription.updated", SUBSCRIPTION, customer=BUYER | {"external_id": odd})
    assert not whys("customer.updated", BUYER, external_id="x" * 128)


def test_words_for_people_are_cut_and_cleaned() -> None:
    found = reading.product(SOLD | {"name": "a\0" + "b" * 200, "description": 5})
    assert (found.name, found.description) == ("a" + "b" * 127, "")


TIMES = {
    "2026-11-25T10:00:00Z": datetime(2026, 11, 25, 10, tzinfo=UTC),
    "2026-11-25T10:00:00.5Z": datetime(2026, 11, 25, 10, microsecond=500_000, tzinfo=UTC),
    "2026-11-25T10:00:00.123456Z": datetime(2026, 11, 25, 10, microsecond=123_456, tzinfo=UTC),
    "2026-11-25T10:00:00.123456789Z": datetime(2026, 11, 25, 10, microsecond=123_456, tzinfo=UTC),
    "2026-11-25T11:30:00+01:30": datetime(2026, 11, 25, 10, tzinfo=UTC),
    "2026-11-25T10:00:00": datetime(2026, 11, 25, 10, tzinfo=UTC),
}


@pytest.mark.parametrize("text", TIMES)
def test_times_in_every_form(text: str) -> None:
    assert moment_if_any({"at": text}, "at") == TIMES[text]


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=-3)))))
def test_times_read_back_and_are_in_utc(at: datetime) -> None:
    try:
        found = moment_if_any({"at": at.isoformat()}, "at")
    except Unreadable:  # within a day of either end of time
        assert at.year in (1, 9999)
        return
    assert found == at
    assert found
    assert found.tzinfo is UTC


BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "json"),
    "no JSON": (b"<html>", "json"),
    "broken off": (b'{"type": "order.paid"', "json"),
    "deep": (b"[" * 100_000, "json"),
    "deep objects": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "json"),
    "NaN": (b'{"type": NaN}', "json"),
    "Infinity": (b'{"type": Infinity}', "json"),
    "an endless number": (b'{"type": ' + b"9" * 5_000 + b"}", "json"),
    "no UTF-8": (b'{"type": "\xff"}', "json"),
    "half a character": (b'{"type": "\\ud800"}', "json"),
    "a NUL": (b'{"type": "a\0b"}', "json"),
    "a list": (b"[]", "object"),
    "a number": (b"1", "object"),
    "no type": (b"{}", "type"),
    "a type that is none": (b'{"type": 5}', "type"),
    "a type with a NUL": (b'{"type": "order\\u0000.paid"}', "type"),
    "an endless type": (b'{"type": "' + b"x" * 65 + b'"}', "type"),
    "no data": (b'{"type": "order.paid"}', "data"),
    "data that is none": (b'{"type": "order.paid", "data": [1]}', "data"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_makes_no_sense_is_kept_with_why(name: str) -> None:
    body, why = BODIES[name]
    hook = hooks.read("evt_1", body)
    assert (hook.what, hook.why) == (None, why)
    assert "\0" not in hook.body
    hook.body.encode()  # no half characters either
    assert hooks.read("evt_1", hook.body).what is None  # what was replaced in it may be read


def test_a_time_that_makes_no_sense_is_unknown() -> None:
    body = orjson.dumps({"type": "customer.created", "timestamp": "soon", "data": BUYER})
    hook = hooks.read("evt_1", body)
    assert (hook.at, hook.why) == (None, "")


def test_nothing_that_is_odd_gets_out_or_breaks_anything() -> None:
    chance, seen = random.Random(20261125), {"read": 0, "unread": 0}  # noqa: S311  # a seed
    for _ in range(1500):
        kind = chance.choice(list(GENUINE))
        genuine = {"type": kind, "timestamp": AT, "data": GENUINE[kind][0]}
        hook = hooks.read("evt_1", json.dumps(mutated(genuine, chance)))
        seen["read" if hook.what else "unread"] += 1
        fits(hook)
    assert min(seen.values()) > 100


@pytest.mark.parametrize("odd", [*NASTY, 10**20, -(10**20)])
def test_each_field_may_hold_anything(odd: Any) -> None:
    for kind, (data, _) in GENUINE.items():
        for name in data:
            fits(hooks.read("evt_1", json.dumps({"type": kind, "data": data | {name: odd}})))


WIDTHS = {"id": 64, "external_id": 128, "name": 128, "status": 32, "type": 64, "kind": 32}


def fits(thing: Any) -> None:
    """Whatever was read has its place in the database."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if is_dataclass(each):
                fits(each)
        if isinstance(value, str):
            assert "\0" not in value
            assert len(value) <= WIDTHS.get(field.name, 2**20)
            value.encode()
        if isinstance(value, int) and field.name.endswith("count"):
            assert abs(value) <= LARGEST_COLUMN
        if isinstance(value, datetime):
            assert value.tzinfo is UTC


def test_without_the_check_a_nul_would_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    data = BUYER | {"external_id": "a\0b"}
    monkeypatch.setattr(reading, "text", lambda given, name, most: given[name])
    found = read("customer.created", data).what
    assert found == replace(reading.customer(BUYER), external_id="a\0b")
    with pytest.raises(AssertionError):
        fits(found)
