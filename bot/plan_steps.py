"""What a command about a plan begins with, and how it waits for Polar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.language import _
from bot.selling import sells_on
from bot.turn import Turn
from core import newcomers
from core.billing import Held
from core.chat import Reply
from core.errors import BillingRefused
from core.limits import Limit
from core.work import Work

ASKED = Limit("billing.ask", 30, timedelta(minutes=10), "questions about your plan")
"""How often somebody may make us ask Polar, which takes 500 calls a minute from all of us together
(its docs)."""


def sold_here(work: Work, turn: Turn) -> None:
    """Raises `BillingRefused` where nothing is sold: at all, or on this platform."""
    if not work.sales.on:
        raise BillingRefused("off")
    if not sells_on(work, turn.identity.platform):
        raise BillingRefused("hidden")


def current(work: Work, turn: Turn) -> Held:
    """The subscription that counts, for whoever may change it. Raises `BillingRefused` (`off`,
    `none`), and `LinkRefused` as `newcomers.may_pay` does."""
    if not work.sales.on:
        raise BillingRefused("off")
    held = work.billing.current(turn.account.id)
    if held is None:
        raise BillingRefused("none")
    newcomers.may_pay(work, turn.identity)
    return held


def one_moment(work: Work, turn: Turn, kind: str, facts: Mapping[str, str], doing: str) -> Reply:
    """Begin a step; its answer is edited to what comes of it (`bot/billing_jobs.py`). Raises
    `BillingRefused` (`pending`)."""
    pressed = turn.inbound.message if turn.pressed else ""
    step = work.steps.ask(turn.identity, kind, facts, pressed)
    return Reply(
        text=_("One moment: {doing}", doing=doing), toast=_("One moment."), step=step.public_id
    )
