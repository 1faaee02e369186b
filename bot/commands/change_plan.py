"""Changing to another plan: to which, when, and what it will cost, before anything is charged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.language import _
from bot.offers import Offer, matching, offers
from bot.plan_charges import charged
from bot.plan_differences import differences
from bot.plan_refusals import to_plan
from bot.plan_steps import ASKED, current, one_moment, sold_here
from bot.plan_words import on, titled
from bot.prices import paid_for, price_of
from bot.turn import Turn, Where, commands
from bot.verbs import PlanPart
from core import billing_facts as facts
from core.billing import Held
from core.chat import Button, Reply, Style
from core.errors import BillingRefused
from core.ports import Proration
from core.proration import begins_anew
from core.work import Work

_WHEN = {
    "now": Proration.NOW,
    "invoice": Proration.NEXT_INVOICE,
    "period": Proration.NEXT_PERIOD,
}
"""As buttons have it."""


@dataclass(frozen=True, slots=True)
class _Change:
    """From what to what."""

    held: Held
    offer: Offer
    day: str
    """When the next period begins."""

    @property
    def ways(self) -> dict[str, Proration]:
        """When it may be charged. In a trial, and where another period begins, there is no invoice
        for a difference to wait for."""
        sub = self.held.subscription
        at_once = sub.status == facts.TRIALING or begins_anew(sub, self.offer.product)
        return {name: each for name, each in _WHEN.items() if not (at_once and name == "invoice")}

    @property
    def leave(self) -> Button:
        return button(_("Keep {titled}", titled=titled(self.held))[:40], verbs.Plan())


def ask_to_change(work: Work, turn: Turn, which: str) -> Reply:
    """To which plan, then when."""
    change = _change(work, turn, which)
    if change is None:
        return _which(work, turn)
    return _when(change)


def _change(work: Work, turn: Turn, which: str) -> _Change | None:
    """None where it is not clear yet what is wanted. Raises `BillingRefused`."""
    sold_here(work, turn)
    held = current(work, turn)
    if held.subscription.cancel_at_period_end:
        raise BillingRefused("cancelling")
    others = [each for each in _wanted(work, which) if not _same(each, held)]
    if which and not others:
        raise BillingRefused("same")
    if len(others) != 1 or not which:
        return None
    day = on(held.subscription.period_end, turn.account, turn.now)
    return _Change(held, others[0], day)


def _wanted(work: Work, which: str) -> list[Offer]:
    return matching(work, which) if which else offers(work)


def _same(offer: Offer, held: Held) -> bool:
    return offer.product.id == held.subscription.product_id


def _which(work: Work, turn: Turn) -> Reply:
    held = current(work, turn)
    found = [each for each in offers(work) if not _same(each, held)]
    rows = tuple(
        (button(f"{each.plan.title}, {price_of(each.product)}"[:40], _asks(each)),)
        for each in found
    )
    text = _("You have {plan}, {price}.", plan=titled(held), price=paid_for(held.subscription))
    then = _("What should it become?") if found else _("There is no other plan.")
    return Reply(text=f"{text} {then}", buttons=(*rows, (to_plan(),)))


def _asks(offer: Offer) -> verbs.Plan:
    return verbs.Plan(PlanPart.CHANGE, offer.ref)


def _when(change: _Change) -> Reply:
    """What changes, and when it may."""
    ref = change.offer.ref
    labels = {
        "now": _("Now")
        if change.held.subscription.status == facts.TRIALING
        else _("Now, and pay the difference now"),
        "invoice": _("Now, the difference on the next invoice"),
        "period": _("When the next period begins: {day}", day=change.day)[:40],
    }
    return Reply(
        title=_(
            "Change {titled} to {plan}?", titled=titled(change.held), plan=change.offer.plan.title
        ),
        text=_("When? Nothing is charged before you say yes to the next question."),
        facts=differences(change.held, change.offer),
        buttons=(
            *((button(labels[each], verbs.ChangePlan(ref, when=each)),) for each in change.ways),
            (change.leave,),
        ),
    )


@commands.on(
    verbs.ChangePlan,
    where=Where.PRIVATE,
    hidden=True,
    guards=lambda command: (Guard(ASKED),) if command.at else (),
)
def change_plan(work: Work, turn: Turn, command: verbs.ChangePlan) -> Reply:
    change = _change(work, turn, command.product.strip())
    if change is None:
        return _which(work, turn)
    if command.when not in change.ways:
        return _when(change)
    if not stands(turn, command.at):
        asked = _really(turn, change, command.when)
        return replace(asked, toast=_(ASKED_AGAIN)) if command.at else asked
    asked_for = {
        "subscription": change.held.subscription.id,
        "product": change.offer.product.id,
        "when": _WHEN[command.when].value,
    }
    doing = _(
        "I ask our payment partner Polar to change it to {plan}.", plan=change.offer.plan.title
    )
    return one_moment(work, turn, "change", asked_for, doing)


def _really(turn: Turn, change: _Change, when: str) -> Reply:
    """What is charged, and when, before anybody says yes."""
    new, product = change.offer.plan.title, change.offer.product
    held = change.held.subscription
    text = charged(held, product, _WHEN[when], new=new, day=change.day, now=turn.now)
    yes = verbs.ChangePlan(change.offer.ref, when=when, at=minutes(turn))
    label = _("Change to {plan} now", plan=new)
    if when == "period":
        label = _("Change to {plan} on {day}", plan=new, day=change.day)
    return Reply(
        title=_("Change {titled} to {new}?", titled=titled(change.held), new=new),
        text=text,
        buttons=((button(label[:40], yes, Style.PRIMARY),), (change.leave,)),
    )
