"""Which reaction makes tasks in a channel, and what comes of one."""

from __future__ import annotations

import re

from bot import verbs
from bot.guards import Guard
from bot.language import _
from bot.turn import Turn, commands
from core.chat import Audience, Hint, Reply
from core.errors import NotUnderstood
from core.limits import REACT
from core.work import Work

_NAME = re.compile(r":?([a-z0-9_+'-]{1,60}):?")
"""As Slack names them."""


@commands.on(verbs.React, hidden=True, guards=lambda _: (Guard(REACT),))
def react(work: Work, turn: Turn, command: verbs.React) -> Reply:
    quoted = turn.inbound.quoted
    if quoted is None or not quoted.message:
        return Reply(text=_("Put the reaction under the message that it is about."))
    work.put_in_chat(
        turn.chat.id,
        name="react",
        id=f"react:{turn.inbound.key}",
        payload={
            "identity": turn.identity.id,
            "message": quoted.message,
            "on": command.on,
            "at": int(turn.now.timestamp()),
        },
    )
    return Reply()


@commands.on(verbs.Reactions, aliases=("reaction",), usage=":pushpin:")
def reactions(work: Work, turn: Turn, command: verbs.Reactions) -> Reply:
    if turn.identity.platform != "slack" or not work.site.reactions:
        return Reply(text=_("Nobody tells me of reactions here."))
    if turn.private:
        return Reply(text=_("Say that in the channel in which a reaction is to make tasks."))
    said = command.name_of.strip().lower()
    if not said:
        return _chosen(work.chats.reaction(turn.chat.id))
    if said in verbs.NO:
        work.chats.choose_reaction(turn.chat.id, "")
        return _here(_("From now on reactions make no tasks in this channel."))
    found = _NAME.fullmatch(said)
    if found is None:
        raise NotUnderstood("reaction", said, ":pushpin:, off")
    work.chats.choose_reaction(turn.chat.id, found[1])
    return _here(
        _(
            "From now on, whoever puts :{name}: under a message in this channel gets it as a task "
            "of their own. I answer with a check; who takes the reaction away within 10 minutes "
            "takes the task back.",
            name=found[1],
        )
    )


def _chosen(name: str) -> Reply:
    if not name:
        return Reply(
            text=_("No reaction makes tasks in this channel."),
            hints=(Hint("reactions :pushpin:", _("to choose one")),),
        )
    text = _(":{name}: makes a task of a message in this channel.", name=name)
    return Reply(text=text, hints=(Hint("reactions off"),))


def _here(text: str) -> Reply:
    """Everybody in the channel may want to know."""
    return Reply(text=text, audience=Audience.HERE)
