"""That a time zone is set, and the question what becomes of the dates that there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import verbs
from bot.cards import button, named
from bot.language import _, ngettext
from bot.outcomes import undo_row
from core.chat import Audience, Button, Fact, Reply
from core.identity import Account
from core.rights import Actor
from core.task import Task
from core.work import Work
from core.zone_moving import dated_in, move
from core.zones import NOWHERE


def zone_set(work: Work, account: int, old: str) -> Reply:
    """The zone of somebody that is set now, and the question about the tasks that have dates in the
    `old` one."""
    zone = work.accounts.get(account).zone
    clock = f"{work.now.astimezone(zone):%H:%M}"
    saved = _("Your time zone is {zone}: it is {time} there.", zone=zone.key, time=clock)
    count, example = dated_in(work, account, old) if old != zone.key else (0, None)
    if example is None:
        return Reply(text=saved, buttons=(to_settings(),), audience=Audience.HERE)
    asked = ngettext(
        "{n} open task has a date in {old}{example}. Shall it keep its time on the clock and move "
        "to {zone}, or stay as it is?",
        "{n} open tasks have dates in {old}{example}. Shall they keep their time on the clock and "
        "move to {zone}, or stay as they are?",
        count,
        old=old,
        zone=zone.key,
        example=_such_as(example),
    )
    moves = button(ngettext("Move it", "Move them", count), verbs.MoveZone(old))
    kept = ngettext("That task stays as it is.", "They stay as they are.", count)
    keeps = button(_("Keep"), verbs.Close(kept))
    return Reply(text=f"{saved} {asked}", buttons=((moves, keeps),), audience=Audience.HERE)


def zone_set_here(reader: Account, now: datetime) -> Reply:
    """What is the time in the chat of somebody, after its zone was set or taken away."""
    own, zone = reader.timezone or NOWHERE, reader.zone
    said = {"zone": zone.key, "time": f"{now.astimezone(zone):%H:%M}"}
    text = _("In this chat the time zone is yours again, {zone}: it is {time} there.", **said)
    if reader.here:
        text = _(
            "In this chat the time zone is {zone}: it is {time} there. Your digest and your quiet "
            "hours stay in {own}.",
            own=own,
            **said,
        )
    return Reply(text=text, buttons=(to_settings(),), audience=Audience.PRIVATE)


def zone_here(reader: Account) -> tuple[Fact, ...]:
    """The zone of the chat, where it has one of its own."""
    return (Fact(reader.here, _("time zone here")),) if reader.here else ()


def first_zone(work: Work, actor: Actor) -> Reply:
    """The zone of somebody of whom none was known. Nobody chose the one that their dates were kept
    in, so those move without a question, and can be moved back."""
    said = zone_set(work, actor.account, work.accounts.get(actor.account).zone.key)
    told = moved(work, actor, NOWHERE)
    return replace(told, text=f"{said.text} {told.text}", audience=Audience.HERE) if told else said


def moved(work: Work, actor: Actor, old: str) -> Reply | None:
    """The dates of the `old` zone are moved to the one of now; None where there are none."""
    count, left = move(work, actor, old)
    if not count:
        return None
    text = ngettext(
        "{n} task is at the same time in {zone} now.",
        "{n} tasks are at the same time in {zone} now.",
        count,
        zone=work.accounts.get(actor.account).zone.key,
    )
    more = (button(_("Move {n} more", n=left), verbs.MoveZone(old)),) if left else ()
    return Reply(text=text, buttons=(*undo_row(work), (*more, *to_settings())))


def _such_as(task: Task) -> str:
    clock = f" {task.due.time:%H:%M}" if task.due and task.due.time else ""
    return _(", such as {task}", task=f"{named(task, most=40)}{clock}")


def to_settings() -> tuple[Button, ...]:
    """A row that leads there."""
    return (button(_("Settings"), verbs.Settings()),)
