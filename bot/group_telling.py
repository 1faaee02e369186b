"""What a group is told of its tasks, as things stand when it is sent: the preset, the tasks and the
chat are looked up again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot import verbs
from bot.card_facts import with_whom
from bot.cards import button, named
from bot.due_notices import is_due
from bot.gathered import SHOWN, TEXT_SHOWN
from bot.group_words import fewer_here
from bot.language import _, ngettext, speaking
from bot.telling import Message
from bot.words import cut
from core.addresses import Address
from core.chat import Audience, Button, Item, Reply, Style
from core.chats import Chat
from core.group_presets import came_due
from core.ports import Payload
from core.presets import News, group_hears
from core.task import Offer, Ref, Task
from core.work import Work


@dataclass(frozen=True, slots=True)
class Said:
    """One thing of one task."""

    task: Task
    text: str
    due: bool


def telling_group(work: Work, payload: Payload) -> Message | None:
    """What came due, and what was done or taken; None where nothing of it is so any more, or the
    group wants none."""
    chat = work.chats.by_id(int(str(payload["chat"])))
    told, preset = work.group_presets.told(chat.id), work.group_presets.of(chat.id)
    if chat.gone or told is None or not group_hears(preset, News.DUE):
        return None
    with speaking(told.language):
        found = list(_due(work, chat.id, payload))
        if group_hears(preset, News.DONE):
            found += _news(work, chat.id, payload)
        if not found:
            return None
        place = replace(chat.address, thread=told.thread)
        return _one(work, chat, place, found[0]) if len(found) == 1 else _several(place, found)


def _due(work: Work, chat: int, payload: Payload) -> Iterator[Said]:
    since, until = int(str(payload["since"])), int(str(payload["until"]))
    for each in filter(None, str(payload["due"]).split(",")):
        task = work.group_presets.task(chat, int(each))
        if task is not None and came_due(task, since, until):
            whom = f" - {with_whom(task)}" if task.assignee is not None else ""
            yield Said(task, f"{named(task)} {is_due(task.due, work.now)}{whom}", due=True)


def _news(work: Work, chat: int, payload: Payload) -> Iterator[Said]:
    for each in filter(None, str(payload["news"]).split(",")):
        number, _colon, what = each.partition(":")
        task = work.group_presets.task(chat, int(number))
        text = _happened(task, News(what)) if task is not None else ""
        if task is not None and text:
            yield Said(task, text, due=False)


def _happened(task: Task, what: News) -> str:
    """Empty where it was taken back."""
    if what is News.DONE and task.completed_by_name:
        actor = task.completed_by_name
        return _("{actor} completed the task: {subject}", actor=actor, subject=named(task))
    taken = task.status.open and task.assignee_name and task.offer is Offer.NONE
    if what is News.TAKEN and taken:
        actor = task.assignee_name
        return _("{actor} took the task: {subject}", actor=actor, subject=named(task))
    return ""


def _one(work: Work, chat: Chat, place: Address, said: Said) -> Message:
    """In the topic of the task's card. What happened to it stands below the card; what is due is to
    be seen, and on Slack a thread is read by few."""
    card = work.cards.find(said.task.id, chat.id)
    shown = card if card and card.message else None  # none yet where the group became another one
    address = replace(place, thread=shown.address.thread) if shown else place
    if not said.due:
        below = shown.message if shown else ""
        reply = Reply(
            text=said.text, buttons=((fewer_here(),),), audience=Audience.HERE, silent=True
        )
        return Message(address, reply, reply_to=below)
    rows = (_row(said.task), (fewer_here(),))
    return Message(address, Reply(text=said.text, buttons=rows, audience=Audience.HERE))


def _several(place: Address, found: Sequence[Said]) -> Message:
    total, more = len(found), len(found) - SHOWN
    due = all(each.due for each in found)
    title = (
        ngettext("{n} task is due", "{n} tasks are due", total)
        if due
        else ngettext("{n} task of this group", "{n} tasks of this group", total)
    )
    text = ngettext("{n} more is not shown.", "{n} more are not shown.", more) if more > 0 else ""
    rows = tuple(Item(cut(each.text, TEXT_SHOWN)) for each in found[:SHOWN])
    silent = not any(each.due for each in found)
    reply = Reply(title=title, text=text, items=rows, silent=silent, audience=Audience.HERE)
    return Message(place, replace(reply, buttons=((fewer_here(),),)))


def _row(task: Task) -> tuple[Button, ...]:
    """Without the revision: whatever else was changed since, this is the task that is meant."""
    seen = Ref(public_id=task.public_id)
    claim = () if task.assignee is not None else (button(_("Claim"), verbs.Claim(seen)),)
    return button(_("Done"), verbs.Done((seen,)), Style.PRIMARY), *claim
