"""Plans in the conversation: what is shown, asked, and edited to what comes of it."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.answers import remember
from bot.errors import sentence
from core import errors, schema
from core.addresses import Sender
from core.billing_facts import Customer, Price, Subscription
from core.chat import Card, Kind, Reply, Sent
from core.errors import BillingAway, BillingRefused, RetryLater, Withdrawn
from core.forgetting import forget
from core.work import Work
from tests.bot.paying import PRODUCTS, SUCCESS, Shop, labels, lines, links, shop
from tests.bot.talking import GROUP, HOME
from tests.fake_polar import MONTH, product

TELEGRAM = frozenset({"telegram"})


@pytest.fixture
async def ada(tmp_path: Path) -> AsyncIterator[Shop]:
    """Ada, who was greeted, and pays nothing."""
    async with shop(tmp_path) as made:
        await made.says("start")
        yield made


# -- what is shown -------------------------------------------------------------------------------


async def test_the_free_plan(ada: Shop) -> None:
    await ada.does("add category:home Buy milk")
    shown = lines(await ada.does("plan"))
    assert "Your plan: Free" in shown
    assert "1 of 50 open tasks [#.........]" in shown
    assert "1 of 5 categories [##........]" in shown
    assert "Done tasks: the last 90 days are listed" in shown
    assert labels(ada.newest) == ["See plans", "Refresh", "Open tasks"]


async def test_what_is_sold(ada: Shop) -> None:
    shown = lines(await ada.does("plans"))
    assert "Free (yours): costs nothing" in shown
    assert "Pro: $9 a month, or 7 days free, then $90 a year" in shown
    assert labels(ada.newest) == [
        "Get Pro, $9 a month",
        "Get Pro, $90 a year",
        "Get Teams, $29 a month",
        "All products",
        "My plan",
    ]
    assert "A mug" not in shown
    assert "A mug $12 once" in lines(await ada.does("plans all"))


async def test_all_that_is_sold_is_a_press_away(ada: Shop) -> None:
    await ada.does("plans")
    shown = lines(await ada.presses("All products"))
    assert "A mug $12 once" in shown
    assert labels(ada.newest) == ["See plans", "My plan"]


async def test_all_that_is_sold_has_pages(ada: Shop) -> None:
    def more(work: Work) -> None:
        for n in range(40):
            work.products.seen(product(f"prod-{n:02}", f"Book {n:02}", 500, interval=""))

    await ada.store.mutate(more)
    seen = lines(await ada.does("plans all"))
    assert labels(ada.newest) == ["Next >", "See plans", "My plan"]
    seen += lines(await ada.presses("Next >"))
    assert labels(ada.newest) == ["< Prev", "Next >", "See plans", "My plan"]
    seen += lines(await ada.presses("Next >"))
    assert labels(ada.newest) == ["< Prev", "See plans", "My plan"]
    assert all(seen.count(f"Book {n:02} $5 once") == 1 for n in range(40))
    assert labels(await ada.does("plans all page:9")) == labels(ada.newest)


async def test_what_is_sold_is_learned_where_it_is_not_known(ada: Shop) -> None:
    await ada.store.mutate(lambda work: work.run(schema.product.delete()))
    assert "I do not know yet what is sold here." in (await ada.does("plans")).text
    await ada.presses("Refresh")
    assert "Pro: $9 a month" in lines(await ada.does("plans"))


async def test_without_billing_all_is_included(tmp_path: Path) -> None:
    async with shop(tmp_path, on=False) as made:
        await made.says("start")
        for line in ("plan", "plans", "plan get pro", "plan refresh", "plan cancel", "plan web"):
            shown = await made.does(line)
            assert shown.text == "There are no plans here: everything is included.", line
            assert labels(shown) == ["Open tasks"]
        assert made.polar.calls == []


async def test_where_nothing_may_be_sold(tmp_path: Path) -> None:
    async with shop(tmp_path, hidden=TELEGRAM) as made:
        await made.says("start")
        shown = await made.does("plan")
        assert "Plans are managed elsewhere." in shown.text
        assert "1 of 50" not in shown.text
        assert labels(shown) == ["Refresh"]
        for line in ("plans", "plan get pro", "plan web", "plan change teams", "plan resume"):
            refused = await made.does(line)
            assert refused.text == "Plans are managed elsewhere.", line
            assert labels(refused) == ["My plan"]
        assert made.polar.calls == []


async def test_what_runs_can_be_ended_where_nothing_may_be_sold(tmp_path: Path) -> None:
    async with shop(tmp_path) as made:
        await made.says("start")
        await made.buys()
        made.store._tools.sales.hidden = TELEGRAM  # as another start would set it
        shown = lines(await made.does("plan"))
        assert "Your plan: Teams" in shown
        assert "$" not in shown
        assert labels(made.newest) == ["Cancel plan", "Refresh"]
        assert "$" not in lines(await made.does("subscriptions"))


async def test_the_settings_lead_to_it(ada: Shop) -> None:
    assert "Plan" in labels(await ada.does("settings"))
    assert (await ada.presses("Plan")).title == "Your plan: Free"


async def test_only_in_private(ada: Shop) -> None:
    for line in ("plan", "plans", "subscriptions", "plan cancel", "plan-cancel reason:other"):
        await ada.says(line, where=GROUP)
        assert ada.newest.text.endswith("so your billing stays private."), line


@pytest.mark.parametrize("line", ["plan a trip to Rome", "plans for Sunday"])
async def test_what_is_no_plan_of_ours_is_not_understood(ada: Shop, line: str) -> None:
    ada.kind = Kind.ADDRESSED
    refused = await ada.does(line)
    assert "can't read" in refused.text
    assert f"add {line}" in [each.line for each in refused.hints]


# -- buying --------------------------------------------------------------------------------------


async def test_a_link_to_pay_comes_in_the_same_message(ada: Shop) -> None:
    await ada.says("plan get teams")
    assert ada.newest.text == "One moment: I ask our payment partner Polar for a page to pay on."
    waiting = ada.number
    await ada.engine.drain()
    assert ada.number == waiting
    assert "$29 a month." in ada.newest.text
    assert "6 Jan 09:00 (UTC)" in ada.newest.text
    [link] = links(ada.newest)
    assert (link.url, link.secret) == ("https://polar.test/pay/checkout-1", True)


async def test_the_trial_is_named(ada: Shop) -> None:
    assert "7 days free, then $90 a year." in (await ada.does("plan get pro-year")).text


async def test_which_price_is_asked(ada: Shop) -> None:
    asked = await ada.does("plan get pro")
    assert labels(asked) == ["$9 a month", "$90 a year"]
    assert "7 days free" in (await ada.presses("$90 a year")).text


async def test_an_open_page_is_shown_again(ada: Shop) -> None:
    for _ in range(2):
        await ada.does("plan get teams")
    assert ada.polar.calls == ["checkout", "checkout_again"]
    assert links(ada.newest)[0].url.endswith("checkout-1")
    ada.clock.advance(hours=23, minutes=45)
    await ada.does("plan get teams")
    assert links(ada.newest)[0].url.endswith("checkout-2")


async def test_what_was_paid_already_is_not_paid_again(ada: Shop) -> None:
    await ada.does("plan get teams")
    ada.polar.pay("checkout-1")  # and its webhook is late
    await ada.does("plan get teams")
    assert any("Your plan: Teams That is paid already." in each for each in ada.texts())
    assert ada.polar.calls == ["checkout", "checkout_again", "subscriptions"]


async def test_the_language_and_the_way_back_go_along(ada: Shop) -> None:
    await ada.does("language de")
    await ada.does("plan get teams")
    assert ada.polar.pages == [(SUCCESS, "de")]


async def test_paid_is_told_once_and_the_link_is_gone(ada: Shop) -> None:
    await ada.does("plan get teams")
    page = ada.number
    await ada.hears(ada.polar.pay("checkout-1"))
    assert ada.chat.messages[page].text == "Paid: Teams is active."
    assert links(ada.chat.messages[page]) == []
    assert ada.texts()[-1] == "Thank you Teams is active. It renews on 4 Feb."
    count = len(ada.texts())
    await ada.hears(ada.polar.becomes("subscription-2"))
    assert len(ada.texts()) == count


async def test_whoever_pays_already_changes(ada: Shop) -> None:
    await ada.buys()
    assert (await ada.does("plan get pro-year")).title == "Change Teams to Pro?"
    assert labels(await ada.does("plans"))[0] == "Change to Pro, $9 a month"
    assert ada.polar.calls == ["checkout"]


async def test_what_is_not_sold_is_not_bought(ada: Shop) -> None:
    for line in ("plan get gold", "plan get", "plan get prod-mug", "plan get free"):
        assert "I have no such plan." in (await ada.does(line)).text
    assert ada.polar.calls == []


# -- a page is for one person, and nowhere kept --------------------------------------------------


async def test_no_link_is_kept_or_logged(
    ada: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ada.buys()
    await ada.does("plan web")
    assert links(ada.newest)[0].url.startswith("https://polar.test/portal/")
    assert b"polar.test" not in on_disk(tmp_path)
    assert "polar.test" not in caplog.text
    await ada.does("add Buy milk")  # what is kept is found so
    assert b"Buy milk" in on_disk(tmp_path)


def on_disk(folder: Path) -> bytes:
    """All that the database and its log hold."""
    return b"".join(each.read_bytes() for each in folder.glob("shop.db*"))


async def test_each_press_makes_another_page(ada: Shop) -> None:
    await ada.buys()
    first, second = [links(await ada.does("plan web"))[0].url for _ in range(2)]
    assert first != second


async def test_who_never_paid_has_no_page(ada: Shop) -> None:
    shown = await ada.does("plan web")
    assert "You have never paid here" in shown.text
    assert labels(shown) == ["See plans", "My plan"]


# -- changing ------------------------------------------------------------------------------------


async def test_a_change_says_what_it_costs_before_it_is_made(ada: Shop) -> None:
    await ada.buys("pro-month")
    await ada.does("plan change")
    assert labels(ada.newest) == ["Pro, $90 a year", "Teams, $29 a month", "My plan"]
    shown = lines(await ada.presses("Teams"))
    assert "price: $29 a month instead of $9 a month" in shown
    assert "open tasks: 10,000 instead of 2,000" in shown
    asked = await ada.presses("Now, and pay")
    assert "is charged now" in asked.text
    assert ada.polar.calls == ["checkout"]  # nothing yet
    changed = await ada.presses("Change to Teams now")
    assert changed.title == "Your plan: Teams"
    assert "Changed to Teams." in changed.text
    assert ada.polar.calls == ["checkout", "change"]


async def test_a_change_may_wait_and_be_taken_back(ada: Shop) -> None:
    await ada.buys("pro-month")
    await ada.does("plan change teams")
    await ada.presses("When the next period begins: 4 Feb")
    waiting = await ada.presses("Change to Teams on 4 Feb")
    assert waiting.title == "Your plan: Pro"
    assert "On 4 Feb it changes to Teams." in waiting.text
    assert "Keep current plan" in labels(waiting)
    kept = await ada.presses("Keep current plan")
    assert "it changes to" not in kept.text


async def test_a_change_says_about_how_much_it_is(ada: Shop) -> None:
    await ada.buys("pro-month")
    ada.clock.advance(days=15)
    await ada.does("plan change teams")
    assert "That is about $10;" in (await ada.presses("Now, and pay")).text
    await ada.does("plan change teams")
    later = (await ada.presses("Now, the difference on the next invoice")).text
    assert "with the next invoice, on 4 Feb" in later
    assert "That is about $10;" in later


async def test_a_cheaper_plan_is_credited(ada: Shop) -> None:
    await ada.buys("teams")
    ada.clock.advance(days=15)
    await ada.does("plan change pro-month")
    assert "That is about $10 to your credit;" in (await ada.presses("Now, and pay")).text


async def test_another_period_is_paid_for_at_once(ada: Shop) -> None:
    """Polar charges then, so that no later invoice is offered, nor taken from an old button."""
    await ada.buys("pro-month")
    ada.clock.advance(days=15)
    asked = await ada.does("plan change pro-year")
    assert [each[:5] for each in labels(asked)] == ["Now, ", "When ", "Keep "]
    old = ada.line("Now, and pay").replace("now", "invoice")
    shown = (await ada.presses("Now, and pay")).text
    assert "begins at once ($90 a year), and with it a new period. That is charged now" in shown
    assert "That is about $85.50;" in shown
    assert "When?" in (await ada.does(old)).text
    assert ada.polar.calls == ["checkout"]


async def test_a_trial_that_ends_with_a_change_is_paid_for_at_once(ada: Shop) -> None:
    await ada.buys("pro-year")
    await ada.does("plan change teams")
    shown = (await ada.presses("Now")).text
    assert "your free trial ends with that, and $29 a month is charged now." in shown


@pytest.mark.parametrize(
    ("kinds", "costs"),
    [
        (("free",), "free"),
        (("custom",), "price on the next page"),
        (("fixed", "metered_unit"), "$29 a month"),
    ],
)
async def test_of_what_has_no_fixed_price_no_sum_is_said_to_be_charged(
    ada: Shop, kinds: tuple[str, ...], costs: str
) -> None:
    await ada.buys("pro-year")
    prices = tuple(Price(each, 2900 if each == "fixed" else None, "usd") for each in kinds)
    teams = replace(product("prod-teams", "Teams", 0), prices=prices)
    sold = [each for each in PRODUCTS if each.id != teams.id]
    await ada.store.mutate(lambda work: work.products.sync([*sold, teams]))
    await ada.does("plan change teams")
    shown = (await ada.presses("Now")).text
    assert f"Teams begins at once ({costs}), and your free trial ends with that." in shown
    assert "is charged now" not in shown


async def test_what_is_to_end_is_not_changed(ada: Shop) -> None:
    await ada.buys()
    await cancel(ada)
    refused = await ada.does("plan change pro-month")
    assert "Resume it first" in refused.text
    assert labels(refused) == ["Resume", "My plan"]


async def test_that_plan_already(ada: Shop) -> None:
    await ada.buys()
    assert (await ada.does("plan change teams")).text == "You have that plan already."


async def test_a_payment_that_fails_changes_nothing(ada: Shop) -> None:
    await ada.buys("pro-month")
    await ada.does("plan change teams")
    await ada.presses("Now, and pay")
    ada.polar.trouble = BillingRefused("payment")
    refused = await ada.presses("Change to Teams now")
    assert "The payment did not go through, so nothing was changed." in refused.text
    assert labels(refused) == ["Manage on the web", "My plan"]


# -- cancelling and resuming ---------------------------------------------------------------------


async def cancel(shop: Shop, when: str = "When its period ends") -> None:
    await shop.does("plan cancel")
    await shop.presses("Too expensive")
    await shop.presses(when)
    await shop.presses("Cancel ")


async def test_cancelling_asks_why_and_when_and_repeats_what(ada: Shop) -> None:
    await ada.buys()
    await ada.does("plan cancel")
    assert len([each for each in labels(ada.newest) if not each.startswith("Keep")]) == 8
    await ada.presses("Too expensive")
    asked = await ada.presses("When its period ends: 4 Feb")
    assert labels(asked) == ["Cancel Teams on 4 Feb", "Keep Teams"]
    assert ada.polar.calls == ["checkout"]
    done = await ada.presses("Cancel Teams on 4 Feb")
    assert "Your subscription will cancel at the end of the current billing period." in done.text
    assert "You keep Teams until 4 Feb." in done.text
    assert labels(done)[0] == "Resume Teams"
    assert ada.polar.calls[-1] == "cancel too_expensive"


async def test_ending_it_now(ada: Shop) -> None:
    await ada.buys()
    await cancel(ada, "Now")
    assert ada.newest.title == "Your plan: Free"
    assert "Cancelled." in ada.newest.text
    assert "ended on 5 Jan" in lines(await ada.does("subscriptions"))


async def test_what_ended_meanwhile_is_cancelled(ada: Shop) -> None:
    sub = await ada.buys()
    await ada.does("plan cancel")
    await ada.presses("Too expensive")
    await ada.presses("Now")
    ada.polar.becomes(sub.id, status="canceled", ended_at=ada.clock.at)
    assert "Cancelled." in (await ada.presses("Cancel Teams now")).text
    assert ada.newest.title == "Your plan: Free"


async def test_an_old_question_is_asked_again(ada: Shop) -> None:
    await ada.buys()
    await ada.does("plan cancel")
    await ada.presses("Too expensive")
    await ada.presses("Now")
    ada.clock.advance(minutes=6)
    asked = await ada.presses("Cancel Teams now")
    assert asked.title == "Cancel Teams?"
    assert ada.polar.calls == ["checkout"]


async def test_resuming(ada: Shop) -> None:
    await ada.buys()
    assert "nothing to take back" in (await ada.does("plan resume")).text
    await cancel(ada)
    again = await ada.does("plan cancel")
    assert "cancelled already: it ends on 4 Feb" in again.text
    resumed = await ada.presses("Resume")
    assert "It goes on" in resumed.text
    assert "$29 a month, renews on 4 Feb." in resumed.text


async def paused(shop: Shop) -> Subscription:
    """Teams, paid for and paused since, as Polar has told."""
    sub = await shop.buys()
    await shop.hears(shop.polar.becomes(sub.id, status="paused"))
    return sub


async def test_what_is_paused_goes_on_when_it_is_known_what_it_costs(ada: Shop) -> None:
    sub = await paused(ada)
    shown = await ada.does("plan")
    assert "paused, so it gives you nothing now. It is charged as soon as you resume it." in (
        shown.text
    )
    asked = await ada.presses("Resume Teams")
    assert "$29 a month is charged now" in asked.text
    assert "resume" not in ada.polar.calls
    resumed = await ada.presses("Resume Teams and pay now")
    assert (resumed.title, ada.polar.sold[sub.id].status) == ("Your plan: Teams", "active")
    assert "It goes on." in resumed.text


async def test_an_old_yes_to_a_charge_is_asked_again(ada: Shop) -> None:
    await paused(ada)
    await ada.does("plan resume")
    ada.clock.advance(minutes=6)
    assert (await ada.presses("Resume Teams and pay now")).title == "Resume Teams?"
    assert "resume" not in ada.polar.calls


async def test_who_takes_back_a_cancellation_agreed_to_no_charge(ada: Shop) -> None:
    sub = await ada.buys()
    await cancel(ada)
    ada.polar.becomes(sub.id, status="paused")  # and nobody told us
    refused = await ada.does("plan resume")
    assert "resuming it is charged at once. Nothing was changed." in refused.text
    assert ada.polar.sold[sub.id].status == "paused"
    assert "$29 a month is charged now" in (await ada.presses("Resume")).text


async def test_who_did_it_here_is_not_told_twice(ada: Shop) -> None:
    await ada.buys()
    before = len(ada.texts())
    await cancel(ada)
    assert len(ada.texts()) == before + 1
    inbox = lines(await ada.does("inbox"))
    assert "Teams will end on 4 Feb" in inbox


async def test_what_was_done_elsewhere_is_told(ada: Shop) -> None:
    sub = await ada.buys()
    await ada.hears(
        ada.polar.becomes(
            sub.id, cancel_at_period_end=True, canceled_at=ada.clock.at, ends_at=sub.period_end
        )
    )
    assert "Teams will end on 4 Feb, and nothing more is charged." in ada.texts()[-1]


# -- when Polar does not answer ------------------------------------------------------------------


async def test_away_says_what_is_known_and_from_when(ada: Shop) -> None:
    await ada.buys()
    await ada.store.mutate(lambda work: work.reconciliation.claim("p", work.now))
    await ada.store.mutate(lambda work: work.reconciliation.ended(0))
    ada.clock.advance(hours=3)
    ada.polar.trouble = BillingAway("timeout")
    shown = await ada.does("plan refresh")
    assert "I can't reach our payment partner Polar now." in shown.text
    assert "This is what I know from 5 Jan 09:00 (UTC):" in shown.text
    assert shown.title == "Your plan: Teams"
    ada.polar.trouble = None
    assert "This is how things stand." in (await ada.presses("Try again")).text


async def test_away_at_a_purchase(ada: Shop) -> None:
    ada.polar.trouble = BillingAway("timeout")
    shown = await ada.does("plan get teams")
    assert "Nothing was charged, and your plan holds." in shown.text
    ada.polar.trouble = None
    await ada.engine.drain()
    assert links(ada.newest) == []  # nothing is tried later behind their back
    assert links(await ada.presses("Try again"))


async def test_an_answer_that_was_lost_is_looked_up(ada: Shop) -> None:
    await ada.buys("pro-month")
    await ada.does("plan change teams")
    await ada.presses("Now, and pay")
    ada.polar.in_doubt = BillingAway("timeout")
    done = await ada.presses("Change to Teams now")
    assert "Changed to Teams." in done.text
    assert ada.polar.calls[-2:] == ["change", "subscriptions"]


async def test_what_cannot_be_looked_up_is_said(ada: Shop) -> None:
    await ada.buys()
    await ada.does("plan cancel")
    await ada.presses("Too expensive")
    await ada.presses("Now")
    ada.polar.trouble = BillingAway("timeout")
    shown = await ada.presses("Cancel Teams now")
    assert "I take it that nothing was changed" in shown.text
    assert labels(shown) == ["Try again", "My plan"]
    assert ada.line("Try again") == "plan cancel"


async def test_a_short_pause_is_waited_out(ada: Shop) -> None:
    ada.polar.passing.append(BillingAway("rate", 0.01))
    assert links(await ada.does("plan get teams"))
    assert ada.polar.calls == ["checkout", "checkout"]


async def test_a_long_pause_is_not(ada: Shop) -> None:
    ada.polar.trouble = BillingAway("rate", 60.0)
    assert "can't reach" in (await ada.does("plan get teams")).text
    assert ada.polar.calls == ["checkout"]


def reasons() -> set[str]:
    """As the refusal's own description lists them."""
    return set(re.findall(r"`([a-z-]+)`", inspect.getdoc(errors.BillingRefused) or "")) - {"reason"}


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_every_refusal_of_billing_has_its_own_words(reason: str) -> None:
    own = sentence(BillingRefused(reason))
    others = {sentence(BillingRefused(each)) for each in reasons() - {reason}}
    assert own not in others
    assert len(reasons()) == 15


