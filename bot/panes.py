"""What the details of a task show, to whoever opened them below a link. What is done there is shown
there; whatever else there is to say is for that person alone, in a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot import verbs
from bot.cards import button, card, ref
from bot.entities import entity
from bot.language import _, speaking
from bot.turn import Turn
from core.chat import Audience, Button, Inbound, Kind, Pane, Reply, Style
from core.chats import Chat
from core.errors import RateLimited, Refusal
from core.limits import DETAILS
from core.rights import Right, may
from core.task import Ref, Task
from core.work import Work


def details(work: Work, turn: Turn, task: Task) -> Pane:
    """The task as they may see it, with what their own card of it offers. Somebody who only reads
    the channel that it is in sees what all see there."""
    mine, url = may(task, turn.actor, Right.WORK), work.site.task(task.public_id)
    drawn = entity(task, turn.now, turn.account, url, shared=not mine)
    if mine:
        return Pane(entity=drawn, buttons=_offered(card(task, turn.account, turn.now)))
    return Pane(entity=drawn, buttons=tuple(_of_a_reader(task)))


def _offered(shown: Reply) -> tuple[Button, ...]:
    return tuple(each for row in shown.buttons for each in row if isinstance(each, Button))


def _of_a_reader(task: Task) -> Iterator[Button]:
    if task.status.open and task.assignee is None:
        yield button(_("Claim"), verbs.Claim(ref(task)), Style.PRIMARY)
    if task.notes:
        yield button(_("Notes"), verbs.Notes(Ref(public_id=task.public_id)))


def in_pane(work: Work, turn: Turn, reply: Reply) -> Reply:
    """The reply as the details show it, where it was done there. The card after a press is the task
    as it is now; a question is a message to its person, as there is no room for its answers."""
    pane = turn.inbound.pane
    if not pane or reply.pane is not None or reply.form is not None:
        return reply
    if turn.inbound.kind is Kind.DETAILS:
        return _instead(reply)
    its_card = reply.card is not None and reply.card.task == pane
    # Without a way to open a form there is none to show details: it is done anew, later.
    if not (its_card and reply.toast and turn.inbound.forms):
        return replace(reply, audience=Audience.PRIVATE, fresh=True)
    try:
        shown = details(work, turn, work.tasks.get(turn.actor, Ref(public_id=pane)))
    except Refusal:
        return replace(reply, audience=Audience.PRIVATE, fresh=True)
    undo = [each for each in _offered(reply) if each.line.startswith(f"{verbs.Undo.name} ")]
    said = reply.toast if reply.toast != reply.text else _("Look again")
    drawn = replace(shown, buttons=(*undo, *shown.buttons), title=said, text=reply.text)
    return Reply(toast=reply.text or reply.toast, pane=drawn)


def _instead(reply: Reply) -> Reply:
    """Whatever came in the way of showing them, in words."""
    return Reply(pane=Pane(title=_("I can't show that"), text=reply.text or reply.toast))


def unknown_to_us(work: Work, inbound: Inbound) -> tuple[Reply, Chat | None]:
    """What somebody is shown who is not in, and where they look: nothing of the task, not even
    whether there is one, and nothing is entered for them but that they looked. They are led to
    their chat with the bot, where whoever writes, or is let in, is known from then on. Nothing,
    where they opened no details, or do it all the time."""
    where, who = inbound.address, inbound.sender
    if inbound.kind is not Kind.DETAILS:
        return Reply(), None
    try:
        work.limits.use(DETAILS, f"{who.platform}:{who.scope}:{who.user_id}")
    except RateLimited:
        return Reply(), None
    chat = Chat(0, where.platform, where.scope, where.chat, where.private, title="", gone="")
    with speaking(inbound.sender.language):
        if inbound.guest:  # where they cannot write to us
            text = _("Only people of the workspace that keeps this task can open it.")
            return Reply(pane=Pane(title=_("I can't show that"), text=text)), chat
        text = _("Write me a direct message first. Then I can show you what is yours to see.")
        pane = Pane(connect=inbound.entrance, title=_("I don't know you yet"), text=text)
    return Reply(pane=pane), chat
