"""What those who left a group had to do there."""

from __future__ import annotations

from bot import verbs
from bot.language import _
from bot.leavers import message
from bot.turn import Turn, commands
from bot.words import cut
from core.chat import Audience, Reply
from core.errors import NoSuchTask
from core.work import Work

TITLE_SHOWN = 60


@commands.on(verbs.ToClaim)
def to_claim(work: Work, turn: Turn, command: verbs.ToClaim) -> Reply:
    """Everybody there reads it: it is of the group's own tasks."""
    if turn.private:
        return Reply(text=_("Say that in the group that they left."))
    said = ""
    if command.ref is not None:
        if not turn.belongs_here(work.tasks.get(turn.actor, command.ref)):
            raise NoSuchTask(str(command.ref))  # perhaps their own, and not for all to read
        task = work.answers.claim(turn.actor, command.ref)
        title = cut(task.title, TITLE_SHOWN)
        said = _('{name} takes "{title}".', name=turn.account.name, title=title)
        if not task.status.open:
            said = _('"{title}" is finished.', title=title)
    page, unasked = command.page or 1, command.told is True
    shown = message(work, turn.chat.id, said=said, page=page, unasked=unasked)
    if shown is None:
        nothing = said or _("Nothing here waits for somebody new.")
        return Reply(text=nothing, audience=Audience.HERE, silent=True)
    return shown
