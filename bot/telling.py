"""What a job finds to say when it sends: queued authority is stale, so all is looked up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.cards import card
from bot.notices import told
from bot.plan_notices import shown_already
from bot.prompts import outcome
from bot.selling import as_sold_on
from bot.web_prompts import web_outcome
from core.addresses import Address
from core.chat import Audience, Button, Card, Fact, Reply, Style
from core.inbox import Undelivered
from core.offer import State
from core.ports import Payload
from core.reading import BY_ID, read_task
from core.work import Work


@dataclass(frozen=True, slots=True)
class Message:
    """What a job found to say, at the time of sending."""

    address: Address
    reply: Reply
    edit: str = ""
    reply_to: str = ""
    still: Callable[[Work], bool] | None = None
    """Whether it is still to be said, asked once more when its turn has come."""


def again(waiting: Undelivered) -> Message:
    """The answer as it can be sent without the request it answers. What would have been shown for a
    moment is said, and a form has a button that opens it: in a message that replaces none."""
    reply = waiting.reply
    if reply.drawn:
        return Message(waiting.address, replace(reply, toast=""), edit=waiting.edits)
    if reply.form is None:
        return Message(waiting.address, Reply(text=reply.toast))
    opens = Button("Open the form", reply.form.line, Style.PRIMARY)
    text = "I could not open the form in time. Nothing is lost: press the button to open it."
    return Message(waiting.address, Reply(text=text, buttons=((opens,),)))


def telling(work: Work, payload: Payload) -> Message | None:
    """A notice as a message, with who may know it checked again: queued authority is stale."""
    notice = work.notices.get(int(str(payload["notice"])))
    reader = work.accounts.identity(int(str(payload["identity"])))
    if notice is None or reader is None:
        return None
    account, identity = reader
    if account.id != notice.account or not (identity.notify or notice.event.always):
        return None
    chat = work.chats.by_id(identity.chat_id)
    if chat.gone:  # it is in their inbox, where they find it when they are back
        return None
    reply = told(work, notice, account.id)
    if reply is None or shown_already(work, notice.event, identity.id):
        return None
    reply = as_sold_on(work, chat.address.platform, reply)
    shown = work.cards.find(notice.task, chat.id) if notice.task else None
    return Message(chat.address, reply, reply_to=shown.message if shown else "")


def redrawing(work: Work, payload: Payload) -> Message | None:
    """A card as its task is now, to replace what a message shows: the live card, or one that a
    newer one has followed in the same chat."""
    task, chat_id = int(str(payload["task"])), int(str(payload["chat"]))
    live = work.cards.find(task, chat_id)
    chat = work.chats.by_id(chat_id)
    if live is None or chat.gone:
        return None
    message = str(payload["message"])
    if not message and live.message:  # it had none in this chat yet, and got one meanwhile
        return None
    reply = _drawn(work, task, chat_id)
    if reply is not None and message != live.message:
        reply = replace(reply, card=None)
    return Message(live.address, reply, edit=message) if reply else None


def concluding(work: Work, payload: Payload) -> Message | None:
    """What became of a link attempt, in place of a message that shows it."""
    attempt, chat, message = str(payload["attempt"]), int(str(payload["chat"])), payload["message"]
    address = work.prompts.find(attempt, chat, str(message))
    if address is None or work.chats.by_id(chat).gone:
        return None
    state, web = State(str(payload["state"])), work.web_links.find(attempt)
    reply = web_outcome(web, state) if web else outcome(work, attempt, state, chat)
    return Message(address, reply, edit=str(message))


def _drawn(work: Work, task: int, chat_id: int) -> Reply | None:
    """A card as the readers of a chat may see it."""
    chat = work.chats.by_id(chat_id)
    reader = None if not chat.private else work.accounts.of_chat(chat_id)
    if chat.private and reader is None:
        return None
    row = work.run(BY_ID, {"task": task, "viewer": reader.id if reader else 0}).one()
    found = read_task(row)
    if row.deleted_at is not None:
        return Reply(
            title=found.title,
            struck=True,
            facts=(Fact("Deleted"),),
            audience=Audience.HERE,
            card=Card(found.public_id, found.revision),
        )
    if reader is not None and reader.id not in {found.owner, found.assignee}:
        return Reply(text="This task is no longer yours.", audience=Audience.HERE)
    owner = work.accounts.get(found.owner)
    return card(found, reader or owner, work.now, shared=not chat.private)
