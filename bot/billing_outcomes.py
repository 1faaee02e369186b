"""What a "one moment" about billing becomes when Polar has answered, or has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import verbs
from bot.billing_pages import Asker, moment, offer_of
from bot.cards import button
from bot.language import _, pgettext
from bot.offers import plan_of
from bot.plan_refusals import refresh, refused, to_plan
from bot.plan_screen import plan_screen
from bot.selling import as_sold_on
from bot.verbs import PlanPart
from core import billing_facts as facts
from core.billing_facts import Subscription
from core.billing_steps import AWAY, BROKEN, DONE, Step
from core.chat import Audience, Reply, Style
from core.ports import Proration
from core.work import Work

CHANGING = frozenset({"change", "cancel", "resume", "keep"})
"""Steps that change a subscription, so that it matters whether they were done after all."""


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
            return _("This is how things stand.")
        case "change":
            return _changed(work, step, asker)
        case "cancel":
            return pgettext("plan", "Cancelled.")
        case "checkout":
            return _("That is paid already. If it does not count yet, it will in a minute.")
        case "resume":
            paused = "from" in step.facts
            return _("It goes on.") if paused else _("It goes on: nothing is cancelled any more.")
        case _:
            return _("It stays as it is.")


def _changed(work: Work, step: Step, asker: Asker) -> str:
    new = plan_of(work, step.facts["product"])
    if step.facts["when"] == Proration.NEXT_PERIOD:
        return _("It will change to {new}.", new=new)
    return _("Changed to {new}.", new=new)


def _away(work: Work, step: Step, asker: Asker) -> Reply:
    """Polar can't be reached: whoever waits is told so at once, and nothing is tried later behind
    their back."""
    again = button(_("Try again"), _again(work, step), Style.PRIMARY)
    away = _("I can't reach our payment partner Polar now.")
    if step.kind == "refresh":
        text = f"{away} {_known(work, asker)}"
        shown = plan_screen(work, asker.account, asker.platform, said=text)
        return replace(shown, buttons=((again,), *shown.buttons))
    text = f"{away} {_('Nothing was charged, and your plan holds.')}"
    if step.kind in CHANGING:
        unknown = _(
            "I take it that nothing was changed; should it have worked all the same, I tell you."
        )
        text = f"{away} {unknown}"
    return Reply(text=text, buttons=((again, to_plan()),))


def broken(step: Step, reference: str = "") -> Reply:
    """Our code broke on it."""
    text = _("Something broke on our side. Nothing was changed.")
    if step.kind in CHANGING:
        text = _("Something broke on our side. Should it have worked all the same, I tell you.")
    if reference:
        text = f"{text} {_('Reference: {reference}', reference=reference)}"
    return Reply(text=text, buttons=((to_plan(), refresh()),), audience=Audience.HERE)


def _known(work: Work, asker: Asker) -> str:
    compared = work.reconciliation.state()
    times = filter(None, (work.hooks.heard(), compared.ended_at if compared else None))
    heard = max(times, default=None)
    if heard is None:
        return _("This is what I know:")
    return _("This is what I know from {moment}:", moment=moment(heard, asker, work.now))


def _again(work: Work, step: Step) -> verbs.Plan:
    """What was asked, to be asked again: with its questions, where money is at stake."""
    offer = offer_of(work, step)
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
