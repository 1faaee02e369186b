"""A message as its answer: one transaction, one commit."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from bot import commands as _table  # fills the table  # noqa: F401
from bot.answers import Handled, Rides, broken, conclude
from bot.asking import asked
from bot.cards import button, opens, turn_card
from bot.commands.help import unknown
from bot.door import at_the_door
from bot.errors import explain, unreadable
from bot.fields import with_problem
from bot.grammar import Command, Missing, Unreadable
from bot.meaning import interpret
from bot.plan_limits import limited
from bot.reading import UnknownCommand, entry_of
from bot.selling import as_sold_on
from bot.turn import Entry, Turn, Where, commands
from bot.waiting import give_what_waited
from core.chat import Audience, Hint, Inbound, Kind, Reply
from core.errors import (
    NothingToUndo,
    NotUnderstood,
    PlanLimit,
    RateLimited,
    Refusal,
    Stale,
    WrongPlace,
)
from core.events import Welcome
from core.task import Ref, Task
from core.work import Work

log = logging.getLogger(__name__)


def dispatch(work: Work, inbound: Inbound, rides: Rides) -> Handled:
    """Handle a message once: its key, its effect and the jobs that follow are one commit."""
    seen = work.inbox.seen(inbound.key)
    if seen is not None:
        target = work.chats.by_id(seen.left) if seen.left else None
        return Handled(seen.reply or Reply(), first=False, target=target)
    turn = _turn(work, inbound)
    failed, refused = "", ("", "")
    try:
        with work.savepoint():
            reply, refused = _respond(work, turn)
            reply = _presentable(work, turn, reply)
    except DBAPIError:
        raise  # the store runs it again, from nothing
    except Exception:
        log.exception("could not handle %s", inbound.key)
        reply = broken(work, inbound, traceback.format_exc())
        failed = _command_name(inbound)
    handled = conclude(
        work,
        inbound,
        reply,
        rides,
        here=turn.chat,
        own=lambda: work.chats.by_id(turn.identity.chat_id),
        defect=failed,
    )
    return replace(handled, refused=refused) if any(refused) else handled


def _turn(work: Work, inbound: Inbound) -> Turn:
    chat = work.chats.heard_from(inbound.address)
    if chat.gone and chat.private:
        give_what_waited(work, chat)
    account, identity, first = work.accounts.recognise(inbound.sender)
    if first:
        work.notices.tell(Welcome(account.id), account.id, but=identity.id)
    return Turn(account, identity, chat, inbound, work.now, first)


def _command_name(inbound: Inbound) -> str:
    """For the metrics, which hold no word of anybody's."""
    entry = entry_of(inbound.line)
    return entry.name if entry else "add"


def _presentable(work: Work, turn: Turn, reply: Reply) -> Reply:
    """The reply as this chat can show it."""
    if reply.form is not None and not turn.inbound.forms:
        reply = asked(work, turn, reply.form)
    if turn.first and turn.private and reply.drawn and not reply.text.startswith("Hello"):
        text = f"{turn.hello}, nice to meet you. {reply.text}".strip()
        reply = replace(reply, text=text)
    reply = as_sold_on(work, turn.identity.platform, reply)
    if turn.private and reply.audience is not Audience.HERE:
        return replace(reply, audience=Audience.HERE)
    return reply


def _respond(work: Work, turn: Turn) -> tuple[Reply, tuple[str, str]]:
    """The reply; and where a command was refused, which, and the refusal's name."""
    served = ("", "")
    try:
        wanted = interpret(work, turn)
    except UnknownCommand as error:
        return unknown(error.word), served
    except (Missing, Unreadable) as error:
        entry = entry_of(turn.inbound.line)
        word = error.word if isinstance(error, Unreadable) else ""
        reply = unreadable(entry.name, entry.usage, word) if entry else unknown(word)
        return _or_a_task(turn, reply), served
    entered = commands.of(wanted.command)
    if turn.outside and not entered.outside:
        return at_the_door(work, turn, wanted.command), served
    try:
        reply = _guarded(work, turn, entered, wanted.command)
    except Refusal as refusal:
        return _refused(work, turn, refusal), (entered.name, type(refusal).__name__)
    if wanted.answers:
        work.questions.close(turn.identity.id, turn.identity.chat_id)
    return reply, served


def _guarded(work: Work, turn: Turn, entry: Entry, command: Command) -> Reply:
    """Run the handler inside its limits: what it refuses is taken back, what it used up is not.

    Raises `Refusal`."""
    if entry.where is Where.PRIVATE and not turn.private:
        raise WrongPlace(entry.name)
    guards = [each for each in entry.guards(command) if each.key(turn)]
    if guards:
        with work.savepoint():  # what one limit refuses uses up none of the others
            for guard in guards:
                work.limits.use(guard.limit, guard.key(turn))
    with work.savepoint():
        reply = entry.handler(work, turn, command)
    for guard in guards:
        if guard.failures:
            work.limits.give_back(guard.limit, guard.key(turn))
    return reply


def _refused(work: Work, turn: Turn, refusal: Refusal) -> Reply:
    """A refusal in words, in the way that loses least."""
    kind = turn.inbound.kind
    if isinstance(refusal, Stale):
        return _stale(work, turn, refusal)
    reply = limited(work, turn, refusal) if isinstance(refusal, PlanLimit) else explain(refusal)
    if isinstance(refusal, NotUnderstood) and refusal.what == "filter":
        reply = _or_a_task(turn, reply)
    if isinstance(refusal, NothingToUndo) and (shown := _shown(work, turn)) is not None:
        return replace(turn_card(turn, shown, said=reply.toast), toast=reply.toast)
    if kind is Kind.FORM:
        return with_problem(work, turn, refusal, reply)
    if kind is Kind.PRESS and reply.toast:
        return Reply(toast=reply.toast)
    if kind is Kind.TEXT and not isinstance(refusal, RateLimited):
        return reply  # the question stays open: the next line is another try
    return replace(reply, fresh=True, toast="")


def _or_a_task(turn: Turn, reply: Reply) -> Reply:
    """What began like a command, and was perhaps meant as a task: `/task cancel the newspaper`."""
    if turn.inbound.kind is not Kind.ADDRESSED or " " not in turn.inbound.line:
        return reply
    hint = Hint(f"add {turn.inbound.line}", "if you meant a task")
    return replace(reply, hints=(*reply.hints, hint))


def _shown(work: Work, turn: Turn) -> Task | None:
    """The task on whose card a button was pressed."""
    shown = work.cards.shown_by(turn.chat.id, turn.inbound.message) if turn.pressed else None
    try:
        return work.tasks.get(turn.actor, Ref(public_id=shown)) if shown else None
    except Refusal:
        return None


def _stale(work: Work, turn: Turn, refusal: Stale) -> Reply:
    """The card as it is now; what was typed into a form is given back, to nobody else."""
    task = work.tasks.get(turn.actor, Ref(public_id=refusal.task))
    said = explain(refusal).toast
    if turn.inbound.kind is not Kind.FORM:
        return replace(turn_card(turn, task, said=said), toast=said)
    wrote = "; ".join(f"{name}: {said}" for name, said in turn.inbound.answers.items() if said)
    said = f"Not saved: the task changed while you were editing it. You wrote: {wrote[:1500]}"
    again = button("Open it", opens(task))
    return Reply(text=said, buttons=((again,),), fresh=True)
