"""What billing refuses, in words, each with a way on."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.verbs import PlanPart
from core.chat import Button, Reply
from core.plans import PAID, plan

TO_PLAN = Button("My plan", "plan")
TO_PLANS = Button("See plans", "plans")
WEB = button("Manage on the web", verbs.Plan(PlanPart.WEB))
REFRESH = button("Refresh", verbs.Plan(PlanPart.REFRESH))
RESUME = button("Resume", verbs.Plan(PlanPart.RESUME))
CHANGE = button("Change plan", verbs.Plan(PlanPart.CHANGE))
OPEN_TASKS = Button("Open tasks", "list")

_REFUSED: dict[str, tuple[str, tuple[Button, ...]]] = {
    "off": ("There are no plans here: everything is included.", (OPEN_TASKS,)),
    "hidden": ("Plans are managed elsewhere.", (TO_PLAN,)),
    "none": ("You have no subscription, so there is nothing to do.", (TO_PLANS, TO_PLAN)),
    "running": (
        "You have a subscription already, so nothing was bought. You can change it.",
        (CHANGE, TO_PLAN),
    ),
    "same": ("You have that plan already.", (TO_PLAN,)),
    "not-sold": ("I have no such plan. These are the plans that there are:", (TO_PLANS,)),
    "ended": ("That subscription has ended, so nothing was changed.", (TO_PLANS, REFRESH)),
    "not-cancelling": ("It goes on as it is: there is nothing to take back.", (TO_PLAN, REFRESH)),
    "paused": (
        "Your subscription is paused by now: resuming it is charged at once. Nothing was changed.",
        (RESUME, TO_PLAN),
    ),
    "cancelling": (
        "Your subscription is about to end, so it can't be changed. Resume it first, then change "
        "it.",
        (RESUME, TO_PLAN),
    ),
    "pending": ("I am at it already: one moment.", (TO_PLAN,)),
    "payment": (
        "The payment did not go through, so nothing was changed. Look at your card on the web, "
        "then try again.",
        (WEB, TO_PLAN),
    ),
    "locked": (
        "Your subscription is being worked on at this moment. Nothing was changed; try again in "
        "a minute.",
        (REFRESH, TO_PLAN),
    ),
    "no-customer": (
        "You have never paid here, so there is no page for you yet. It comes with a plan.",
        (TO_PLANS, TO_PLAN),
    ),
    "another-customer": (
        "Polar keeps what you pay with somebody else who gave the same e-mail address, so I have "
        "no page for you alone. Its mails to that address lead there; change or cancel it here.",
        (TO_PLAN,),
    ),
    "invalid": (
        "Our payment partner does not take that, so nothing was changed. On the web you can see "
        "what is possible.",
        (WEB, TO_PLAN),
    ),
}


def refused(reason: str) -> Reply:
    """Why not, and what else."""
    text, buttons = _REFUSED.get(reason, _REFUSED["invalid"])
    toast = text if reason in {"pending", "same"} else ""
    return Reply(text=text, buttons=(buttons,), toast=toast)


_FULL = {
    "open tasks": (
        "{plan} keeps {limit:,} open tasks; you have {used}. Complete one",
        "{plan} keeps {limit:,} open tasks. Complete one",
    ),
    "categories": (
        "{plan} has room for {limit:,} categories; your open tasks are in {used}. Use one of those",
        "{plan} has room for {limit:,} categories. Use one that you have",
    ),
    "people": (
        "{plan} lets you give tasks to {limit:,} people; {used} have some. Choose one of them",
        "{plan} lets you give tasks to {limit:,} people. Choose one who has some",
    ),
}


def full(what: str, name: str, limit: int, used: int | None = None) -> Reply:
    """A plan allows no more. `used`: how much there is, where it is known."""
    counted, bare = _FULL.get(what, _FULL["open tasks"])
    kind = f"The {plan(name).title.lower() if not name else plan(name).title} plan"
    text = (bare if used is None else counted).format(plan=kind, limit=limit, used=f"{used or 0:,}")
    better = plan(name).rank < PAID[-1].rank
    buttons = (TO_PLANS, OPEN_TASKS) if better else (OPEN_TASKS,)
    return Reply(text=f"{text}{', or see plans' if better else ''}.", buttons=(buttons,))