# -- once, and only for whom it is ---------------------------------------------------------------


async def test_a_press_that_comes_twice_begins_one_step(ada: Shop) -> None:
    await ada.says("plan get teams")
    ada._count -= 1  # the platform sends the same update again
    await ada.says("plan get teams")
    assert len(ada.engine.pending()) == 1
    await ada.engine.drain()
    assert ada.polar.calls == ["checkout"]


async def test_who_presses_again_is_asked_to_wait(ada: Shop) -> None:
    await ada.says("plan get teams")
    await ada.says("plan get teams")
    assert ada.newest.text == "I am at it already: one moment."
    await ada.engine.drain()
    assert ada.polar.calls == ["checkout"]


async def test_a_job_that_runs_again_asks_only_once_for_what_is_done(ada: Shop) -> None:
    await ada.buys("pro-month")
    await ada.does("plan change teams")
    await ada.presses("Now, and pay")
    number = ada.number
    await ada.says(ada.line("Change to Teams now"), pressed=number)
    ada.chat.error = RetryLater(0.5)
    task = asyncio.create_task(ada.engine.drain())
    async with asyncio.timeout(10):
        while not ada.engine.waits:  # noqa: ASYNC110  # a list of the fake's
            await asyncio.sleep(0.001)
    ada.chat.error = None
    await task
    assert ada.polar.calls.count("change") == 1
    assert "Changed to Teams." in ada.chat.messages[number].text


