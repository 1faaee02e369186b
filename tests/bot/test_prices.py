"""Prices, periods and trials as people read them: what `parity.md` 1.7 lists, in our words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import prices
from core.billing_facts import Customer, Price, Product, Subscription

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SUBSCRIPTION = Subscription(
    id="s1",
    customer=Customer("c1", "account"),
    product_id="p1",
    status="active",
    amount=1900,
    currency="usd",
    interval="month",
    interval_count=1,
    period_start=START,
    period_end=START + 30 * DAY,
    trial_start=None,
    trial_end=None,
    cancel_at_period_end=False,
    canceled_at=None,
    started_at=START,
    ends_at=None,
    ended_at=None,
    past_due_at=None,
    pending_product_id="",
    pending_at=None,
    checkout_id="",
    created_at=START,
    modified_at=START,
)
PRODUCT = Product(
    id="p1",
    name="Pro, monthly",
    description="",
    interval="month",
    interval_count=1,
    prices=(Price("fixed", 900, "usd"),),
    archived=False,
    trial_interval="",
    trial_count=0,
    modified_at=START,
)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (1999, "usd", "$19.99"),
        (1000, "usd", "$10"),
        (5, "usd", "$0.05"),
        (1950, "usd", "$19.50"),
        (0, "usd", "$0"),
        (129900, "usd", "$1,299"),
        (-500, "usd", "-$5"),
        (1999, "USD", "$19.99"),
        (1999, "eur", "\u20ac19.99"),
        (1999, "gbp", "\u00a319.99"),
        (1200, "jpy", "\u00a51,200"),
        (1200, "krw", "KRW 1,200"),
        (1250, "chf", "CHF 12.50"),
        (1999, "cad", "CAD 19.99"),  # a dollar sign would be another dollar
        (1250, "kwd", "KWD 1.250"),
        (None, "usd", ""),
        (1999, "", ""),
        (None, "", ""),
    ],
)
def test_money(amount: int | None, currency: str, said: str) -> None:
    assert prices.money(amount, currency) == said


@pytest.mark.parametrize(
    ("interval", "count", "said"),
    [
        ("month", 1, "a month"),
        ("year", 1, "a year"),
        ("week", 2, "every 2 weeks"),
        ("month", 3, "every 3 months"),
        ("day", 0, "a day"),
        ("", 1, ""),
    ],
)
def test_how_often(interval: str, count: int, said: str) -> None:
    assert prices.every(interval, count) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "$19 a month"),
        ({"interval": "month", "interval_count": 3}, "$19 every 3 months"),
        ({"interval": ""}, "$19"),
        ({"amount": None}, "price not known"),
        ({"currency": ""}, "price not known"),
        ({"amount": 0}, "$0 a month"),
    ],
)
def test_what_is_paid(changes: dict[str, object], said: str) -> None:
    assert prices.paid_for(replace(SUBSCRIPTION, **changes)) == said  # type: ignore[arg-type]  # names of its fields


@pytest.mark.parametrize(
    ("sold", "said"),
    [
        ((Price("fixed", 900, "usd"),), "$9 a month"),
        ((Price("fixed", 900, "usd"), Price("fixed", 800, "eur")), "$9 or \u20ac8 a month"),
        ((Price("fixed", 900, "usd"), Price("fixed", 900, "usd")), "$9 a month"),
        ((Price("free", None, ""),), "free"),
        ((Price("custom", None, "usd"),), "price on the next page"),
        ((Price("metered_unit", None, "usd"), Price("fixed", 900, "usd")), "$9 a month"),
        ((Price("seat_based", None, "usd"),), "price on the next page"),
        ((), "price not known"),
    ],
)
def test_what_a_product_costs(sold: tuple[Price, ...], said: str) -> None:
    assert prices.price_of(replace(PRODUCT, prices=sold)) == said


def test_what_is_paid_once() -> None:
    assert prices.price_of(replace(PRODUCT, interval="")) == "$9 once"


@pytest.mark.parametrize(
    ("interval", "count", "said"),
    [
        ("day", 7, "7 days free, then $9 a month"),
        ("month", 1, "1 month free, then $9 a month"),
        ("", 0, "$9 a month"),
        ("day", 0, "$9 a month"),
    ],
)
def test_a_trial_is_named_with_what_follows(interval: str, count: int, said: str) -> None:
    sold = replace(PRODUCT, trial_interval=interval, trial_count=count)
    assert prices.with_trial(sold) == said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("active", "Active"),
        ("trialing", "Trial"),
        ("canceled", "Canceled"),
        ("past_due", "past due"),
        ("frozen_by_moonlight", "frozen by moonlight"),
        ("", "not known"),
    ],
)
def test_status(status: str, said: str) -> None:
    assert prices.status(replace(SUBSCRIPTION, status=status)) == said


def test_a_cancellation_that_is_to_come_is_said() -> None:
    assert prices.cancels(SUBSCRIPTION) == ""
    coming = replace(SUBSCRIPTION, cancel_at_period_end=True)
    assert prices.cancels(coming) == (
        "Your subscription will cancel at the end of the current billing period."
    )
    assert prices.cancels(replace(coming, status="canceled", ended_at=START)) == ""


TRIAL = replace(SUBSCRIPTION, status="trialing", trial_start=START, trial_end=START + 14 * DAY)


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(), (0, 14, 14, 0)),
        (DAY / 2, (0, 14, 14, 0)),
        (5 * DAY, (5, 14, 9, 36)),
        (7 * DAY, (7, 14, 7, 50)),
        (14 * DAY, (14, 14, 0, 100)),
        (40 * DAY, (14, 14, 0, 100)),
        (-3 * DAY, (0, 14, 14, 0)),
    ],
)
def test_days_of_a_trial(after: timedelta, days: tuple[int, int, int, int]) -> None:
    found = prices.trial_days(TRIAL, START + after)
    assert found == prices.TrialDays(*days)


def test_a_part_of_a_day_counts_as_one_of_the_trial() -> None:
    short = replace(TRIAL, trial_end=START + DAY / 2)
    assert prices.trial_days(short, START) == prices.TrialDays(0, 1, 1, 0)


@pytest.mark.parametrize("missing", ["trial_start", "trial_end"])
def test_no_days_without_a_trial(missing: str) -> None:
    assert prices.trial_days(replace(TRIAL, **{missing: None}), START) is None  # type: ignore[arg-type]  # names of its fields
    assert prices.trial_days(replace(TRIAL, trial_end=START), START) is None


def test_newest_period_first() -> None:
    old = replace(SUBSCRIPTION, id="old", period_start=START - 90 * DAY)
    none = replace(SUBSCRIPTION, id="none", period_start=None)
    found = prices.newest_first([none, old, SUBSCRIPTION])
    assert [each.id for each in found] == ["s1", "old", "none"]
    assert prices.newest_first([]) == []


@pytest.mark.parametrize(
    ("plan", "product", "said"),
    [
        ("pro", PRODUCT, "Pro"),
        ("pro", None, "Pro"),
        ("", PRODUCT, "Pro, monthly"),
        ("", replace(PRODUCT, name=""), "Paid Plan"),
        ("", None, "Paid Plan"),
    ],
)
def test_what_a_subscription_is_called(plan: str, product: Product | None, said: str) -> None:
    assert prices.named(plan, product) == said
