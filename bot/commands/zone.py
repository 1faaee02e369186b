"""The time zone, of somebody or of one chat of theirs, and what becomes of the dates when it is
another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.forms import one_line_form
from bot.grammar import Command
from bot.language import _
from bot.turn import Turn, commands
from bot.zone_names import zones_like
from bot.zone_words import first_zone, moved, to_settings, zone_set, zone_set_here
from core.chat import Audience, Question, Reply
from core.errors import LinkRefused, NotUnderstood
from core.work import Work

_CHOICES = 8
_HERE = frozenset({"here", "hier"})


@commands.on(verbs.Timezone, aliases=("tz", "zone"), usage="Berlin")
def timezone(work: Work, turn: Turn, command: verbs.Timezone) -> Reply:
    said = command.zone.strip()
    first, _space, rest = said.partition(" ")
    if first.lower() in _HERE:
        return zone_here(work, turn, verbs.ZoneHere(rest))
    if not said:
        hint = _("A city, or a name such as Europe/Berlin")
        asked = Question("zone", _("Time zone"), value=turn.account.timezone, help=hint)
        return Reply(form=one_line_form("timezone", _("Your time zone"), asked))
    found = _zones(said, "time zone")
    if len(found) > 1:
        return _which(work, turn, said, found, verbs.Timezone)
    old = turn.account.timezone
    work.profile.set_timezone(turn.account.id, found[0])
    actor, on_card = turn.actor, _on_card(work, turn)
    if on_card:  # which is drawn anew, too
        actor = replace(actor, replaces="")
    told = zone_set(work, actor.account, old) if old else first_zone(work, actor)
    return replace(told, fresh=on_card, audience=Audience.PRIVATE)


@commands.on(verbs.ZoneHere, usage="Tokyo", hidden=True)
def zone_here(work: Work, turn: Turn, command: verbs.ZoneHere) -> Reply:
    said = command.here.strip()
    if not said:
        hint = _("A city; or off, for your own time zone")
        asked = Question("here", _("Time zone"), value=turn.identity.timezone, help=hint)
        return Reply(form=one_line_form("zone-here", _("Time zone here"), asked))
    found = _read_here(said)
    if len(found) > 1:
        return _which(work, turn, said, found, verbs.ZoneHere)
    _keep_here(work, turn, found[0])
    return zone_set_here(replace(turn.account, here=found[0]), turn.now)


def set_here(work: Work, turn: Turn, said: str) -> None:
    """What a form says; empty for no zone of this chat's own. Raises `NotUnderstood`, also for a
    city that is in several zones."""
    found = _read_here(said or "off")
    if len(found) > 1:
        raise NotUnderstood("time zone here", said, ", ".join(found))
    _keep_here(work, turn, found[0])


def _read_here(said: str) -> Sequence[str]:
    """The zones that may be meant; the empty one for none of this chat's own."""
    return ("",) if said.lower() in verbs.NO else _zones(said, "time zone here")


def _keep_here(work: Work, turn: Turn, zone: str) -> None:
    if not work.profile.set_timezone_here(turn.account.id, turn.identity.id, zone):
        raise LinkRefused("gone")  # the chat just left the account


def _zones(said: str, what: str) -> Sequence[str]:
    found = zones_like(said)
    if not found:
        raise NotUnderstood(what, said, "a city or a zone such as Europe/Berlin")
    return found


def _which(
    work: Work, turn: Turn, said: str, found: Sequence[str], then: Callable[[str], Command]
) -> Reply:
    choices = tuple((button(each, then(each)),) for each in found[:_CHOICES])
    return Reply(text=_('Which "{said}"?', said=said), buttons=choices, fresh=_on_card(work, turn))


def _on_card(work: Work, turn: Turn) -> bool:
    """Whether the button stood on a task's card, which stays."""
    return turn.pressed and work.cards.shown_by(turn.chat.id, turn.inbound.message) is not None


@commands.on(verbs.MoveZone, hidden=True)
def move_zone(work: Work, turn: Turn, command: verbs.MoveZone) -> Reply:
    return moved(work, turn.actor, command.old) or Reply(
        text=_("There is nothing to move any more."), buttons=(to_settings(),)
    )
