"""A plan that allows no more: with how much there is, and with what was typed: nothing is lost."""

from __future__ import annotations

from dataclasses import replace

from bot.language import _
from bot.plan_refusals import full
from bot.turn import Turn
from core.chat import Kind, Reply
from core.entitlements import Usage
from core.errors import PlanLimit
from core.work import Work

SAID_BACK = 1500
"""Characters of what was typed that are said back: on Slack a command is gone once it is sent."""


def limited(work: Work, turn: Turn, refusal: PlanLimit) -> Reply:
    """The refusal, for whoever met it."""
    if refusal.account not in {0, turn.account.id}:
        return _of_somebody_else()
    usage = work.entitlements.usage(turn.account.id)
    reply = full(refusal.what, refusal.plan, refusal.limit, _used(usage, refusal.what))
    line = turn.inbound.line.strip()
    if turn.inbound.kind not in {Kind.PRESS, Kind.FORM} and " " in line:
        wrote = _("You wrote: {text}", text=line[:SAID_BACK])
        reply = replace(reply, text=f"{reply.text}\n{wrote}")
    return reply


def _of_somebody_else() -> Reply:
    """How full the owner's plan is, is theirs to know."""
    text = _("That is more than its owner's plan allows, so nothing was changed.")
    return Reply(text=text, toast=text)


def _used(usage: Usage, what: str) -> int:
    counts = {
        "open tasks": usage.open_tasks,
        "categories": usage.categories,
        "people": usage.assignees,
    }
    return counts[what]
