"""What somebody wants: a command, a task, or the answer to what they were asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot import verbs
from bot.desk import is_secret
from bot.grammar import Command, GrammarError
from bot.quickadd import length, repeating
from bot.reading import UnknownCommand, entry_of, parse, split
from bot.small_talk import Talk, small_talk
from bot.turn import Turn, Where, commands
from bot.typed import context_of
from core import letters
from core.chat import Inbound, Kind
from core.offer import State
from core.task import Ref
from core.work import Work

PLAIN_WORDS = frozenset(
    {
        "help", "list", "stats", "inbox", "settings", "whoami", "undo", "start", "hello", "hi",
        "link", "cancel", "done",
    }
)  # fmt: skip
"""Commands that a newcomer types without a sign; as a task's whole title they make no sense."""
_CODE = re.compile(r"(?:(?:link|connect)\s+)?([0-9A-Z]{4}(?:-[0-9A-Z]{4}){2})", re.IGNORECASE)
"""A link code as it is shown, sent alone or behind its verb."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants."""

    command: Command
    answers: bool = False
    """Whether it answers a question of ours."""


def interpret(work: Work, turn: Turn) -> Wanted:
    """What the person wants. Raises `GrammarError`."""
    inbound = turn.inbound
    if inbound.edited:
        return Wanted(_reworded(inbound))
    if inbound.kind is Kind.TEXT:
        return _plain(work, turn) if turn.private else _in_a_group(work, turn)
    looks = inbound.kind in {Kind.VISIT, Kind.DETAILS}
    if turn.asked and not looks and not inbound.line.startswith(f"{verbs.Ask.name} "):
        work.questions.close(turn.identity.id, turn.identity.chat_id)
    if inbound.kind is Kind.ADDRESSED:
        said = _code(inbound.line) or _kindly(inbound.line)
        said = said or _addressed(inbound.line, desk=work.desk.knows(turn.identity))
        said = _as_meant(said, turn)
        by_itself = isinstance(said, verbs.Add) and said.text == inbound.line
        return Wanted((_below_a_card(work, turn) if by_itself else None) or said)
    if is_secret(work, turn, entry_of(inbound.line)):
        raise UnknownCommand(split(inbound.line)[0])
    return Wanted(_as_meant(_through_a_link(parse(inbound.line, inbound.answers)), turn))


def _reworded(inbound: Inbound) -> Command:
    """What an edited message says of a task, and whatever else it says now is not done: an edit of
    an old command runs nothing."""
    if inbound.kind is Kind.TEXT:
        return verbs.Reword(inbound.line)
    try:
        by_name = inbound.kind is Kind.ADDRESSED
        command = _addressed(inbound.line) if by_name else parse(inbound.line)
    except GrammarError:
        return verbs.Reword()
    return verbs.Reword(command.text if isinstance(command, verbs.Add) else "")


def _through_a_link(command: Command) -> Command:
    """A deep link of Telegram's with a code in it enters the code."""
    match command:
        case verbs.Start(payload=payload) if payload.startswith(("l_", "i_")):
            return verbs.Link(payload[2:])
        case _:
            return command


def _plain(work: Work, turn: Turn) -> Wanted:
    """Plain text: the answer to what was asked, or a task."""
    text = turn.inbound.line.strip()
    if code := _code(text):
        return Wanted(code)
    if letters.looks_shown(text) or (letters.read(text) and _awaits_letters(work, turn)):
        return Wanted(verbs.Letters(text), answers=True)
    whose = turn.identity.id, turn.identity.chat_id
    asked_for = work.questions.open(*whose) if turn.asked else None
    if asked_for is not None:
        if text.lower() == verbs.Cancel.name:
            return Wanted(verbs.Cancel(), answers=True)
        return Wanted(parse(asked_for.line, {asked_for.field: text}), answers=True)
    if text.lower() in PLAIN_WORDS:
        return Wanted(parse(text))
    return Wanted(_below_a_card(work, turn) or _kindly(text) or verbs.Add(text))


def _kindly(text: str) -> Command | None:
    """What is said to be kind makes no task; a greeting is one back, who is lost gets help."""
    match small_talk(text):
        case None:
            return None
        case Talk.GREETING:
            return verbs.Start()
        case Talk.LOST:
            return verbs.Help()
        case _:
            return verbs.SmallTalk(text)


def _in_a_group(work: Work, turn: Turn) -> Wanted:
    """Plain text below a card of theirs; whatever else is said in a group is `bot/chatter.py`'s."""
    if turn.inbound.line.strip().lower() == verbs.Done.name:
        return Wanted(verbs.Done())
    return Wanted(_below_a_card(work, turn) or verbs.Show())


def _below_a_card(work: Work, turn: Turn) -> Command | None:
    """What is replied to a task's card, without a command in it, is a note."""
    replied = turn.inbound.replied
    shown = work.cards.shown_by(turn.chat.id, replied) if replied else None
    return verbs.Note(Ref(public_id=shown), turn.inbound.line) if shown else None


def _code(text: str) -> Command | None:
    found = _CODE.fullmatch(text.strip())
    return verbs.Link(found[1]) if found else None


def _as_meant(command: Command, turn: Turn) -> Command:
    """A `link` with the letters of a sign-in in place of a code is their command, and `remind me to
    call Ben` and `note to self` are tasks."""
    match command:
        case verbs.Link(code=code) if letters.read(code):
            return verbs.Letters(code)
        case verbs.Remind(ref=None, before=text) | verbs.Nag(ref=None, every=text) if (
            text and not _is_setting(text, turn)
        ):
            return verbs.Add(f"{command.name} {text}")
        case verbs.Repeat(ref=None, rule=text) if text and not repeating(text, context_of(turn)):
            return verbs.Add(f"repeat {text}")
        case verbs.Note(ref=None, text=text) if text and not turn.inbound.replied:
            return verbs.Add(f"note {text}")
        case verbs.Label(ref=None, names=text) if text and not _labels(text, turn):
            return verbs.Add(f"label {text}")
        case _:
            return command


def _labels(text: str, turn: Turn) -> bool:
    """Whether it says labels, of whichever task."""
    return bool(turn.inbound.replied) or text.startswith("~")


def _is_setting(text: str, turn: Turn) -> bool:
    """Whether it says how long before, of whichever task."""
    return text.lower() in verbs.NO | verbs.ON or length(text, context_of(turn)) is not None


def _awaits_letters(work: Work, turn: Turn) -> bool:
    attempt = work.web_links.open_of(turn.identity.id)
    return attempt is not None and attempt.state is State.ASKED


def _addressed(line: str, *, desk: bool = False) -> Command:
    """A verb comes first, or a slip of one (`dnoe 3`); else it is a task. `desk`: said by somebody
    who looks after the service; for others there is no such verb."""
    word, rest = split(line)
    entry = entry_of(line)
    if entry is not None and entry.where is Where.DESK:
        if desk:
            return parse(line)
        entry = None
    if entry is None and (not word or _is_slip(word, rest)):
        raise UnknownCommand(word)
    if entry is not None and entry.kind is verbs.Narrow and not rest:
        return verbs.Narrow()
    # What only buttons say is no verb here: "close the window", "ask Bob", "start the car".
    if entry is None or entry.hidden or (entry.kind is verbs.Start and rest):
        return verbs.Add(line)
    return parse(line)


def _is_slip(word: str, rest: str) -> bool:
    return commands.like(word) is not None and all(each.isdigit() for each in rest.split())
