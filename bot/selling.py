"""Where nothing may be sold: `TELEGRAM_BILLING=hidden` takes prices and shop windows out of a
platform's chats, and leaves the plan itself."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.grammar import GrammarError
from bot.language import N_, _
from bot.reading import parse
from bot.verbs import PlanPart
from core.chat import Button, Link, Reply
from core.work import Work

_SELLING_PARTS = frozenset(PlanPart) - {
    PlanPart.SHOW,
    PlanPart.CANCEL,
    PlanPart.REFRESH,
    PlanPart.RENEWALS,
}
OR_SEE_PLANS = N_(", or see plans")


def sells_on(work: Work, platform: str) -> bool:
    """Whether prices may be shown and things sold on this platform."""
    return platform not in work.sales.hidden


def sells(part: PlanPart) -> bool:
    """Whether this leads to something that is paid for."""
    return part in _SELLING_PARTS


def as_sold_on(work: Work, platform: str, reply: Reply) -> Reply:
    """The reply as this platform may show it: without the ways to a purchase, where it sells
    nothing."""
    if sells_on(work, platform):
        return reply
    rows = (tuple(each for each in row if not _leads_on(each)) for row in reply.buttons)
    return replace(
        reply,
        text=reply.text.replace(_(OR_SEE_PLANS), ""),
        buttons=tuple(row for row in rows if row),
    )


def _leads_on(button: Button | Link) -> bool:
    if isinstance(button, Link):
        return False
    try:
        command = parse(button.line)
    except GrammarError:
        return False
    match command:
        case verbs.Plans() | verbs.ChangePlan() | verbs.ResumePlan():
            return True
        case verbs.Plan(part=part):
            return sells(part)
        case _:
            return False
