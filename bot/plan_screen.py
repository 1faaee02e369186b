"""What somebody's plan looks like: drawn when they ask, and when a step has ended."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.plan_refusals import CHANGE, OPEN_TASKS, REFRESH, RESUME, TO_PLANS, WEB, refused
from bot.plan_words import state, titled, usage
from bot.selling import sells_on
from bot.verbs import PlanPart
from core import billing_facts as facts
from core.billing import Held, Standing
from core.chat import Audience, Button, Reply, Style
from core.identity import Account
from core.work import Work

CANCEL = button("Cancel plan", verbs.Plan(PlanPart.CANCEL))
KEEP = button("Keep current plan", verbs.Plan(PlanPart.KEEP))
FIX = button("Fix on the web", verbs.Plan(PlanPart.WEB), Style.PRIMARY)
ALL = Button("All subscriptions", "subscriptions")
Rows = tuple[tuple[Button, ...], ...]


def plan_screen(work: Work, reader: Account, platform: str, *, said: str = "") -> Reply:
    """The plan, what is used of it, what is paid, and what can be done. `said`: what is said
    first."""
    if not work.sales.on:
        return replace(refused("off"), audience=Audience.HERE)
    standing = work.billing.standing(reader.id)
    sold = sells_on(work, platform)
    text = [said, state(work, standing, reader, priced=sold)]
    if not sold:
        text.append("Plans are managed elsewhere.")
    return Reply(
        title=f"Your plan: {standing.plan.title}",
        text="\n".join(filter(None, text)),
        items=usage(standing.plan, standing.usage),
        buttons=_rows(work, standing, reader) if sold else _unsold(standing),
        audience=Audience.HERE,
    )


def _unsold(standing: Standing) -> Rows:
    """Where nothing may be sold: ending what is paid sells nothing."""
    held = standing.current
    running = held is not None and not held.subscription.cancel_at_period_end
    return ((CANCEL, REFRESH),) if running else ((REFRESH,),)


def _rows(work: Work, standing: Standing, reader: Account) -> Rows:
    held = standing.current
    if held is None:
        past = bool(work.billing.held(reader.id))
        return ((TO_PLANS,), (REFRESH, ALL) if past else (REFRESH, OPEN_TASKS))
    telling = work.profile.tells_renewals(reader.id)
    label = "No renewal messages" if telling else "Tell me of renewals"
    renewals = button(label, verbs.Plan(PlanPart.RENEWALS, "off" if telling else "on"))
    return (_first(held), (WEB, REFRESH), (ALL, renewals))


def _first(held: Held) -> tuple[Button, ...]:
    sub = held.subscription
    if sub.status == facts.PAST_DUE:
        return (FIX, *(() if sub.cancel_at_period_end else (CANCEL,)))
    if sub.cancel_at_period_end:
        return (replace(RESUME, label=f"Resume {titled(held)}"[:40], style=Style.PRIMARY),)
    if sub.pending_product_id:
        return KEEP, CHANGE, CANCEL
    if sub.status == facts.PAUSED:
        return replace(RESUME, label=f"Resume {titled(held)}"[:40], style=Style.PRIMARY), CANCEL
    return (CHANGE, CANCEL) if sub.status in {facts.ACTIVE, facts.TRIALING} else (CANCEL,)
