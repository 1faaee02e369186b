"""A card drawn again, as its task is now and as the readers of a chat may see it."""

from __future__ import annotations

from bot.added import still_new
from bot.card_page import card_on
from bot.cards import card
from bot.language import _, speaking
from core.chat import Audience, Card, Fact, Reply
from core.identity import Account
from core.reading import BY_ID, read_task
from core.task import Task
from core.undo import Undo
from core.work import Work


def drawn(work: Work, task: int, chat_id: int, *, undo: bool) -> Reply | None:
    """A card as the readers of a chat may see it: in a group, in its owner's language. `undo`: with
    a button for what its reader did last, if it was done to this task."""
    chat = work.chats.by_id(chat_id)
    reader = None if not chat.private else work.accounts.of_chat(chat_id)
    if chat.private and reader is None:
        return None
    row = work.run(BY_ID, {"task": task, "viewer": reader.id if reader else 0}).one()
    found = read_task(row)
    owner = work.accounts.get(found.owner)
    with speaking((reader or owner).language):
        if reader is None and found.chat != chat_id:
            return Reply(text=_("This task is not shared here any more."), audience=Audience.HERE)
        change = Undo(work).standing(reader.id, task) if undo and reader else 0
        deleted = row.deleted_at is not None
        shown = _shown(work, found, reader, owner, deleted=deleted, change=change)
        return card_on(work, chat.address.platform, still_new(work, shown, found, reader))


def _shown(
    work: Work,
    found: Task,
    reader: Account | None,
    owner: Account,
    *,
    deleted: bool,
    change: int,
) -> Reply:
    """`reader`: whose chat it is; None in a group."""
    if deleted:
        return Reply(
            title=found.title,
            struck=True,
            facts=(Fact(_("Deleted")),),
            audience=Audience.HERE,
            card=Card(found.public_id, found.revision),
        )
    if reader is not None and reader.id not in {found.owner, found.assignee}:
        return Reply(text=_("This task is no longer yours."), audience=Audience.HERE)
    return card(found, reader or owner, work.now, shared=reader is None, change=change)
