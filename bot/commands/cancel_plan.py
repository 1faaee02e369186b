"""Cancelling a plan: why, when, and the question, before anything is done."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.plan_refusals import RESUME, TO_PLAN
from bot.plan_steps import ASKED, current, one_moment
from bot.plan_words import POLAR, ends, on, titled
from bot.turn import Turn, Where, commands
from core import billing_facts as facts
from core.billing import Held
from core.chat import Button, Reply, Style
from core.work import Work

REASONS = {
    "too_expensive": "Too expensive",
    "missing_features": "Something is missing",
    "switched_service": "I use something else now",
    "unused": "I don't use it",
    "customer_service": "The service",
    "low_quality": "The quality",
    "too_complex": "Too complicated",
    "other": "Another reason",
}
"""As Polar calls them."""
END, NOW = "end", "now"


def ask_to_cancel(work: Work, turn: Turn, which: str) -> Reply:
    """The reason, then when. What is cancelled already can only end sooner, or go on."""
    held = current(work, turn)
    keep = _keep(held)
    if held.subscription.cancel_at_period_end:
        now = button("End it now", verbs.CancelPlan(reason="other", when=NOW))
        text = f"{titled(held)} is cancelled already: it ends on {_day(turn, held)}."
        return Reply(text=text, buttons=((RESUME, now), (TO_PLAN,)))
    reasons = [button(label, verbs.CancelPlan(reason=reason)) for reason, label in REASONS.items()]
    pairs = zip(reasons[::2], reasons[1::2], strict=True)
    return Reply(
        title=f"Cancel {titled(held)}?",
        text="What is the reason? Nothing is cancelled before you say yes to the last question.",
        buttons=(*pairs, (keep,)),
    )


def _keep(held: Held) -> Button:
    return button(f"Keep {titled(held)}"[:40], verbs.Plan())


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
        return replace(asked, toast=ASKED_AGAIN) if command.at else asked
    said = {
        "subscription": held.subscription.id,
        "reason": command.reason,
        "when": command.when,
    }
    return one_moment(work, turn, "cancel", said, f"I ask {POLAR} to cancel {titled(held)}.")


def _whens(held: Held) -> tuple[str, ...]:
    """What is paused has no period that could end: Polar takes it back at once, or not at all."""
    return (NOW,) if held.subscription.status == facts.PAUSED else (END, NOW)


def _when(turn: Turn, held: Held, reason: str) -> Reply:
    labels = {END: f"When its period ends: {_day(turn, held)}"[:40], NOW: "Now"}
    rows = tuple(
        (button(labels[each], verbs.CancelPlan(reason=reason, when=each)),) for each in _whens(held)
    )
    return Reply(
        title=f"Cancel {titled(held)}?",
        text=f"When should {titled(held)} end?",
        buttons=(*rows, (_keep(held),)),
    )


def _really(turn: Turn, held: Held, reason: str, when: str) -> Reply:
    """What is lost and what stays, before anybody says yes."""
    title, day = titled(held), _day(turn, held)
    paid = "Nothing is paid back for the rest of the period. "
    if held.subscription.status == facts.TRIALING:
        paid = "Nothing was charged yet, and nothing will be. "
    text = {
        END: f"You keep {title} until {day}, and nothing is charged after that. Then the free plan "
        "counts.",
        NOW: f"{title} ends at once, and the free plan counts from then on. {paid}".strip(),
    }[when]
    text += " Your tasks stay, all of them. Where you have more than the free plan holds, you can "
    text += "complete and export them, but add none."
    label = f"Cancel {title} now" if when == NOW else f"Cancel {title} on {day}"
    yes = verbs.CancelPlan(reason=reason, when=when, at=minutes(turn))
    return Reply(
        title=f"Cancel {title}?",
        text=text,
        buttons=((button(label[:40], yes, Style.DANGER),), (_keep(held),)),
    )
