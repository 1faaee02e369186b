"""The time zone, and what becomes of the dates when it is another."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.forms import one_line_form
from bot.language import _
from bot.turn import Turn, commands
from bot.zone_names import zones_like
from bot.zone_words import first_zone, moved, to_settings, zone_set
from core.chat import Audience, Question, Reply
from core.errors import NotUnderstood
from core.work import Work

_CHOICES = 8


@commands.on(verbs.Timezone, aliases=("tz", "zone"), usage="Berlin")
def timezone(work: Work, turn: Turn, command: verbs.Timezone) -> Reply:
    said = command.zone.strip()
    if not said:
        hint = _("A city, or a name such as Europe/Berlin")
        asked = Question("zone", _("Time zone"), value=turn.account.timezone, help=hint)
        return Reply(form=one_line_form("timezone", _("Your time zone"), asked))
    found = zones_like(said)
    if len(found) != 1:
        if not found:
            raise NotUnderstood("time zone", said, "a city or a zone such as Europe/Berlin")
        choices = tuple((button(each, verbs.Timezone(each)),) for each in found[:_CHOICES])
        return Reply(
            text=_('Which "{said}"?', said=said), buttons=choices, fresh=_on_card(work, turn)
        )
    old = turn.account.timezone
    work.profile.set_timezone(turn.account.id, found[0])
    actor, on_card = turn.actor, _on_card(work, turn)
    if on_card:  # which is drawn anew, too
        actor = replace(actor, replaces="")
    told = zone_set(work, actor.account, old) if old else first_zone(work, actor)
    return replace(told, fresh=on_card, audience=Audience.PRIVATE)


def _on_card(work: Work, turn: Turn) -> bool:
    """Whether the button stood on a task's card, which stays."""
    return turn.pressed and work.cards.shown_by(turn.chat.id, turn.inbound.message) is not None


@commands.on(verbs.MoveZone, hidden=True)
def move_zone(work: Work, turn: Turn, command: verbs.MoveZone) -> Reply:
    return moved(work, turn.actor, command.old) or Reply(
        text=_("There is nothing to move any more."), buttons=(to_settings(),)
    )
