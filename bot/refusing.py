"""What is said to somebody whose command was refused: in words, and in the way that loses least."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, turn_card
from bot.errors import explain
from bot.fields import with_problem
from bot.grammar import fits
from bot.language import _
from bot.plan_limits import limited
from bot.stale import stale
from bot.turn import Turn
from core.app_links import VALID_FOR
from core.chat import Hint, Kind, Link, Reply
from core.errors import (
    CodeRefused,
    NothingToUndo,
    NotUnderstood,
    PlanLimit,
    RateLimited,
    Refusal,
    Stale,
    UnknownPerson,
    WrongPlace,
)
from core.task import Ref, Task
from core.work import Work

_OF_WORDS = frozenset({"filter", "digest", "quiet hours", "preset", "setting"})
"""What takes words for which a task may begin, too: `digest the report`."""


def refused_in_words(work: Work, turn: Turn, refusal: Refusal) -> Reply:
    """A refusal in words, in the way that loses least."""
    kind = turn.inbound.kind
    if isinstance(refusal, Stale):
        return stale(work, turn, refusal)
    if isinstance(refusal, WrongPlace) and turn.inbound.address.platform == "slack":
        refusal = replace(refusal, sign=f"{work.site.slack_command} ".lstrip())
    reply = limited(work, turn, refusal) if isinstance(refusal, PlanLimit) else explain(refusal)
    reply = _with_way_on(work, turn, refusal, reply)
    if isinstance(refusal, NothingToUndo) and (shown := _shown(work, turn)) is not None:
        return replace(turn_card(turn, shown, said=reply.toast), toast=reply.toast)
    if kind is Kind.FORM:
        return with_problem(work, turn, refusal, reply)
    if kind is Kind.PRESS and reply.toast:
        return Reply(toast=reply.toast)
    if kind is Kind.TEXT and not isinstance(refusal, RateLimited):
        return reply  # the question stays open: the next line is another try
    return replace(reply, fresh=True, toast="")


def _with_way_on(work: Work, turn: Turn, refusal: Refusal, reply: Reply) -> Reply:
    """The words with what may have been wanted instead, which the refusal alone does not know."""
    match refusal:
        case NotUnderstood(what=what) if what in _OF_WORDS:
            return or_a_task(turn, reply)
        case UnknownPerson():
            return _or_a_new_task(turn, reply)
        case CodeRefused() if turn.inbound.line.startswith("start l_"):
            text = _(
                "That link has expired (they last {minutes} minutes). Here is a new one.",
                minutes=int(VALID_FOR.total_seconds()) // 60,
            )
            return replace(reply, text=text, hints=())
        case WrongPlace() if way := turn.inbound.entrance or _telegram(work, turn):
            return replace(reply, buttons=((Link(_("Open DM"), way),),))
        case _other:
            return reply


def _telegram(work: Work, turn: Turn) -> str:
    """The way to the private chat there, where the answer may be read in the group as well."""
    return work.site.telegram_chat() if turn.inbound.address.platform == "telegram" else ""


def or_a_task(turn: Turn, reply: Reply) -> Reply:
    """What began like a command, and was perhaps meant as a task: `cancel the newspaper`."""
    if turn.inbound.kind is not Kind.ADDRESSED or " " not in turn.inbound.line:
        return reply
    hint = Hint(f"add {turn.inbound.line}", _("if you meant a task"))
    return replace(reply, hints=(*reply.hints, hint))


def _or_a_new_task(turn: Turn, reply: Reply) -> Reply:
    """Plain text where a name was asked for was perhaps the next task: a press adds it, and ends
    the question."""
    add = verbs.Add(turn.inbound.line)
    if turn.inbound.kind is not Kind.TEXT or "\n" in add.text:
        return reply
    if not fits(add):
        hint = Hint(f"add {add.text}", _("if you meant a task"))
        return replace(reply, hints=(*reply.hints, hint))
    return replace(reply, buttons=((button(_("Add it as a task"), add),),))


def _shown(work: Work, turn: Turn) -> Task | None:
    """The task on whose card a button was pressed."""
    shown = work.cards.shown_by(turn.chat.id, turn.inbound.message) if turn.pressed else None
    try:
        return work.tasks.get(turn.actor, Ref(public_id=shown)) if shown else None
    except Refusal:
        return None
