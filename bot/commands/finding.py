"""Find tasks by their words."""

from __future__ import annotations

from functools import partial

from bot import verbs
from bot.grammar import Command, straight
from bot.language import N_, _
from bot.paging import At, at, how_far_back, rows, titled, turning
from bot.turn import IN_PRIVATE, Turn, commands
from core.chat import Button, Form, Hint, Kind, Question, Reply
from core.cleaning import clean
from core.lists import Page
from core.work import Work

SHOWN = 60
"""Characters of what was looked for that are said again."""


@commands.on(verbs.Find, aliases=("search",), usage=N_("milk"), menu=IN_PRIVATE)
def find(work: Work, turn: Turn, command: verbs.Find) -> Reply:
    said = " ".join(clean(straight(command.text)).split())
    if not said:
        hint = _("Words, or how they begin: milk")
        asked = Question("text", _("What are you looking for"), required=True, help=hint)
        return Reply(form=Form("find", _("Find tasks"), (asked,), _("Find")))
    where = at(turn, command.page, command.by)
    found = work.search.page(turn.account.id, said, skip=where.skip, most=where.size)
    if not found.tasks and where.page > 1:
        return find(work, turn, verbs.Find(said, by=command.by))
    if not found.tasks:
        return _nothing(work, turn, said, found)
    return _found(work, turn, said, where, found)


def _found(work: Work, turn: Turn, said: str, where: At, found: Page) -> Reply:
    name = _('Tasks with "{words}"', words=_short(said))
    again = (Button(_("Open tasks"), "list"), Button(_("Close"), "close"))
    pages = turning(where, found, partial(_to, said))
    return Reply(
        title=titled(name, where, found),
        text=how_far_back(work, turn, found),
        items=rows(turn, where, found),
        buttons=tuple(row for row in (pages, again) if row),
    )


def _to(said: str, page: int, size: int | None) -> Command:
    return verbs.Find(said, page=page, by=size)


def _nothing(work: Work, turn: Turn, said: str, found: Page) -> Reply:
    """Nothing has these words; what begins like the command was perhaps meant as a task."""
    nothing = _('No task of yours has "{words}".', words=_short(said))
    text = f"{nothing} {how_far_back(work, turn, found)}".strip()
    hints: tuple[Hint, ...] = ()
    if turn.inbound.kind is Kind.ADDRESSED:
        hints = (Hint(f"add {turn.inbound.line}", _("if you meant a task")),)
    return Reply(text=text, hints=hints, buttons=((Button(_("Open tasks"), "list"),),))


def _short(said: str) -> str:
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "\u2026"
