"""Look at the details of a task that is shown below a link."""

from __future__ import annotations

from bot import verbs
from bot.cards import turn_card
from bot.errors import explain
from bot.guards import Guard
from bot.language import _
from bot.panes import details
from bot.turn import Turn, commands
from core.chat import Pane, Reply
from core.errors import NoSuchTask
from core.limits import DETAILS
from core.work import Work


@commands.on(verbs.Details, hidden=True, guards=lambda _: (Guard(DETAILS),))
def look(work: Work, turn: Turn, command: verbs.Details) -> Reply:
    try:
        task = work.tasks.get(turn.actor, command.ref)
    except NoSuchTask as refusal:
        why = NoSuchTask(refusal.ref, linked=True)
        if not turn.inbound.pane:
            raise why from None
        return Reply(pane=Pane(title=_("Not yours to see"), text=explain(why).text))
    if not turn.inbound.pane:  # typed
        return turn_card(turn, task)
    return Reply(pane=details(work, turn, task))
