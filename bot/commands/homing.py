"""The Home tab, where the platform has one."""

from __future__ import annotations

from bot import verbs
from bot.commands.lists import list_tasks
from bot.door import entrance
from bot.on_home import tab
from bot.turn import Turn, commands
from core.chat import Reply
from core.work import Work

LAST_PAGE = 1000
"""Further on, nobody has tasks (`core.task.OPEN_LIMIT`)."""


@commands.on(verbs.Home, hidden=True, outside=True)
def home(work: Work, turn: Turn, command: verbs.Home) -> Reply:
    if turn.outside:
        return entrance(work)
    page = max(1, min(command.page or 1, LAST_PAGE))
    if not turn.inbound.home:  # typed
        return list_tasks(work, turn, verbs.List(page=page))
    return Reply(home=tab(work, turn, page))