async def test_a_page_that_was_not_shown_is_the_same_page_again(ada: Shop) -> None:
    await ada.says("plan get teams")
    ada.chat.error = RetryLater(0.5)
    task = asyncio.create_task(ada.engine.drain())
    async with asyncio.timeout(10):
        while not ada.engine.waits:  # noqa: ASYNC110  # a list of the fake's
            await asyncio.sleep(0.001)
    ada.chat.error = None
    await task
    assert links(ada.newest)[0].url.endswith("checkout-1")
    assert set(ada.polar.calls) == {"checkout", "checkout_again"}
    assert ada.polar.calls.count("checkout") == 1


async def test_a_page_for_another_plan_is_not_needed_any_more(ada: Shop) -> None:
    await ada.does("plan get pro-month")
    other = ada.number
    await ada.does("plan get teams")
    await ada.hears(ada.polar.pay("checkout-2"))
    assert ada.chat.messages[other].text == "Not needed any more: Teams is active."
    assert links(ada.chat.messages[other]) == []


async def test_a_message_that_is_gone_is_followed_by_another(ada: Shop) -> None:
    await ada.says("plan get teams")
    ada.chat.gone.add(ada.number)
    await ada.engine.drain()
    assert links(ada.newest)
    await ada.hears(ada.polar.pay("checkout-1"))
    assert "Paid: Teams is active." in ada.texts()


