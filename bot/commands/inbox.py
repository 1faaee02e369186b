"""The inbox of notices."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.grammar import to_line
from bot.language import _
from bot.notices import said
from bot.turn import IN_PRIVATE, Turn, commands
from bot.words import cut, say_instant
from core.chat import Button, Item, Reply, Style
from core.errors import NoSuchNotice
from core.notices import NEWEST, UNREAD_SHOWN, Notice
from core.task import Ref
from core.work import Work

PAGE = 10
"""The original's popover shows as many (`parity.md` 1.3)."""


@commands.on(verbs.Inbox, aliases=("notices", "notifications"), usage="", menu=IN_PRIVATE)
def inbox(work: Work, turn: Turn, command: verbs.Inbox) -> Reply:
    below = command.below or NEWEST
    page = work.notices.page(turn.account.id, below=below, most=PAGE + 1)
    if not page:
        text = _("Your inbox is empty.") if below == NEWEST else _("There is nothing older.")
        return Reply(text=text, buttons=((Button(_("Open tasks"), "list"),),))
    unread = work.notices.unread(turn.account.id)
    count = f"{UNREAD_SHOWN}+" if unread > UNREAD_SHOWN else str(unread)
    items = tuple(_item(turn, each, place) for place, each in enumerate(page[:PAGE], 1))
    older = page[PAGE - 1].id if len(page) > PAGE else 0
    return Reply(
        title=_("Inbox, {count} unread", count=count) if unread else _("Inbox, all read"),
        items=items,
        buttons=_navigation(older, unread=bool(unread), newest=below == NEWEST),
    )


def _item(turn: Turn, notice: Notice, place: int) -> Item:
    at = say_instant(notice.created_at.astimezone(turn.account.zone), turn.today)
    when = at if notice.read else _("new - {when}", when=at)
    title, message = said(notice, turn.account.zone)
    return Item(
        cut(message or title, 100),
        when,
        button(str(place), verbs.Read(notice.id)),
    )


def _navigation(older: int, *, unread: bool, newest: bool) -> tuple[tuple[Button, ...], ...]:
    row = []
    if not newest:
        row.append(Button(_("Newest"), to_line(verbs.Inbox())))
    if older:
        row.append(Button(_("Older >"), to_line(verbs.Inbox(below=older))))
    last = [Button(_("Close"), to_line(verbs.Close(_("Inbox closed."))))]
    if unread:
        last.insert(0, Button(_("Mark all read"), to_line(verbs.Read())))
    return tuple(filter(None, (tuple(row), tuple(last))))


@commands.on(verbs.Read, usage="")
def read(work: Work, turn: Turn, command: verbs.Read) -> Reply:
    if not command.notice:
        work.notices.read_all(turn.account.id)
        return inbox(work, turn, verbs.Inbox())
    work.notices.read(turn.account.id, command.notice)
    notice = work.notices.get(command.notice)
    if notice is None:
        raise NoSuchNotice(str(command.notice))
    title, message = said(notice, turn.account.zone)
    row = [button(_("Delete"), verbs.Drop(notice.id), Style.DANGER)]
    task = work.tasks.for_account(turn.account.id, notice.task) if notice.task else None
    if task is not None:
        row.insert(0, button(_("Open task"), verbs.Show(Ref(public_id=task.public_id))))
    back = button(_("Back"), verbs.Inbox())
    return Reply(title=title, text=message, buttons=(tuple(row), (back,)))


@commands.on(verbs.Drop, hidden=True)
def drop(work: Work, turn: Turn, command: verbs.Drop) -> Reply:
    work.notices.delete(turn.identity, command.notice)
    return inbox(work, turn, verbs.Inbox())
