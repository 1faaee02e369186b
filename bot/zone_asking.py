"""Where somebody is, asked once: with their first time of day, while the task is kept as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.cards import button
from bot.grammar import Command, fits
from bot.language import _
from bot.turn import Turn
from bot.zone_names import city, likely
from core.chat import Button, Hint, Reply
from core.naming import is_unmet
from core.work import Work

HINT = "timezone Berlin"
"""Of a reply with a time of day, to somebody of whom no zone is known (`bot.outcomes`)."""
LOOKED_UP = timedelta(minutes=2)
"""After somebody's first message, when their platform has told who they are, or can't: a job takes
its turn among others."""


def ask_once(work: Work, turn: Turn, reply: Reply) -> Reply:
    """The reply with the question, in place of the hint at it: in a group the hint stays."""
    # Not in a pane, which has no room for its buttons: it is asked but once.
    if not turn.private or turn.inbound.pane or all(each.line != HINT for each in reply.hints):
        return reply
    hints = tuple(each for each in reply.hints if each.line != HINT)
    return ask_for(work, turn, replace(reply, hints=hints), verbs.Timezone)


def ask_for(work: Work, turn: Turn, reply: Reply, then: Callable[[str], Command]) -> Reply:
    """The reply with the question, where it is to be asked. `then`: what a zone's button does."""
    if not turn.private or turn.account.local:
        return reply
    if _is_said_in_a_moment(turn):
        return reply
    if not work.profile.ask_zone(turn.account.id):
        return reply
    asked = _("The time is UTC as long as I don't know where you are. Which is your time zone?")
    text = f"{reply.text} {asked}".strip()
    return replace(reply, text=text, buttons=(*reply.buttons, _places(turn, then)))


def _is_said_in_a_moment(turn: Turn) -> bool:
    """Whether their platform is being asked where they are: whoever wrote without a name is looked
    up once, as a job (`bot.jobs.Jobs.meet`)."""
    return is_unmet(turn.inbound.sender) and turn.now - turn.identity.linked_at < LOOKED_UP


def _places(turn: Turn, then: Callable[[str], Command]) -> tuple[Button, ...]:
    known = [button(city(each), _fitting(then, each)) for each in likely(turn.account.language)]
    return *known, button(_("Another"), verbs.Timezone())


def _fitting(then: Callable[[str], Command], zone: str) -> Command:
    whole = then(zone)
    return whole if fits(whole) else verbs.Timezone(zone)


def zone_hint() -> Hint:
    """How somebody says where they are."""
    return Hint(HINT, _("the hour is UTC until you say where you are"))


def with_zone(turn: Turn, reply: Reply) -> Reply:
    """A setting that goes by the clock, to somebody of whom no zone is known: it asks for it, and
    has the way there for good."""
    if turn.account.timezone:
        return reply
    *rows, last = reply.buttons
    way = button(_("Time zone"), verbs.Timezone())
    return replace(reply, hints=(zone_hint(),), buttons=(*rows, (*last, way)))
