"""What a "one moment" about billing becomes when Polar has answered, or has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import verbs
from bot.cards import button
from bot.offers import Offer, offers, plan_of
from bot.plan_refusals import REFRESH, TO_PLAN, TO_PLANS, refused
from bot.plan_screen import plan_screen
from bot.plan_words import on, titled
from bot.prices import with_trial
from bot.selling import as_sold_on
from bot.verbs import PlanPart
from core import billing_facts as facts
from core.billing_facts import Subscription
from core.billing_steps import AWAY, BROKEN, DONE, Step
from core.chat import Audience, Link, Reply, Style
from core.identity import Account
from core.ports import Proration
from core.work import Work

CHANGING = frozenset({"change", "cancel", "resume", "keep"})
"""Steps that change a subscription, so that it matters whether they were done after all."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom a step is for, as they are when it is drawn."""

    account: Account
    platform: str


def outcome(work: Work, step: Step, state: str, asker: Asker) -> Reply:
    """The message of a step that has ended in a state; for one whose link is lost, how to get
    another."""
    if state == DONE:
        reply = plan_screen(work, asker.account, asker.platform, said=_done(work, step, asker))
    elif state == AWAY:
        reply = _away(work, step, asker)
    elif state == BROKEN:  # the operator has it looked at again: the reference was said
        reply = broken(step)
    elif state == "no-customer" and work.billing.running(asker.account.id):
        reply = refused("another-customer")
    else:
        reply = refused(state)
    return as_sold_on(work, asker.platform, replace(reply, toast="", audience=Audience.HERE))


def _done(work: Work, step: Step, asker: Asker) -> str:
    match step.kind:
        case "refresh":
            return "This is how things stand."
        case "change":
            return _changed(work, step, asker)
        case "cancel":
            return "Cancelled."
        case "checkout":
            return "That is paid already. If it does not count yet, it will in a minute."
        case "resume":
            paused = "from" in step.facts
            return "It goes on." if paused else "It goes on: nothing is cancelled any more."
        case _:
            return "It stays as it is."


def _changed(work: Work, step: Step, asker: Asker) -> str:
    new = plan_of(work, step.facts["product"])
    if step.facts["when"] == Proration.NEXT_PERIOD:
        return f"It will change to {new}."
    return f"Changed to {new}."


def _away(work: Work, step: Step, asker: Asker) -> Reply:
    """Polar can't be reached: whoever waits is told so at once, and nothing is tried later behind
    their back."""
    again = button("Try again", _again(work, step), Style.PRIMARY)
    away = "I can't reach our payment partner Polar now."
    if step.kind == "refresh":
        text = f"{away} This is what I know{_since(work, asker)}:"
        shown = plan_screen(work, asker.account, asker.platform, said=text)
        return replace(shown, buttons=((again,), *shown.buttons))
    text = f"{away} Nothing was charged, and your plan holds."
    if step.kind in CHANGING:
        text = (
            f"{away} I take it that nothing was changed; should it have worked all the same, I "
            "tell you."
        )
    return Reply(text=text, buttons=((again, TO_PLAN),))


def broken(step: Step, reference: str = "") -> Reply:
    """Our code broke on it."""
    known = f" Reference: {reference}" if reference else ""
    text = f"Something broke on our side. Nothing was changed.{known}"
    if step.kind in CHANGING:
        text = (
            f"Something broke on our side. Should it have worked all the same, I tell you.{known}"
        )
    return Reply(text=text, buttons=((TO_PLAN, REFRESH),), audience=Audience.HERE)


def _since(work: Work, asker: Asker) -> str:
    compared = work.reconciliation.state()
    times = filter(None, (work.hooks.heard(), compared.ended_at if compared else None))
    heard = max(times, default=None)
    return f" from {_moment(heard, asker, work.now)}" if heard else ""


def _again(work: Work, step: Step) -> verbs.Plan:
    """What was asked, to be asked again: with its questions, where money is at stake."""
    offer = _offer(work, step)
    ref = offer.ref if offer else ""
    match step.kind:
        case "checkout":
            return verbs.Plan(PlanPart.GET, ref)
        case "change":
            return verbs.Plan(PlanPart.CHANGE, ref)
        case "portal":
            return verbs.Plan(PlanPart.WEB)
        case kind:
            return verbs.Plan(PlanPart(kind))


def reached(step: Step, found: Sequence[Subscription]) -> bool:
    """Whether things are as the step wanted them, whatever was heard of it."""
    wanted = step.facts.get("subscription")
    sub = next((each for each in found if each.id == wanted), None)
    if sub is None:
        return False
    match step.kind:
        case "cancel":
            return sub.ended or (step.facts["when"] == "end" and sub.cancel_at_period_end)
        case "change":
            return step.facts["product"] in {sub.product_id, sub.pending_product_id}
        case "resume":
            goes_on = not (sub.ended or sub.cancel_at_period_end)
            return goes_on and sub.status != facts.PAUSED
        case "keep":
            return not sub.pending_product_id
        case _:
            return False


def to_pay(work: Work, step: Step, asker: Asker, url: str, expires: datetime | None) -> Reply:
    """The page to pay on. The link is for one person, and only ever in the message itself."""
    offer = _offer(work, step)
    if offer is None:
        return replace(refused("not-sold"), audience=Audience.HERE)
    until = f", and works until {_moment(expires, asker, work.now)}" if expires else ""
    text = (
        f"{with_trial(offer.product)}. You pay on the page of our payment partner Polar; the link "
        f"is for you alone{until}. As soon as it is paid, I tell you."
    )
    return Reply(
        title=f"Get {offer.plan.title}",
        text=f"{text[0].upper()}{text[1:]}",
        buttons=((Link("Pay on the web", url, secret=True),), (TO_PLANS, TO_PLAN)),
        audience=Audience.HERE,
        step=step.public_id,
    )


def to_portal(url: str) -> Reply:
    """The page where a customer manages what they pay for."""
    return Reply(
        title="Manage on the web",
        text="This is your page at our payment partner Polar: your card, your invoices, your "
        "subscription. The link is for you alone, and works for an hour.",
        buttons=((Link("Open the page", url, secret=True),), (TO_PLAN,)),
        audience=Audience.HERE,
    )


def paid(work: Work, step: Step, asker: Asker) -> Reply:
    """The message that had the link to pay, which leads nowhere any more."""
    now = work.billing.current(asker.account.id)
    text = "Paid. Your plan follows in a moment."
    if now is not None:
        this = now.subscription.product_id == step.facts["product"]
        text = f"{'Paid' if this else 'Not needed any more'}: {titled(now)} is active."
    return Reply(text=text, buttons=((TO_PLAN,),), audience=Audience.HERE)


def _offer(work: Work, step: Step) -> Offer | None:
    product = step.facts.get("product")
    return next((each for each in offers(work) if each.product.id == product), None)


def _moment(at: datetime, asker: Asker, now: datetime) -> str:
    """`6 Jan 09:00`: no "tomorrow", since the message stays."""
    named = "" if asker.account.timezone else " (UTC)"
    return f"{on(at, asker.account, now)} {at.astimezone(asker.account.zone):%H:%M}{named}"
