"""Somebody chooses whether they are asked before a task of theirs is shown below a link: after they
were, on the screen of all settings, or by typing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.preview_words import choices, say_habit, too_many
from bot.turn import Turn, commands
from bot.verbs import Previewed
from core.chat import Reply
from core.work import Work

_CHOOSE: Mapping[Previewed, Callable[[Work, int, int], None]] = {
    Previewed.HERE: lambda work, identity, chat: work.habits.show_in(identity, chat),
    Previewed.EVERYWHERE: lambda work, identity, chat: work.habits.show_everywhere(identity),
    Previewed.ASK: lambda work, identity, chat: work.habits.ask(identity),
    Previewed.ASK_HERE: lambda work, identity, chat: work.habits.ask_in(identity, chat),
    Previewed.PAUSE: lambda work, identity, chat: work.habits.pause(identity),
    Previewed.NEVER: lambda work, identity, chat: work.habits.never_ask(identity),
}
_OF_CHANNELS = frozenset({Previewed.HERE, Previewed.ASK_HERE})


@commands.on(verbs.Previews, usage="here | everywhere | ask | pause | never")
def previews(work: Work, turn: Turn, command: verbs.Previews) -> Reply:
    if turn.identity.platform != "slack":
        return Reply(text=_("Nobody tells me of links here."))
    if command.what is Previewed.SHOW:
        return _screen(work, turn)
    if turn.private and command.what in _OF_CHANNELS:
        return Reply(text=_("Say that in the channel that you mean."))
    _CHOOSE[command.what](work, turn.identity.id, turn.chat.id)
    return replace(_screen(work, turn), toast=_("Saved."))


def _screen(work: Work, turn: Turn) -> Reply:
    habit = work.habits.of(turn.identity.id, turn.chat.id)
    text = _(
        "When you post a link to a task in a channel, I show the task below it: what is the "
        "channel's at once, and what is your own once you agree. About what is somebody else's or "
        "another channel's I always ask, and so where people of another organisation read along."
    )
    now = _("Now: {value}", value=say_habit(turn, habit))
    back = (button(_("Back"), verbs.Settings()),)
    rows = (*choices(turn, habit), back)
    return Reply(title=_("Tasks below links"), text=f"{text}\n{now}", buttons=rows)


@commands.on(verbs.UnfurlNot, hidden=True)
def unfurl_not(work: Work, turn: Turn, command: verbs.UnfurlNot) -> Reply:
    enough = work.habits.refuse(turn.identity.id)
    return too_many() if enough else Reply(text=_("Not shown."))
