"""What is told of plans and payments, in words."""

# long: it is one list, and each is short

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import singledispatch

from bot.dates import short
from bot.language import _
from bot.plan_refusals import refresh, resume, to_plan, to_plans
from bot.plan_screen import cancel, fix
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


def of_plans(event: OfPlans, said: tuple[str, str]) -> Reply:
    """The message, made of what is `said` in the inbox."""
    title, text = said
    return Reply(title=title, text=text, buttons=(_ways_on(event),), audience=Audience.HERE)


def _ways_on(event: OfPlans) -> tuple[Button, ...]:
    match event:
        case PaymentFailed() | PlanEnded(why="unpaid"):
            return fix(), to_plan()
        case PlanEnded(why="silent"):
            return refresh(), to_plan()
        case PlanEnded():
            return to_plans(), to_plan()
        case TrialEnding():
            return to_plan(), cancel()
        case PlanEnding():
            return resume(), to_plan()
        case _:
            return (to_plan(),)


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
    return _("Your subscription") if name == NONE else plan(name).title


@singledispatch
def say(event: Event, when: When) -> tuple[str, str]:
    """Title and message. An event without words is a defect, and a test says so."""
    raise TypeError(f"no words for {type(event).__name__}")


@say.register
def _started(event: PlanStarted, when: When) -> tuple[str, str]:
    name, day = _named(event.plan), when.day(event.until)
    if not event.trial:
        text = _("{plan} is active.", plan=name)
        return _("Thank you"), " ".join(filter(None, (text, _renews(day))))
    text = _("{plan} is active, and free.", plan=name)
    if day:
        text = _("{plan} is active, and free until {day}.", plan=name, day=day)
    after = _("After that it is paid for, unless you cancel it.")
    return _("Your free trial has begun"), f"{text} {after}"


def _renews(day: str) -> str:
    return _("It renews on {day}.", day=day) if day else ""


@say.register
def _changed(event: PlanChanged, when: When) -> tuple[str, str]:
    if event.plan == event.was:
        text = _("What you pay for {plan}, or how often, is another now.", plan=_named(event.plan))
    elif event.was != NONE:
        new, old = plan(event.plan).title, plan(event.was).title
        text = _("You have {new} now in place of {old}.", new=new, old=old)
    else:
        text = _("You have {plan} now.", plan=plan(event.plan).title)
    return _("Plan changed"), text


@say.register
def _renewed(event: PlanRenewed, when: When) -> tuple[str, str]:
    name, day = _named(event.plan), when.day(event.until)
    text = _("{plan} was renewed.", plan=name)
    if day:
        text = _("{plan} was renewed, until {day}.", plan=name, day=day)
    return _("Plan renewed"), text


@say.register
def _ending(event: PlanEnding, when: When) -> tuple[str, str]:
    name, day = _named(event.plan), when.day(event.until)
    text = _("{plan} will end, and nothing more is charged.", plan=name)
    if day:
        text = _("{plan} will end on {day}, and nothing more is charged.", plan=name, day=day)
    return _("Plan cancelled"), f"{text} {_('Until then you keep it.')}"


@say.register
def _resumed(event: PlanResumed, when: When) -> tuple[str, str]:
    name = _named(event.plan)
    match event.why:
        case "kept":
            text = _("{plan} goes on: it is not cancelled any more.", plan=name)
        case "paid":
            text = _("The payment went through, so {plan} goes on.", plan=name)
        case _other:
            text = _("{plan} is active again.", plan=name)
    renews = _renews(when.day(event.until))
    return _("Plan goes on"), " ".join(filter(None, (text, renews)))


@say.register
def _failed(event: PaymentFailed, when: When) -> tuple[str, str]:
    day = when.day(event.until)
    text = _("Your last payment failed.")
    if day:
        text = _("Your last payment failed. Nothing changes until {day}.", day=day)
    return _("Payment failed"), text


@say.register
def _ended(event: PlanEnded, when: When) -> tuple[str, str]:
    name = _named(event.plan)
    match event.why:
        case "paused":
            text = _("{plan} is paused.", plan=name)
        case "unpaid":
            text = _("{plan} has stopped, since the payment failed.", plan=name)
        case "silent":
            text = _(
                "{plan} should have been renewed, but our payment partner Polar has not said so "
                "for three days, so it does not count now.",
                plan=name,
            )
        case _other:
            text = _("{plan} has ended.", plan=name)
    return _("Plan ended"), f"{text} {_('Your tasks stay, all of them.')}"


@say.register
def _refunded(event: Refunded, when: When) -> tuple[str, str]:
    text = _("Your payment went back to you, all told. That alone does not end your plan.")
    if sum_ := money(event.amount, event.currency):
        text = _(
            "{sum} went back to you, all told. That alone does not end your plan.",
            sum=sum_,
        )
    return _("Money back"), text


@say.register
def _trial_ending(event: TrialEnding, when: When) -> tuple[str, str]:
    name, day = _named(event.plan), when.day(event.until)
    text = _("Your free trial of {plan} ends.", plan=name)
    if day:
        text = _("Your free trial of {plan} ends on {day}.", plan=name, day=day)
    then = _("From then on it is paid for. Cancel before, and nothing is charged.")
    return _("Your free trial ends soon"), f"{text} {then}"
