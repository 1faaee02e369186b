"""The pages of our payment partner Polar, as somebody is shown the way to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.language import _
from bot.offers import Offer, offers
from bot.plan_refusals import refused, to_plan, to_plans
from bot.plan_words import on, titled
from bot.prices import with_trial
from bot.words import capital
from core.billing_steps import Step
from core.chat import Audience, Link, Reply
from core.identity import Account
from core.work import Work


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom a step is for, as they are when it is drawn."""

    account: Account
    platform: str


def to_pay(work: Work, step: Step, asker: Asker, url: str, expires: datetime | None) -> Reply:
    """The page to pay on. The link is for one person, and only ever in the message itself."""
    offer = offer_of(work, step)
    if offer is None:
        return replace(refused("not-sold"), audience=Audience.HERE)
    text = _(
        "{price}. You pay on the page of our payment partner Polar; the link is for you alone. As "
        "soon as it is paid, I tell you.",
        price=with_trial(offer.product),
    )
    if expires:
        text = _(
            "{price}. You pay on the page of our payment partner Polar; the link is for you alone, "
            "and works until {moment}. As soon as it is paid, I tell you.",
            price=with_trial(offer.product),
            moment=moment(expires, asker, work.now),
        )
    return Reply(
        title=_("Get {plan}", plan=offer.plan.title),
        text=capital(text),
        buttons=((Link(_("Pay on the web"), url, secret=True),), (to_plans(), to_plan())),
        audience=Audience.HERE,
        step=step.public_id,
    )


def to_portal(url: str) -> Reply:
    """The page where a customer manages what they pay for."""
    return Reply(
        title=_("Manage on the web"),
        text=_(
            "This is your page at our payment partner Polar: your card, your invoices, your "
            "subscription. The link is for you alone, and works for an hour."
        ),
        buttons=((Link(_("Open the page"), url, secret=True),), (to_plan(),)),
        audience=Audience.HERE,
    )


def paid(work: Work, step: Step, asker: Asker) -> Reply:
    """The message that had the link to pay, which leads nowhere any more."""
    now = work.billing.current(asker.account.id)
    text = _("Paid. Your plan follows in a moment.")
    if now is not None:
        this = now.subscription.product_id == step.facts["product"]
        text = _("Not needed any more: {plan} is active.", plan=titled(now))
        if this:
            text = _("Paid: {plan} is active.", plan=titled(now))
    return Reply(text=text, buttons=((to_plan(),),), audience=Audience.HERE)


def offer_of(work: Work, step: Step) -> Offer | None:
    """What the step is about, if that is sold still."""
    product = step.facts.get("product")
    return next((each for each in offers(work) if each.product.id == product), None)


def moment(at: datetime, asker: Asker, now: datetime) -> str:
    """`6 Jan 09:00`: no "tomorrow", since the message stays."""
    named = "" if asker.account.local else " (UTC)"
    return f"{on(at, asker.account, now)} {at.astimezone(asker.account.zone):%H:%M}{named}"
