"""What is sold, and what somebody subscribed to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot import verbs
from bot.cards import button
from bot.grammar import Command
from bot.language import _
from bot.offers import Offer, offers
from bot.plan_refusals import refresh, to_plan, to_plans
from bot.plan_steps import sold_here
from bot.plan_words import allows, on, titled
from bot.prices import UNKNOWN, cancels, paid_for, price_of, status, with_trial
from bot.selling import sells_on
from bot.turn import Turn, Where, commands
from bot.verbs import PlanPart, Sold
from core.billing import Held
from core.chat import Button, Item, Reply
from core.errors import BillingRefused
from core.plans import FREE, Plan
from core.work import Work

PAGE = 8
PRODUCTS = 20
"""On a page: each is one line."""


@commands.on(verbs.Plans, usage="[all]", where=Where.PRIVATE)
def plans(work: Work, turn: Turn, command: verbs.Plans) -> Reply:
    sold_here(work, turn)
    if command.which is Sold.ALL:
        return _everything(work, command.page or 1)
    return _plans(work, turn)


def _plans(work: Work, turn: Turn) -> Reply:
    found, standing = offers(work), work.billing.standing(turn.account.id)
    running = bool(work.billing.running(turn.account.id))
    paid = {each.plan.rank: each.plan for each in found}
    items = [_item(each, found, mine=each == standing.plan) for each in (FREE, *paid.values())]
    held = standing.current.subscription.product_id if standing.current else ""
    rows = [(_wants(each, running=running),) for each in found if each.product.id != held]
    text = "" if found else _("I do not know yet what is sold here. Try again in a minute.")
    return Reply(
        title=_("Plans"),
        text=text,
        items=tuple(items),
        buttons=(*rows[:8], (_all_products() if found else refresh(), to_plan())),
    )


def _all_products() -> Button:
    return button(_("All products"), verbs.Plans(Sold.ALL))


def _item(plan: Plan, found: list[Offer], *, mine: bool) -> Item:
    costs = [with_trial(each.product) for each in found if each.plan == plan] or [
        _("costs nothing")
    ]
    title = _("{plan} (yours)", plan=plan.title) if mine else plan.title
    return Item(f"{title}: {_(', or ').join(costs)}", allows(plan))


def _wants(offer: Offer, *, running: bool) -> Button:
    """`Get Pro, $9 a month`: with what it costs, before anybody presses it."""
    name, price = offer.plan.title, price_of(offer.product)
    if running:
        label, part = _("Change to {plan}, {price}", plan=name, price=price), PlanPart.CHANGE
    else:
        label, part = _("Get {plan}, {price}", plan=name, price=price), PlanPart.GET
    return button(label[:60], verbs.Plan(part, offer.ref))


def _everything(work: Work, page: int) -> Reply:
    """Whatever the operator sells, also what gives no plan here."""
    found = work.billing.all_products()
    page = max(1, min(page, -(-len(found) // PRODUCTS)))
    shown = found[(page - 1) * PRODUCTS : page * PRODUCTS]
    items = tuple(Item(each.name or _("No name"), with_trial(each)) for each in shown)
    text = "" if items else _("Nothing is sold here yet.")
    turning = _turning(page, partial(verbs.Plans, Sold.ALL), more=len(found) > page * PRODUCTS)
    return Reply(
        title=_("All products"),
        text=text,
        items=items,
        buttons=(*turning, (to_plans(), to_plan())),
    )


@commands.on(verbs.Subscriptions, usage="", where=Where.PRIVATE)
def subscriptions(work: Work, turn: Turn, command: verbs.Subscriptions) -> Reply:
    if not work.sales.on:
        raise BillingRefused("off")
    found = work.billing.held(turn.account.id)
    page = max(1, min(command.page or 1, 1000))
    shown = found[(page - 1) * PAGE : page * PAGE]
    if not shown and page > 1:
        return subscriptions(work, turn, verbs.Subscriptions())
    if not shown:
        text = _("You never subscribed to anything.")
        return Reply(text=text, buttons=((to_plans(), to_plan()),))
    priced = sells_on(work, turn.identity.platform)
    return Reply(
        title=_("Your subscriptions"),
        text=_("The newest first."),
        items=tuple(_held(turn, each, priced=priced) for each in shown),
        buttons=(
            *_turning(page, verbs.Subscriptions, more=len(found) > page * PAGE),
            (to_plan(),),
        ),
    )


def _held(turn: Turn, held: Held, *, priced: bool) -> Item:
    sub = held.subscription
    cost = paid_for(sub)
    what = f"{titled(held)}, {cost}" if priced and cost != _(UNKNOWN) else titled(held)
    if sub.ended:
        when = _("ended on {day}", day=on(sub.ended_at or sub.ends_at, turn.account, turn.now))
    else:
        start = on(sub.period_start, turn.account, turn.now)
        when = _(
            "from {start} to {end}", start=start, end=on(sub.period_end, turn.account, turn.now)
        )
    ends = f". {cancels(sub)}" if cancels(sub) else ""
    return Item(what, f"{status(sub)}, {when}{ends}")


def _turning(
    page: int, to: Callable[..., Command], *, more: bool
) -> tuple[tuple[Button, ...], ...]:
    turning = []
    if page > 1:
        turning.append(button(_("< Prev"), to(page=page - 1)))
    if more:
        turning.append(button(_("Next >"), to(page=page + 1)))
    return (tuple(turning),) if turning else ()
