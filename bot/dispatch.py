"""A message as its answer: one transaction, one commit."""

from __future__ import annotations

import traceback
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from bot import commands as _table  # fills the table  # noqa: F401
from bot import drafting
from bot.answers import Handled, Rides, broken, conclude
from bot.asking import asked
from bot.card_page import card_on
from bot.chatter import is_chatter
from bot.commands.help import unknown
from bot.commands.unfurling import not_added
from bot.desk import refuse_changes
from bot.door import at_the_door
from bot.errors import unreadable
from bot.forms import in_their_language
from bot.grammar import Command, Missing, Unreadable
from bot.introducing import introduce
from bot.language import _, speaking
from bot.meaning import interpret
from bot.on_home import apology, on_home
from bot.overheard import concerns_us
from bot.panes import in_pane, unknown_to_us
from bot.reading import UnknownCommand, entry_of
from bot.refusing import or_a_task, refused_in_words
from bot.selling import as_sold_on
from bot.turn import Entry, Turn, Where, commands
from bot.waiting import give_what_waited
from bot.zone_asking import ask_once
from core.arrival import Arrival, arrival
from core.chat import Audience, Inbound, Kind, Reply
from core.errors import (
    Refusal,
    WrongPlace,
)
from core.events import Welcome
from core.sql import Overtaken
from core.work import Work


def dispatch(work: Work, inbound: Inbound, rides: Rides) -> Handled:
    """Handle a message once: its key, its effect and the jobs that follow are one commit."""
    known = arrival(work, inbound)
    if known.seen is not None:
        left = known.seen.left
        target = work.chats.by_id(left) if left else None
        return Handled(known.seen.reply or Reply(), first=False, target=target)
    if is_chatter(work, inbound, known):
        return Handled(Reply(), first=True)
    if not concerns_us(work, inbound, known):
        introduce(work, inbound)
        return _to_a_stranger(work, inbound)
    turn = _turn(work, inbound, known)
    with speaking(turn.account.language):
        return _handled(work, turn, rides)


def _to_a_stranger(work: Work, inbound: Inbound) -> Handled:
    reply, where = unknown_to_us(work, inbound)
    return Handled(reply, first=True, target=where)


def _handled(work: Work, turn: Turn, rides: Rides) -> Handled:
    """The effect of a new message and its answer, in the language of whoever wrote it."""
    inbound = turn.inbound
    failed, refused = "", ("", "")
    try:
        with work.savepoint():
            reply, refused = _respond(work, turn)
            reply = _presentable(work, turn, reply)
    except (DBAPIError, Overtaken):
        raise  # the store runs it again, from nothing
    except Exception:
        drafting.keep(work, turn)
        reply = broken(work, inbound, traceback.format_exc())
        reply = replace(reply, buttons=drafting.again(turn))
        reply = apology(reply, turn.identity.id) if inbound.home else reply
        reply = in_pane(work, turn, reply)
        failed = _command_name(inbound)
    if inbound.shown and reply.card is None:
        not_added(work, turn)
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


def _turn(work: Work, inbound: Inbound, known: Arrival) -> Turn:
    chat = work.chats.heard_from(inbound.address, known.chat)
    if chat.gone and chat.private:
        give_what_waited(work, chat)
    account, identity, first = work.accounts.recognise(inbound.sender, known.who)
    if first:
        work.notices.tell(Welcome(account.id), account.id, but=identity.id)
    return Turn(account, identity, chat, inbound, work.now, first, asked=known.asked)


def _command_name(inbound: Inbound) -> str:
    """For the metrics, which hold no word of anybody's."""
    entry = entry_of(inbound.line)
    return entry.name if entry else "add"


def _presentable(work: Work, turn: Turn, reply: Reply) -> Reply:
    """The reply as this chat can show it."""
    reply = ask_once(work, turn, reply)
    if reply.form is not None:
        reply = replace(reply, form=in_their_language(reply.form))
    if reply.form is not None and not turn.inbound.forms:
        reply = asked(work, turn, reply.form)
    elif reply.form is not None and turn.inbound.kind is not Kind.FORM:
        reply = replace(reply, form=drafting.filled(work, turn, reply.form))
    if _greets(turn, reply):
        hello = _("{hello}, nice to meet you.", hello=turn.hello)
        text = f"{hello} {reply.text}".strip()
        reply = replace(reply, text=text)
    reply = in_pane(work, turn, reply)
    platform = turn.identity.platform
    reply = card_on(work, platform, as_sold_on(work, platform, reply))
    reply = on_home(work, turn, reply)
    if turn.private and reply.audience is not Audience.HERE:
        return replace(reply, audience=Audience.HERE)
    return reply


def _greets(turn: Turn, reply: Reply) -> bool:
    """Whether somebody new is greeted beside the answer; a code, or a question about who they are,
    stands alone."""
    new = turn.first and turn.private and reply.drawn and reply.prompt is None
    return new and not reply.text.startswith(turn.hello)


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
        return or_a_task(turn, reply), served
    entered = commands.of(wanted.command)
    if turn.outside and not entered.outside:
        return at_the_door(work, turn, wanted.command), served
    try:
        reply = _guarded(work, turn, entered, wanted.command)
    except Refusal as refusal:
        drafting.keep(work, turn)
        return refused_in_words(work, turn, refusal), (entered.name, type(refusal).__name__)
    drafting.drop(work, turn)
    if wanted.answers and turn.asked:
        work.questions.close(turn.identity.id, turn.identity.chat_id)
    return reply, served


def _guarded(work: Work, turn: Turn, entry: Entry, command: Command) -> Reply:
    """Run the handler inside its limits: what it refuses is taken back, what it used up is not.

    Raises `Refusal`."""
    refuse_changes(work, turn, entry)
    if entry.where is not Where.ANYWHERE and not turn.private:
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
