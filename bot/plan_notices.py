"""What is told of plans and payments, in words."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import singledispatch

from bot.dates import short
from bot.plan_refusals import REFRESH, RESUME, TO_PLAN, TO_PLANS
from bot.plan_screen import CANCEL, FIX
from bot.prices import money
from core.chat import Audience, Button, Reply
from core.events import (
    Event,
    PaymentFailed,
    PlanChanged,
    PlanEnded,
    PlanEnding,
    PlanRenewed,
    PlanResumed,
    PlanStarted,
    Refunded,
    TrialEnding,
)
from core.plans import NONE, plan
from core.work import Work

OfPlans = (
    PlanStarted
    | PlanChanged
    | PlanRenewed
    | PlanEnding
    | PlanResumed
    | PaymentFailed
    | PlanEnded
    | Refunded
    | TrialEnding
)


class When:
    """Says days as the reader knows them."""

    def __init__(self, zone: tzinfo, told_at: datetime) -> None:
        self._zone = zone
        self._today = told_at.astimezone(zone).date()

    def day(self, epoch: int) -> str:
        """`30 Nov`; empty where it is not known."""
        at = datetime.fromtimestamp(epoch, UTC).astimezone(self._zone)
        return short(at.date(), self._today) if epoch else ""

    def until(self, epoch: int, before: str) -> str:
        """`, until 30 Nov`; empty where the day is not known."""
        return f"{before}{self.day(epoch)}" if epoch else ""


def of_plans(event: OfPlans, said: tuple[str, str]) -> Reply:
    """The message, made of what is `said` in the inbox."""
    title, text = said
    return Reply(title=title, text=text, buttons=(_ways_on(event),), audience=Audience.HERE)


def _ways_on(event: OfPlans) -> tuple[Button, ...]:
    match event:
        case PaymentFailed() | PlanEnded(why="unpaid"):
            return FIX, TO_PLAN
        case PlanEnded(why="silent"):
            return REFRESH, TO_PLAN
        case PlanEnded():
            return TO_PLANS, TO_PLAN
        case TrialEnding():
            return TO_PLAN, CANCEL
        case PlanEnding():
            return RESUME, TO_PLAN
        case _:
            return (TO_PLAN,)


_ASKED_AS: dict[type[Event], str] = {
    PlanChanged: "change",
    PlanEnding: "cancel",
    PlanEnded: "cancel",
    PlanResumed: "resume",
}
"""The step by which somebody does it in a chat."""


def shown_already(work: Work, event: Event, identity: int) -> bool:
    """Whether whoever is to be told did it themselves in this chat, a moment ago: then their
    message says so already. It stands in the inbox all the same."""
    kind = _ASKED_AS.get(type(event))
    return kind is not None and work.steps.asked_lately(identity, kind)


def _named(name: str) -> str:
    return "Your subscription" if name == NONE else plan(name).title


@singledispatch
def say(event: Event, when: When) -> tuple[str, str]:
    """Title and message. An event without words is a defect, and a test says so."""
    raise TypeError(f"no words for {type(event).__name__}")


@say.register
def _(event: PlanStarted, when: When) -> tuple[str, str]:
    name = _named(event.plan)
    if event.trial:
        paid = when.until(event.until, " until ")
        text = f"{name} is active, and free{paid}. After that it is paid for, unless you cancel it."
        return "Your free trial has begun", text
    renews = when.until(event.until, " It renews on ")
    return "Thank you", f"{name} is active.{renews}{'.' if renews else ''}"


@say.register
def _(event: PlanChanged, when: When) -> tuple[str, str]:
    if event.plan == event.was:
        text = f"What you pay for {_named(event.plan)}, or how often, is another now."
    else:
        before = f" in place of {plan(event.was).title}" if event.was != NONE else ""
        text = f"You have {plan(event.plan).title} now{before}."
    return "Plan changed", text


@say.register
def _(event: PlanRenewed, when: When) -> tuple[str, str]:
    text = f"{_named(event.plan)} was renewed{when.until(event.until, ', until ')}."
    return "Plan renewed", text


@say.register
def _(event: PlanEnding, when: When) -> tuple[str, str]:
    day = when.until(event.until, " on ")
    text = (
        f"{_named(event.plan)} will end{day}, and nothing more is charged. Until then you keep it."
    )
    return "Plan cancelled", text


@say.register
def _(event: PlanResumed, when: When) -> tuple[str, str]:
    name = _named(event.plan)
    text = {
        "kept": f"{name} goes on: it is not cancelled any more.",
        "paid": f"The payment went through, so {name} goes on.",
    }.get(event.why, f"{name} is active again.")
    renews = when.until(event.until, " It renews on ")
    return "Plan goes on", f"{text}{renews}{'.' if renews else ''}"


@say.register
def _(event: PaymentFailed, when: When) -> tuple[str, str]:
    until = when.until(event.until, " Nothing changes until ")
    text = f"Your last payment failed.{until}{'.' if until else ''}"
    return "Payment failed", text


@say.register
def _(event: PlanEnded, when: When) -> tuple[str, str]:
    name = _named(event.plan)
    text = {
        "paused": f"{name} is paused.",
        "unpaid": f"{name} has stopped, since the payment failed.",
        "silent": f"{name} should have been renewed, but our payment partner Polar has not said "
        "so for three days, so it does not count now.",
    }.get(event.why, f"{name} has ended.")
    return "Plan ended", f"{text} Your tasks stay, all of them."


@say.register
def _(event: Refunded, when: When) -> tuple[str, str]:
    sum_ = money(event.amount, event.currency) or "Your payment"
    return "Money back", f"{sum_} went back to you, all told. That alone does not end your plan."


@say.register
def _(event: TrialEnding, when: When) -> tuple[str, str]:
    day = when.until(event.until, " on ")
    text = (
        f"Your free trial of {_named(event.plan)} ends{day}. From then on it is paid for. Cancel "
        "before, and nothing is charged."
    )
    return "Your free trial ends soon", text