async def test_an_outcome_that_is_quicker_than_the_answer(
    ada: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.billing_jobs.LOOK_EVERY", 0.001)
    ada.chat.error = RetryLater(0.5)
    await ada.says("plan get teams")  # "one moment" does not get through, and becomes a job
    ada.chat.error = None
    await ada.engine.drain()
    assert links(ada.newest)
    assert not any("One moment" in each for each in ada.texts())


async def test_a_defect_is_said_and_stays_for_the_operator(
    ada: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    await ada.buys()
    [sub] = ada.polar.sold.values()
    await ada.does("plan cancel")
    await ada.presses("Too expensive")
    await ada.presses("Now")
    count = len(ada.chat.messages)
    ada.polar.trouble = KeyError("ours")
    said = (await ada.presses("Cancel Teams now")).text
    assert said.startswith("Something broke on our side. Should it have worked all the same")
    assert len(ada.chat.messages) == count
    reference = said.rpartition(" ")[2]
    [dead] = await ada.engine.dead_letters()
    assert reference in dead.error
    [logged] = [each for each in caplog.records if getattr(each, "ref", "") == reference]
    assert logged.exc_info
    ada.polar.trouble = None
    await ada.engine.replay([dead.id])
    await ada.engine.drain()  # it was in doubt: what was asked then is not done now
    assert ada.polar.sold[sub.id] == sub
    assert "Something broke on our side." in ada.newest.text


async def test_where_one_moment_does_not_get_through_what_was_pressed_says_it(
    ada: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.billing_jobs.LOOK_EVERY", 0.001)
    await ada.does("plan")
    pressed = ada.number
    ada.chat.error = RetryLater(0.5)
    await ada.says(ada.line("Refresh"), pressed=pressed)
    ada.chat.error = None
    await ada.engine.drain()
    assert ada.number == pressed
    assert "This is how things stand." in ada.newest.text


async def test_nobody_waits_for_a_one_moment_that_came_too_late(
    ada: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.billing_jobs.LOOK_EVERY", 60.0)
    ada.chat.error = Withdrawn("late")
    await ada.says("plan refresh")
    ada.chat.error = None
    async with asyncio.timeout(5):
        await ada.engine.drain()
    assert "This is how things stand." in ada.newest.text


async def forgotten(shop: Shop) -> None:
    """Ada is forgotten here."""

    def leave(work: Work) -> None:
        account = work.accounts.of_chat(work.chats.heard_from(HOME).id)
        assert account
        forget(work, account.id)

    await shop.store.mutate(leave)


async def test_nothing_is_done_for_who_is_gone(ada: Shop) -> None:
    await ada.buys()
    await ada.says("plan web")
    await forgotten(ada)
    await ada.engine.drain()
    assert "portal" not in ada.polar.calls


async def test_who_is_forgotten_here_is_forgotten_there(ada: Shop) -> None:
    sub = await ada.buys()
    ada.polar.passing.append(BillingAway("timeout"))
    await forgotten(ada)
    await ada.engine.drain()
    assert ada.polar.forgotten == [sub.customer.external_id]
    assert ada.engine.waits == [300.0]


async def test_what_another_customer_pays_for_them_ends_with_them(ada: Shop) -> None:
    await ada.does("plan get teams")
    made = ada.polar.pay("checkout-1")
    other = replace(made, customer=Customer("customer-of-the-office", ""))  # their e-mail was known
    ada.polar.sold[made.id] = other
    await ada.hears(other)
    await forgotten(ada)
    await ada.engine.drain()
    assert ada.polar.sold[made.id].ended


async def test_refresh_finds_what_another_customer_pays(ada: Shop) -> None:
    sub = await ada.buys()
    ended = replace(
        sub,
        customer=Customer("customer-of-the-office", ""),
        status="canceled",
        ended_at=ada.clock.now(),
        modified_at=ada.clock.now() + timedelta(seconds=1),
    )
    ada.polar.sold[sub.id] = ended
    assert "Teams has ended" in (await ada.does("plan refresh")).text


async def test_what_another_customer_pays_has_no_page(ada: Shop) -> None:
    assert "You have never paid here" in (await ada.does("plan web")).text
    sub = await ada.buys()
    ada.polar.sold[sub.id] = replace(sub, customer=Customer("customer-of-the-office", ""))
    assert "somebody else who gave the same e-mail address" in (await ada.does("plan web")).text


async def test_what_is_paused_ends_now_or_not_at_all(ada: Shop) -> None:
    sub = await paused(ada)
    await ada.does("plan cancel")
    asked = await ada.presses("Too expensive")
    assert labels(asked) == ["Now", "Keep Teams"]
    await ada.presses("Now")
    assert "Cancelled." in (await ada.presses("Cancel Teams now")).text
    assert ada.polar.sold[sub.id].ended


async def test_how_often_one_may_ask_is_limited(ada: Shop) -> None:
    for _ in range(30):
        await ada.does("plan refresh")
    refused = await ada.does("plan refresh")
    assert "Too many questions about your plan." in refused.text


# -- limits --------------------------------------------------------------------------------------


async def full(shop: Shop) -> None:
    """As if there were fifty open tasks."""
    fifty = update(schema.account).values(open_tasks=50)
    await shop.store.mutate(lambda work: work.run(fifty))


async def test_a_full_plan_loses_nothing_that_was_typed(ada: Shop) -> None:
    await full(ada)
    refused = await ada.does("add Buy milk !high")
    assert refused.text == (
        "The free plan keeps 50 open tasks; you have 50. Complete one, or see plans.\n"
        "You wrote: add Buy milk !high"
    )
    assert labels(refused) == ["See plans", "Open tasks"]


async def test_a_full_plan_where_nothing_may_be_sold(tmp_path: Path) -> None:
    async with shop(tmp_path, hidden=TELEGRAM) as made:
        await made.says("start")
        await full(made)
        refused = await made.does("add Buy milk")
        assert "see plans" not in refused.text
        assert labels(refused) == ["Open tasks"]


async def test_somebody_elses_plan_is_not_told_of(ada: Shop) -> None:
    await ada.says("add Water plants", where=GROUP)
    tasks = await ada.store.query(lambda work: work.run(schema.task.select()).all())
    ada.sender = Sender("telegram", "", "2", "Ben")
    for line in ("claim", "done"):
        await ada.says(f"{line} t:{tasks[0].public_id}", where=GROUP)
    await full(ada)
    await ada.says(f"reopen t:{tasks[0].public_id}", where=GROUP)
    assert ada.newest.text == "That is more than its owner's plan allows, so nothing was changed."


async def test_how_far_back_the_list_goes_is_said(ada: Shop) -> None:
    await ada.does("add Buy milk")
    await ada.does("done 1")
    assert (await ada.does("list done")).text == ""  # nothing is that old
    ada.clock.advance(days=91)
    await ada.does("add Buy bread")
    await ada.does("done 2")
    shown = await ada.does("list done")
    assert len(shown.items) == 1
    assert shown.text == (
        "The free plan lists finished tasks of the last 90 days; an export has all of them."
    )
    await ada.buys()
    assert (await ada.does("list done")).text == ""


# -- notices -------------------------------------------------------------------------------------


async def test_a_payment_that_failed_is_told_once(ada: Shop) -> None:
    sub = await ada.buys()
    await ada.hears(ada.polar.becomes(sub.id, status="past_due", past_due_at=ada.clock.at))
    assert ada.newest.text == "Your last payment failed. Nothing changes until 12 Jan."
    assert labels(ada.newest) == ["Fix on the web", "My plan", "Fewer of these"]
    count = len(ada.texts())
    await ada.hears(ada.polar.becomes(sub.id))
    assert len(ada.texts()) == count
    assert "Nothing changes until 12 Jan." in lines(await ada.does("plan"))
    assert labels(ada.newest)[0] == "Fix on the web"


async def test_renewals_are_told_to_who_wants_it(ada: Shop) -> None:
    sub = await ada.buys()
    assert sub.period_end
    await ada.hears(renewed(ada, sub.id))
    assert "renewed" not in ada.texts()[-1]
    await ada.does("plan")
    await ada.presses("Tell me of renewals")
    assert "No renewal messages" in labels(ada.newest)
    await ada.hears(renewed(ada, sub.id))
    assert ada.texts()[-1].startswith("Plan renewed Teams was renewed, until")


def renewed(shop: Shop, sub: str) -> Subscription:
    """A month later."""
    start = shop.polar.sold[sub].period_end
    assert start
    shop.clock.at = start
    return shop.polar.becomes(sub, period_start=start, period_end=start + MONTH)


async def test_two_that_run_at_once_are_warned_of(ada: Shop) -> None:
    await ada.does("plan get teams")
    await ada.does("plan get pro-month")
    await ada.hears(ada.polar.pay("checkout-1"))
    await ada.hears(ada.polar.pay("checkout-2"))
    shown = await ada.does("plan")
    assert shown.title == "Your plan: Teams"
    assert "2 subscriptions of yours run at once, and each is charged." in shown.text


async def test_what_is_kept_is_said(ada: Shop) -> None:
    assert "our payment partner Polar" in lines(await ada.does("privacy"))
    assert "Polar" not in lines(await ada.does("forget-me"))
    await ada.buys()
    assert "Teams at once; nothing is paid back." in lines(await ada.does("forget-me"))


# -- whoever was forgotten -----------------------------------------------------------------------


async def test_what_reaches_somebody_who_was_forgotten_is_not_noted(ada: Shop) -> None:
    """A message was on its way while all of them was deleted."""
    await ada.does("add Buy milk")
    [task] = await ada.store.query(lambda work: work.run(schema.task.select()).all())
    card = Reply(title="Buy milk", card=Card(task.public_id, task.revision))
    sent = Sent(HOME, "9")

    def chats(work: Work) -> int:
        return len(work.run(schema.chat.select()).all())

    before = await ada.store.query(chats)
    await forgotten(ada)
    await ada.store.mutate(lambda work: remember(work, sent, card))
    away = replace(sent, address=replace(HOME, chat="77"))
    await ada.store.mutate(lambda work: remember(work, away, card))
    assert await ada.store.query(chats) == before
    assert not await ada.store.query(lambda work: work.run(schema.card.select()).all())
