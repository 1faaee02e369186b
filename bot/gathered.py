"""What a chat is told at once: a notice as it is, or several in one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot import verbs
from bot.cards import button
from bot.fewer import fewer
from bot.language import _, ngettext
from bot.notices import said, told
from bot.plan_notices import shown_already
from bot.verbs import About
from bot.words import cut
from core.chat import Audience, Button, Item, Reply
from core.events import TaskDue
from core.identity import Account, Identity
from core.notices import Notice
from core.task import Ref
from core.work import Work

SHOWN = 10
"""Notices of one message; of the others it is said how many there are."""
TEXT_SHOWN = 160
"""Characters of each."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said, and the task that all of it is about; None for several."""

    reply: Reply
    task: int | None


def gathered(
    work: Work, notices: Sequence[Notice], reader: Account, identity: Identity, *, held: bool
) -> Saying | None:
    """The message for one chat, as things stand now; None where there is nothing to tell any more.
    `held`: it waited, and is not late."""
    found = []
    for each in _newest(notices):
        reply = told(work, each, reader, held=held)
        if reply is not None and not shown_already(work, each.event, identity.id):
            found.append((each, reply))
    if not found:
        return None
    if len(found) == 1:
        [(notice, reply)] = found
        return Saying(reply, notice.task)
    return Saying(_together(work, found, reader), None)


def _newest(notices: Sequence[Notice]) -> list[Notice]:
    """Of several reminders of one task the last: they all say how things stand now."""
    newest = {
        (each.event.task, "due") if isinstance(each.event, TaskDue) else (each.id, ""): each
        for each in notices
    }
    return list(newest.values())


def _together(work: Work, found: Sequence[tuple[Notice, Reply]], reader: Account) -> Reply:
    only_due = all(isinstance(notice.event, TaskDue) for notice, _reply in found)
    total = len(found)
    title = (
        ngettext("{n} reminder", "{n} reminders", total)
        if only_due
        else ngettext("{n} notice", "{n} notices", total)
    )
    more = total - SHOWN
    text = ngettext("{n} more is in your inbox.", "{n} more are in your inbox.", more)
    shown = enumerate(found[:SHOWN], 1)
    rows = [_row(work, notice, reply, n, reader.zone) for n, (notice, reply) in shown]
    last = (
        Button(_("All tasks"), "list"),
        Button(_("Inbox"), "inbox"),
        fewer(About.REMINDERS if only_due else About.NEWS),
    )
    return Reply(
        title=title,
        text=text if more > 0 else "",
        items=tuple(rows),
        buttons=(last,),
        silent=all(reply.silent for _notice, reply in found),
        audience=Audience.HERE,
    )


def _row(work: Work, notice: Notice, reply: Reply, place: int, zone: tzinfo) -> Item:
    whole = reply.text if isinstance(notice.event, TaskDue) else said(notice, zone)[1]
    text = cut(whole, TEXT_SHOWN)
    task = work.tasks.for_account(notice.account, notice.task) if notice.task else None
    if task is None:
        return Item(text)
    return Item(text, button=button(str(place), verbs.Show(Ref(public_id=task.public_id))))
