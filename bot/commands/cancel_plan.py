"""Cancelling a plan: why, when, and the question, before anything is done."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.language import N_, _
from bot.plan_refusals import resume, to_plan
from bot.plan_steps import ASKED, current, one_moment
from bot.plan_words import ends, on, titled
from bot.turn import Turn, Where, commands
from core import billing_facts as facts
from core.billing import Held
from core.chat import Button, Reply, Style
from core.work import Work

REASONS = {
    "too_expensive": N_("Too expensive"),
    "missing_features": N_("Something is missing"),
    "switched_service": N_("I use something else now"),
    "unused": N_("I don't use it"),
    "customer_service": N_("The service"),
    "low_quality": N_("The quality"),
    "too_complex": N_("Too complicated"),
    "other": N_("Another reason"),
}
"""As Polar calls them."""
END, NOW = "end", "now"


def ask_to_cancel(work: Work, turn: Turn, which: str) -> Reply:
    """The reason, then when. What is cancelled already can only end sooner, or go on."""
    held = current(work, turn)
    keep = _keep(held)
    if held.subscription.cancel_at_period_end:
        now = button(_("End it now"), verbs.CancelPlan(reason="other", when=NOW))
        text = _(
            "{titled} is cancelled already: it ends on {day}.",
            titled=titled(held),
            day=_day(turn, held),
        )
        return Reply(text=text, buttons=((resume(), now), (to_plan(),)))
    reasons = [
        button(_(label), verbs.CancelPlan(reason=reason)) for reason, label in REASONS.items()
    ]
    pairs = zip(reasons[::2], reasons[1::2], strict=True)
    return Reply(
        title=_("Cancel {titled}?", titled=titled(held)),
        text=_("What is the reason? Nothing is cancelled before you say yes to the last question."),
        buttons=(*pairs, (keep,)),
    )


def _keep(held: Held) -> Button:
    return button(_("Keep {titled}", titled=titled(held))[:40], verbs.Plan())


def _day(turn: Turn, held: Held) -> str:
    return on(ends(held.subscription), turn.account, turn.now)


@commands.on(
    verbs.CancelPlan,
    where=Where.PRIVATE,
    hidden=True,
    guards=lambda command: (Guard(ASKED),) if command.at else (),
)
def cancel_plan(work: Work, turn: Turn, command: verbs.CancelPlan) -> Reply:
    if command.reason not in REASONS:
        return ask_to_cancel(work, turn, "")
    held = current(work, turn)
    if command.when not in _whens(held):
        return _when(turn, held, command.reason)
    if not stands(turn, command.at):
        asked = _really(turn, held, command.reason, command.when)
        return replace(asked, toast=_(ASKED_AGAIN)) if command.at else asked
    said = {
        "subscription": held.subscription.id,
        "reason": command.reason,
        "when": command.when,
    }
    return one_moment(
        work,
        turn,
        "cancel",
        said,
        _("I ask our payment partner Polar to cancel {titled}.", titled=titled(held)),
    )


def _whens(held: Held) -> tuple[str, ...]:
    """What is paused has no period that could end: Polar takes it back at once, or not at all."""
    return (NOW,) if held.subscription.status == facts.PAUSED else (END, NOW)


def _when(turn: Turn, held: Held, reason: str) -> Reply:
    labels = {END: _("When its period ends: {day}", day=_day(turn, held))[:40], NOW: _("Now")}
    rows = tuple(
        (button(labels[each], verbs.CancelPlan(reason=reason, when=each)),) for each in _whens(held)
    )
    return Reply(
        title=_("Cancel {titled}?", titled=titled(held)),
        text=_("When should {titled} end?", titled=titled(held)),
        buttons=(*rows, (_keep(held),)),
    )


def _really(turn: Turn, held: Held, reason: str, when: str) -> Reply:
    """What is lost and what stays, before anybody says yes."""
    title, day = titled(held), _day(turn, held)
    paid = _("Nothing is paid back for the rest of the period.")
    if held.subscription.status == facts.TRIALING:
        paid = _("Nothing was charged yet, and nothing will be.")
    text = {
        END: _(
            "You keep {title} until {day}, and nothing is charged after that. Then the free "
            "plan counts.",
            title=title,
            day=day,
        ),
        NOW: _(
            "{title} ends at once, and the free plan counts from then on. {paid}",
            title=title,
            paid=paid,
        ).strip(),
    }[when]
    stays = _(
        "Your tasks stay, all of them. Where you have more than the free plan holds, you can "
        "complete and export them, but add none."
    )
    label = (
        _("Cancel {title} now", title=title)
        if when == NOW
        else _("Cancel {title} on {day}", title=title, day=day)
    )
    yes = verbs.CancelPlan(reason=reason, when=when, at=minutes(turn))
    return Reply(
        title=_("Cancel {title}?", title=title),
        text=f"{text} {stays}",
        buttons=((button(label[:40], yes, Style.DANGER),), (_keep(held),)),
    )
