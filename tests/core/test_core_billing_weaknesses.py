"""Without one of its protections, billing fails the test that is there for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from core.store import Store
from tests.core import test_core_billing_forgotten as forgotten
from tests.core import test_core_billing_hooks as hooks
from tests.core import test_core_billing_identity as identity
from tests.core import test_core_billing_joined as joined
from tests.core import test_core_billing_limits as limits
from tests.core.linking_weaknesses import Weakness, weakened
from tests.core.paying import selling
from tests.core.people import person
from tests.databases import Database

_BY_METADATA = (
    "import dataclasses, json\n"
    "            named = json.loads(hook.body)['metadata']['account']\n"
    "            payer = dataclasses.replace(hook.what.customer, external_id=named)\n"
    "            what = dataclasses.replace(hook.what, customer=payer)\n"
    "            outcome = hear(self._work, what)"
)
CONTROLS: tuple[tuple[Weakness, Callable[..., Any]], ...] = (
    (
        Weakness(
            "a webhook that comes again is done again", "core.hooks", "Hooks.receive",
            "is None:", "is None and not hook.id:",
        ),
        hooks.test_what_comes_twice_is_done_once,
    ),
    (
        Weakness(
            "half of what broke stays", "core.hooks", "Hooks._heard",
            "with self._work.savepoint():", "if True:",
        ),
        hooks.test_what_breaks_our_code_is_kept_and_undone_and_done_later,
    ),
    (
        Weakness(
            "metadata says who pays", "core.hooks", "Hooks._heard",
            'outcome = hear(self._work, hook.what)', _BY_METADATA,
        ),
        identity.test_what_a_buyer_can_write_counts_for_nothing,
    ),
    (
        Weakness(
            "a name from outside is taken for an account", "core.customers", "Customers.payer",
            "self.of_external(customer.external_id)",
            "self.of_external(customer.external_id or checkout_id)",
        ),
        identity.test_what_a_buyer_can_write_counts_for_nothing,
    ),
    (
        Weakness(
            "one address is one payer", "core.customers", "Customers.payer",
            "if begun is not None:", "if False:",
        ),
        identity.test_two_who_type_one_address_each_have_what_they_paid,
    ),
    (
        Weakness(
            "whoever is a customer, too, sees all of them", "core.billing", "Billing.external_id",
            "own(each) == account", "True",
        ),
        identity.test_two_who_type_one_address_each_have_what_they_paid,
    ),
    (
        Weakness(
            "a plan stays where its people left", "core.bringing", "take_back",
            "work.run(_BACK,", "not work.run(_BACK,",
        ),
        joined.test_the_plan_goes_along_and_comes_back,
    ),
    (
        Weakness(
            "whoever was taken in is sent away without their plan", "core.bringing", "leave",
            "take_back(work, row.id, account, row.from_id)", "pass",
        ),
        joined.test_who_is_sent_away_on_the_first_day_keeps_their_plan,
    ),
    (
        Weakness(
            "two that both pay become one", "core.bringing", "both_pay",
            "return bool", "return 0 * bool",
        ),
        joined.test_two_who_both_pay_do_not_become_one,
    ),
    (
        Weakness(
            "a plan has no limit of open tasks", "core.numbers", "_TAKE_WITHIN_PLAN",
            '_a.open_tasks < allowed("open_tasks")', "_a.id > 0",
        ),
        limits.test_open_tasks_stop_at_the_plan,
    ),
    (
        Weakness(
            "what was closed is opened again beyond the plan", "core.numbers", "_COUNT_WITHIN_PLAN",
            '_a.open_tasks < allowed("open_tasks")', "_a.id > 0",
        ),
        limits.test_a_plan_that_ended_takes_nothing_away,
    ),
    (
        Weakness(
            "a plan has no limit of lists", "core.entitlements", "_LIST_FITS",
            '"categories"', '"open_tasks"',
        ),
        limits.test_lists_stop_at_the_plan,
    ),
    (
        Weakness(
            "what is done is listed for ever", "core.entitlements", "Entitlements.history_days",
            "if not self._work.sales.on:", "if True:",
        ),
        limits.test_the_list_of_what_is_done_goes_back_as_far_as_the_plan,
    ),
    (
        Weakness(
            "whoever was forgotten is kept when Polar tells of them", "core.customers",
            "Customers.forgotten", "is not None", "is not None and False",
        ),
        forgotten.test_what_polar_tells_of_them_later_is_not_kept,
    ),
)  # fmt: skip


async def check(test: Callable[..., Any], database: Database, store: Store) -> None:
    """Run a test of another file with what it asks for."""
    given: dict[str, Any] = {"store": store, "database": database, "sqlite": database}
    with pytest.MonkeyPatch.context() as patch:
        given["monkeypatch"] = patch
        for name, platform, scope in (("ada", "telegram", ""), ("ben", "slack", "T1")):
            given[name] = await person(store, name.title(), platform, scope)
        await test(**{name: given[name] for name in inspect.signature(test).parameters})


@pytest.mark.parametrize(("weakness", "test"), CONTROLS, ids=lambda each: getattr(each, "what", ""))
async def test_a_weakness_is_found(
    sqlite: Database, weakness: Weakness, test: Callable[..., Any]
) -> None:
    with weakened(weakness), pytest.raises((AssertionError, pytest.fail.Exception)):
        await check(test, sqlite, sqlite.open(selling()))


@pytest.mark.parametrize("test", dict.fromkeys(each for _, each in CONTROLS))
async def test_without_one_it_passes(sqlite: Database, test: Callable[..., Any]) -> None:
    await check(test, sqlite, sqlite.open(selling()))
