"""Lists, page by page."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import item
from bot.filters import SHARE, Wanted, read
from bot.grammar import Command, fits, straight, to_line
from bot.language import N_, _, ngettext
from bot.paging import LAST_PAGE, At, at, how_far_back, rows, titled, turning
from bot.turn import EVERYWHERE, Turn, commands
from core.chat import Audience, Button, Hint, Reply
from core.lists import Filter, Page
from core.work import Work

_SHORTCUTS = (
    (N_("Open"), ""),
    (N_("Today"), "today"),
    (N_("Overdue"), "overdue"),
    (N_("Finished"), "done"),
)


@commands.on(
    verbs.List,
    aliases=("ls", "tasks"),
    usage=N_("[today | overdue | done | #home]"),
    menu=EVERYWHERE,
)
def list_tasks(work: Work, turn: Turn, command: verbs.List) -> Reply:
    wanted = read(work, turn, straight(command.which).strip())
    where = at(turn, command.page, command.by)
    found = work.lists.page(
        turn.account.id, wanted.filter, skip=where.skip, most=where.size, by_due=True
    )
    if not found.tasks and where.page > 1:
        return list_tasks(work, turn, verbs.List(command.which, by=command.by))
    if not found.tasks:
        return _empty(work, turn, wanted, found)
    if wanted.shared and not turn.private:
        return _for_everybody(turn, wanted, where, found)
    return Reply(
        title=titled(wanted.name, where, found),
        text=how_far_back(work, turn, found),
        items=rows(turn, where, found),
        hints=_share_hint(turn, wanted),
        buttons=_navigation(turn, wanted.said, where, found),
    )


def _empty(work: Work, turn: Turn, wanted: Wanted, found: Page) -> Reply:
    if not wanted.said:
        return _nothing_open(turn)
    opened = work.lists.page(turn.account.id, Filter(), most=1).total
    nothing = _('Nothing matches "{filter}".', filter=wanted.said)
    have = _("You have no open tasks.")
    if opened:
        have = ngettext("You have {n} open task.", "You have {n} open tasks.", opened)
    text = f"{nothing} {have} {how_far_back(work, turn, found)}".strip()
    return Reply(text=text, buttons=((Button(_("Show all"), "list"),),))


def _nothing_open(turn: Turn) -> Reply:
    if turn.private:
        text = _(
            "No open tasks. Send me a line of text to add one, for example: Buy milk tomorrow 5pm"
        )
        return Reply(text=text)
    text = _("No open tasks. Send me a line of text to add one, for example:")
    return Reply(text=text, hints=(Hint(_("add Buy milk tomorrow 5pm")),))


def _for_everybody(turn: Turn, wanted: Wanted, where: At, found: Page) -> Reply:
    """A page as everybody in a group may read it: without the reader's own numbers, and nothing to
    press, since what is on it may be nobody else's."""
    shown = [replace(each, number=0) for each in found.tasks]
    items = [item(task, turn.now, turn.now.date(), 1) for task in shown]
    title = titled(wanted.name, where, found)
    return Reply(
        title=_("{name}: {title}", name=turn.account.name, title=title),
        items=tuple(replace(each, button=None) for each in items),
        audience=Audience.HERE,
        fresh=True,
    )


def _share_hint(turn: Turn, wanted: Wanted) -> tuple[Hint, ...]:
    """How to show it to the group in which it was asked, where the answer goes to another chat."""
    if turn.private or turn.inbound.forms:
        return ()
    line = to_line(verbs.List(f"{wanted.said} {SHARE}".strip()))
    said = _("in {group}: shows it to everybody there", group=turn.chat.title or _("the group"))
    return (Hint(line, said),)


def _navigation(turn: Turn, said: str, where: At, found: Page) -> tuple[tuple[Button, ...], ...]:
    def to(page: int, size: int | None) -> Command:
        return verbs.List(said, page=min(page, LAST_PAGE), by=size)

    def button(label: str, command: Command) -> tuple[Button, ...]:
        return (Button(label, to_line(command)),) if fits(command) else ()

    views = [
        Button(_(label), to_line(verbs.List(which))) for label, which in _SHORTCUTS if which != said
    ]
    here = not turn.private and turn.inbound.forms
    last = (
        *button(_("Filter"), verbs.Narrow(said)),
        *button(_("Change all"), verbs.Bulk(which=said)),
        *(button(_("Share here"), verbs.List(f"{said} {SHARE}".strip())) if here else ()),
        *button(_("Close"), verbs.Close(_("List closed."))),
    )
    return tuple(row for row in (turning(where, found, to), tuple(views), last) if row)
