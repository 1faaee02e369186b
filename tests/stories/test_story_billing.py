"""Plans and payments, from the first look to the last payment, in the chats."""

from __future__ import annotations

import pytest
import pytest_asyncio
from sqlalchemy import update

from core import schema
from core.work import Work
from tests.faults.oracle import full
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, link, newcomer, words
from tests.stories.paying import buys, compared, gets, opens

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {"billing": True}


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _known(town: Town) -> None:
    await compared(town)


async def test_upgraded_on_slack_told_on_telegram(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    await ada.does("start", "Hello")
    await link(ada, office)
    await office.does("notify off", "notices off")
    page, checkout = await gets(office, "pro-month")
    assert opens(page)
    town.sandbox.polar.pay(checkout, email="ada@x.test")
    await ada.hears("Pro is active. It renews on")
    await office.until(lambda: "Paid: Pro is active." in words(page))
    assert not opens(page)
    await ada.does("plan", "Your plan: Pro")
    await town.sandbox.polar.settle()
    assert (ada.count("Pro is active. It renews"), office.count("It renews")) == (1, 0)


async def test_upgraded_on_slack_with_the_news_wanted_on_telegram(town: Town) -> None:
    """Chosen in the settings; told there once. The message with the link shows what came of it."""
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    await ada.does("start", "Hello")
    await link(ada, office)
    settings = await office.does("settings", "Settings")
    await office.presses(settings, "Plan news", then="in one chat: where it started")
    await office.presses(settings, "Telegram", then="in one chat: Telegram")
    page, checkout = await gets(office, "pro-month")
    town.sandbox.polar.pay(checkout, email=f"{ada.handle}@x.test")
    await ada.hears("Pro is active. It renews on")
    await office.until(lambda: "Paid: Pro is active." in words(page))
    await town.sandbox.polar.settle()
    assert (ada.count("Pro is active. It renews"), office.count("It renews")) == (1, 0)


async def test_bought_changed_cancelled_and_resumed(ada: Somebody) -> None:
    polar = ada.town.sandbox.polar
    await ada.does("plan", "0 of 50 open tasks")
    plans = await ada.does("plans", "Pro: $9 a month, or 7 days free, then $90 a year")
    before = set(polar.book.checkouts)
    await ada.presses(plans, "Get Pro, $9 a month", then="You pay on the page")
    [checkout] = set(polar.book.checkouts) - before
    assert checkout
    held = polar.pay(checkout, email=f"{ada.handle}@x.test")
    await ada.hears("Pro is active. It renews on")

    shown = await ada.does("plan", "$9 a month, renews on")
    await ada.presses(shown, "Change plan", then="What should it become?")
    await ada.presses(shown, "Teams, $19 a month", then="Change Pro to Teams?")
    await ada.presses(shown, "Now, and pay the difference now", then="is charged now")
    await ada.presses(shown, "Change to Teams now", then="Changed to Teams.")

    await ada.presses(shown, "Cancel plan", then="What is the reason?")
    await ada.presses(shown, "Something is missing", then="When should Teams end?")
    end = next(each for each in labels(shown) if each.startswith("When its period ends"))
    await ada.presses(shown, end, then="You keep Teams until")
    sure = next(each for each in labels(shown) if each.startswith("Cancel Teams on"))
    await ada.presses(shown, sure, then="Cancelled.")
    await ada.presses(shown, "Resume Teams", then="It goes on")
    now = polar.book.subscription(held["id"])
    assert (now["cancel_at_period_end"], now["status"]) == (False, "active")
    history = await ada.does("subscriptions", "Teams, $19 a month")
    assert "Active, from" in words(history)


async def test_each_press_gives_a_page_of_ones_own(ada: Somebody) -> None:
    await ada.does("plan web", "You have never paid here")
    await buys(ada, "pro-month")
    pages = [opens(await ada.does("plan web", "This is your page")) for _ in range(2)]
    assert pages[0] != pages[1]


async def fills(ada: Somebody) -> None:
    """They have as many open tasks as the free plan keeps."""
    account = schema.account.c
    handle = schema.identity.c

    def fill(work: Work) -> None:
        mine = update(schema.account).where(
            account.id.in_(
                schema.identity.select()
                .with_only_columns(handle.account_id)
                .where(handle.handle == ada.handle)
            )
        )
        work.run(mine.values(open_tasks=50), {})

    await ada.town.service.store.mutate(fill)


async def test_what_is_picked_and_refused_is_not_added_elsewhere_either(town: Town) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    await ada.does("add Water plants", "Water plants")
    await fills(ada)
    room = group_of(town, ada, ben)
    town.sandbox.world.chats[room].with_bot = False
    query = (await town.sandbox.inline(ada.id, room, "Bring salad"))["query"]
    town.sandbox.pick(ada.id, room, query, "add")
    await ada.hears("The free plan keeps 50 open tasks")

    def said() -> str:
        return " ".join(map(words, town.sandbox.world.messages(room)))

    await ada.until(lambda: "This task was not added." in said() and "salad" not in said())


async def test_a_full_plan_refuses_only_what_adds(ada: Somebody) -> None:
    await ada.does("add Water plants", "Water plants")
    await fills(ada)
    assert ada.chat not in full(ada.town.sandbox.world)  # which makes a run of the faults void
    refused = await ada.does("add Buy milk", "The free plan keeps 50 open tasks; you have 50.")
    assert ada.chat in full(ada.town.sandbox.world)
    assert "Buy milk" in words(refused)
    assert labels(refused) == ["See plans", "Open tasks"]
    await ada.does("done 1", "Done by")
    await ada.does("add Buy milk", "Added ")


async def test_polar_is_down_and_tasks_go_on(ada: Somebody) -> None:
    await buys(ada, "teams")
    polar = ada.town.sandbox.polar
    polar.api.faults.next_fails(503)
    shown = await ada.does("plan refresh", "I can't reach our payment partner Polar now.")
    assert "Your plan: Teams" in words(shown)
    await ada.does("add Water plants", "Added ")
    await ada.presses(shown, "Try again", then="This is how things stand.")


async def test_a_payment_fails_is_told_once_and_mended(ada: Somebody) -> None:
    held = await buys(ada, "pro-month")
    polar = ada.town.sandbox.polar
    polar.fall_behind(held["id"])
    told = await ada.hears("Your last payment failed. Nothing changes until")
    assert labels(told) == ["Fix on the web", "My plan", "Fewer of these"]
    await polar.settle()
    assert ada.count("Your last payment failed.") == 1
    await ada.presses(told, "Fix on the web", then="This is your page")
    polar.mend_payment(held["id"])
    polar.retry_payment(held["id"])
    await ada.hears("The payment went through, so Pro goes on.")


async def test_what_is_paid_stays_private(ada: Somebody, ben: Somebody) -> None:
    await ada.does("start", "Hello")
    room = group_of(ada.town, ada, ben)
    await ada.says(ada.spelled("plan", group=True), room)
    await ada.hears("so your billing stays private", room if ada.platform == "slack" else "")


async def test_who_came_today_neither_ends_a_plan_nor_sees_its_pages(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    await buys(ada, "pro-month")
    await office.does("start", "Hello")
    await link(ada, office)
    for line in ("plan web", "plan cancel", "plan change", "plan get teams"):
        told = await office.does(line, "what is paid for is managed only from the chats that had")
        assert not opens(told)
    await office.does("plan", "Your plan: Pro")
    assert opens(await ada.does("plan web", "This is your page"))
    await ada.does("plan cancel", "What is the reason?")


async def test_the_control_they_would(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.newcomers.may_pay", lambda *_: None)
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    await buys(ada, "pro-month")
    await office.does("start", "Hello")
    await link(ada, office)
    assert opens(await office.does("plan web", "This is your page"))
    await office.does("plan cancel", "What is the reason?")
