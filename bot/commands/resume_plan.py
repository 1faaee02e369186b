"""Letting a plan go on: one that would end at once, one that is paused after the question, since it
is charged then."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.guards import Guard
from bot.language import _
from bot.plan_steps import ASKED, current, one_moment, sold_here
from bot.plan_words import titled
from bot.prices import UNKNOWN, paid_for
from bot.turn import Turn, Where, commands
from core import billing_facts as facts
from core.billing import Held
from core.chat import Reply, Style
from core.errors import BillingRefused
from core.work import Work


def resume(work: Work, turn: Turn, which: str) -> Reply:
    """What is cancelled goes on, and costs nothing more than before. Raises `BillingRefused`."""
    sold_here(work, turn)
    held = current(work, turn)
    if held.subscription.status == facts.PAUSED:
        return _really(turn, held)
    if not held.subscription.cancel_at_period_end:
        raise BillingRefused("not-cancelling")
    wanted = {"subscription": held.subscription.id}
    return one_moment(
        work, turn, "resume", wanted, _("I ask our payment partner Polar to let it go on.")
    )


@commands.on(
    verbs.ResumePlan,
    where=Where.PRIVATE,
    hidden=True,
    guards=lambda command: (Guard(ASKED),) if command.at else (),
)
def resume_plan(work: Work, turn: Turn, command: verbs.ResumePlan) -> Reply:
    sold_here(work, turn)
    held = current(work, turn)
    if held.subscription.status != facts.PAUSED:
        return resume(work, turn, "")
    if not stands(turn, command.at):
        asked = _really(turn, held)
        return replace(asked, toast=_(ASKED_AGAIN)) if command.at else asked
    wanted = {"subscription": held.subscription.id, "from": facts.PAUSED}
    return one_moment(
        work, turn, "resume", wanted, _("I ask our payment partner Polar to let it go on.")
    )


def _really(turn: Turn, held: Held) -> Reply:
    """What is charged, before anybody says yes."""
    title, cost = titled(held), paid_for(held.subscription)
    what = cost if cost != _(UNKNOWN) else _("what it costs")
    text = _(
        "{plan} is paused. It begins again at once, and a new period with it: {price} is charged "
        "now, the way you paid before.",
        plan=title,
        price=what,
    )
    yes = button(
        _("Resume {title} and pay now", title=title)[:40], verbs.ResumePlan(at=minutes(turn))
    )
    leave = button(_("Leave it paused"), verbs.Plan())
    return Reply(
        title=_("Resume {title}?", title=title),
        text=text,
        buttons=((replace(yes, style=Style.PRIMARY),), (leave,)),
    )
