"""Your plan, and whatever of it needs no second question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.commands.cancel_plan import ask_to_cancel
from bot.commands.change_plan import ask_to_change
from bot.commands.resume_plan import resume
from bot.grammar import straight
from bot.guards import Guard
from bot.language import _
from bot.offers import matching
from bot.plan_screen import plan_screen
from bot.plan_steps import ASKED, current, one_moment, sold_here
from bot.prices import price_of
from bot.turn import IN_PRIVATE, Turn, Where, commands
from bot.verbs import PlanPart
from core import newcomers
from core.chat import Reply
from core.errors import BillingRefused, NotUnderstood
from core.work import Work

_CALLING = frozenset({PlanPart.GET, PlanPart.RESUME, PlanPart.KEEP, PlanPart.WEB, PlanPart.REFRESH})


@commands.on(
    verbs.Plan,
    aliases=("billing",),
    usage="[change | cancel | resume | web]",
    where=Where.PRIVATE,
    menu=IN_PRIVATE,
    guards=lambda command: (Guard(ASKED),) if command.part in _CALLING else (),
)
def plan(work: Work, turn: Turn, command: verbs.Plan) -> Reply:
    if command.part is PlanPart.SHOW:
        return plan_screen(work, turn.account, turn.identity.platform)
    return _PARTS[command.part](work, turn, command.which.strip())


def _get(work: Work, turn: Turn, which: str) -> Reply:
    """A new subscription; where one runs, a change of it: nobody pays twice by mistake."""
    sold_here(work, turn)
    if work.billing.running(turn.account.id):
        return ask_to_change(work, turn, which)
    found = matching(work, which)
    newcomers.may_pay(work, turn.identity)  # Polar's page may know an older customer
    if len(found) > 1:
        rows = tuple(
            (button(f"{price_of(each.product)}"[:40], verbs.Plan(PlanPart.GET, each.ref)),)
            for each in found
        )
        return Reply(
            text=_("How do you want to pay for {plan}?", plan=found[0].plan.title), buttons=rows
        )
    facts = {"product": found[0].product.id}
    if turn.account.language:
        facts["locale"] = turn.account.language
    return one_moment(
        work, turn, "checkout", facts, _("I ask our payment partner Polar for a page to pay on.")
    )


def _web(work: Work, turn: Turn, which: str) -> Reply:
    sold_here(work, turn)
    newcomers.may_pay(work, turn.identity)
    return one_moment(work, turn, "portal", {}, _("I ask our payment partner Polar for your page."))


def _refresh(work: Work, turn: Turn, which: str) -> Reply:
    if not work.sales.on:
        raise BillingRefused("off")
    return one_moment(
        work, turn, "refresh", {}, _("I ask our payment partner Polar how things stand.")
    )


def _keep(work: Work, turn: Turn, which: str) -> Reply:
    sold_here(work, turn)
    held = current(work, turn)
    if not held.subscription.pending_product_id:
        raise BillingRefused("not-cancelling")
    facts = {"subscription": held.subscription.id}
    return one_moment(
        work, turn, "keep", facts, _("I ask our payment partner Polar to leave it as it is.")
    )


def _renewals(work: Work, turn: Turn, which: str) -> Reply:
    words = {"on": True, "yes": True, "off": False, "no": False}
    said = straight(which).lower()
    if said not in words:
        raise NotUnderstood("choice", which, "on, off")
    work.profile.set_tells_renewals(turn.account.id, words[said])
    text = _("I will tell you of each renewal.") if words[said] else _("I say nothing of renewals.")
    shown = plan_screen(work, turn.account, turn.identity.platform, said=text)
    return replace(shown, toast=text)


_Part = Callable[[Work, Turn, str], Reply]
_PARTS: Mapping[PlanPart, _Part] = {
    PlanPart.GET: _get,
    PlanPart.CHANGE: ask_to_change,
    PlanPart.CANCEL: ask_to_cancel,
    PlanPart.RESUME: resume,
    PlanPart.KEEP: _keep,
    PlanPart.WEB: _web,
    PlanPart.REFRESH: _refresh,
    PlanPart.RENEWALS: _renewals,
}
