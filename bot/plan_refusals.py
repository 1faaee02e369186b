"""What billing refuses, in words, each with a way on."""

from __future__ import annotations

from collections.abc import Callable

from bot import verbs
from bot.cards import button
from bot.language import N_, _
from bot.selling import OR_SEE_PLANS
from bot.verbs import PlanPart
from bot.words import number
from core.chat import Button, Reply
from core.plans import PAID, plan


def to_plan() -> Button:
    return Button(_("My plan"), "plan")


def to_plans() -> Button:
    return Button(_("See plans"), "plans")


def on_the_web() -> Button:
    return button(_("Manage on the web"), verbs.Plan(PlanPart.WEB))


def refresh() -> Button:
    return button(_("Refresh"), verbs.Plan(PlanPart.REFRESH))


def resume() -> Button:
    return button(_("Resume"), verbs.Plan(PlanPart.RESUME))


def change() -> Button:
    return button(_("Change plan"), verbs.Plan(PlanPart.CHANGE))


def open_tasks() -> Button:
    return Button(_("Open tasks"), "list")


_REFUSED: dict[str, tuple[str, tuple[Callable[[], Button], ...]]] = {
    "off": (N_("There are no plans here: everything is included."), (open_tasks,)),
    "hidden": (N_("Plans are managed elsewhere."), (to_plan,)),
    "none": (N_("You have no subscription, so there is nothing to do."), (to_plans, to_plan)),
    "running": (
        N_("You have a subscription already, so nothing was bought. You can change it."),
        (change, to_plan),
    ),
    "same": (N_("You have that plan already."), (to_plan,)),
    "not-sold": (N_("I have no such plan. These are the plans that there are:"), (to_plans,)),
    "ended": (N_("That subscription has ended, so nothing was changed."), (to_plans, refresh)),
    "not-cancelling": (
        N_("It goes on as it is: there is nothing to take back."),
        (to_plan, refresh),
    ),
    "paused": (
        N_(
            "Your subscription is paused by now: resuming it is charged at once. Nothing was "
            "changed."
        ),
        (resume, to_plan),
    ),
    "cancelling": (
        N_(
            "Your subscription is about to end, so it can't be changed. Resume it first, "
            "then change it."
        ),
        (resume, to_plan),
    ),
    "pending": (N_("I am at it already: one moment."), (to_plan,)),
    "payment": (
        N_(
            "The payment did not go through, so nothing was changed. Look at your card on the web, "
            "then try again."
        ),
        (on_the_web, to_plan),
    ),
    "locked": (
        N_(
            "Your subscription is being worked on at this moment. Nothing was changed; try "
            "again in a minute."
        ),
        (refresh, to_plan),
    ),
    "no-customer": (
        N_("You have never paid here, so there is no page for you yet. It comes with a plan."),
        (to_plans, to_plan),
    ),
    "another-customer": (
        N_(
            "Polar keeps what you pay with somebody else who gave the same e-mail address, "
            "so I have no page for you alone. Its mails to that address lead there; change "
            "or cancel it here."
        ),
        (to_plan,),
    ),
    "invalid": (
        N_(
            "Our payment partner does not take that, so nothing was changed. On the web you "
            "can see what is possible."
        ),
        (on_the_web, to_plan),
    ),
}


def refused(reason: str) -> Reply:
    """Why not, and what else."""
    sentence, ways_on = _REFUSED.get(reason, _REFUSED["invalid"])
    text = _(sentence)
    toast = text if reason in {"pending", "same"} else ""
    return Reply(text=text, buttons=(tuple(each() for each in ways_on),), toast=toast)


_FULL = {
    "open tasks": (
        N_("{plan} keeps {limit} open tasks; you have {used}. Complete one"),
        N_("{plan} keeps {limit} open tasks. Complete one"),
    ),
    "categories": (
        N_(
            "{plan} has room for {limit} categories; your open tasks are in {used}. Use one of them"
        ),
        N_("{plan} has room for {limit} categories. Use one that you have"),
    ),
    "people": (
        N_("{plan} lets you give tasks to {limit} people; {used} have some. Choose one of them"),
        N_("{plan} lets you give tasks to {limit} people. Choose one who has some"),
    ),
}


def full(what: str, name: str, limit: int, used: int | None = None) -> Reply:
    """A plan allows no more. `used`: how much there is, where it is known."""
    counted, bare = _FULL.get(what, _FULL["open tasks"])
    kind = _("The {plan} plan", plan=plan(name).title) if name else _("The free plan")
    values = {"plan": kind, "limit": number(limit), "used": number(used or 0)}
    text = _(bare if used is None else counted, **values)
    better = plan(name).rank < PAID[-1].rank
    buttons = (to_plans(), open_tasks()) if better else (open_tasks(),)
    return Reply(text=f"{text}{_(OR_SEE_PLANS) if better else ''}.", buttons=(buttons,))
