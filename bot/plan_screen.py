"""What somebody's plan looks like: drawn when they ask, and when a step has ended."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.plan_refusals import change, on_the_web, open_tasks, refresh, refused, resume, to_plans
from bot.plan_words import state, titled, usage
from bot.selling import sells_on
from bot.verbs import PlanPart
from core import billing_facts as facts
from core.billing import Held, Standing
from core.chat import Audience, Button, Reply, Style
from core.identity import Account
from core.work import Work

Rows = tuple[tuple[Button, ...], ...]


def cancel() -> Button:
    return button(_("Cancel plan"), verbs.Plan(PlanPart.CANCEL))


def keep() -> Button:
    return button(_("Keep current plan"), verbs.Plan(PlanPart.KEEP))


def fix() -> Button:
    return button(_("Fix on the web"), verbs.Plan(PlanPart.WEB), Style.PRIMARY)


def all_of_them() -> Button:
    return Button(_("All subscriptions"), "subscriptions")


def resume_it(held: Held) -> Button:
    label = _("Resume {plan}", plan=titled(held))
    return replace(resume(), label=label[:40], style=Style.PRIMARY)


def plan_screen(work: Work, reader: Account, platform: str, *, said: str = "") -> Reply:
    """The plan, what is used of it, what is paid, and what can be done. `said`: what is said
    first."""
    if not work.sales.on:
        return replace(refused("off"), audience=Audience.HERE)
    standing = work.billing.standing(reader.id)
    sold = sells_on(work, platform)
    text = [said, state(work, standing, reader, priced=sold)]
    if not sold:
        text.append(_("Plans are managed elsewhere."))
    return Reply(
        title=_("Your plan: {plan}", plan=standing.plan.title),
        text="\n".join(filter(None, text)),
        items=usage(standing.plan, standing.usage),
        buttons=_rows(work, standing, reader) if sold else _unsold(standing),
        audience=Audience.HERE,
    )


def _unsold(standing: Standing) -> Rows:
    """Where nothing may be sold: ending what is paid sells nothing."""
    held = standing.current
    running = held is not None and not held.subscription.cancel_at_period_end
    return ((cancel(), refresh()),) if running else ((refresh(),),)


def _rows(work: Work, standing: Standing, reader: Account) -> Rows:
    held = standing.current
    if held is None:
        past = bool(work.billing.held(reader.id))
        return ((to_plans(),), (refresh(), all_of_them()) if past else (refresh(), open_tasks()))
    telling = work.profile.tells_renewals(reader.id)
    label = _("No renewal messages") if telling else _("Tell me of renewals")
    renewals = button(label, verbs.Plan(PlanPart.RENEWALS, "off" if telling else "on"))
    return (_first(held), (on_the_web(), refresh()), (all_of_them(), renewals))


def _first(held: Held) -> tuple[Button, ...]:
    sub = held.subscription
    if sub.status == facts.PAST_DUE:
        return (fix(), *(() if sub.cancel_at_period_end else (cancel(),)))
    if sub.cancel_at_period_end:
        return (resume_it(held),)
    if sub.pending_product_id:
        return keep(), change(), cancel()
    if sub.status == facts.PAUSED:
        return resume_it(held), cancel()
    return (change(), cancel()) if sub.status in {facts.ACTIVE, facts.TRIALING} else (cancel(),)
