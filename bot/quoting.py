"""Messages and the tasks that are made of them: of what `add` replies to, or of what was forwarded;
and in which message of theirs somebody said a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import verbs
from bot.grammar import straight
from bot.language import _
from bot.quickadd import understand
from bot.turn import Turn
from bot.typed import context_of
from core.chat import Kind, Quoted
from core.sources import Way
from core.task import DESCRIPTION_LIMIT, TITLE_LIMIT
from core.work import Work

_ANY = "x"
"""A title, to see whether anything else is one."""


def quoting(turn: Turn, command: verbs.Add) -> verbs.Add:
    """The command with what it replies to. The first line of that is what there is to do, and what
    is typed beside it says more of it (`add tomorrow !high`); where that says itself what to do,
    it is the title, and the quoted words are notes."""
    quoted, typed = turn.inbound.quoted, straight(command.text).strip()
    if quoted is None or turn.inbound.kind is Kind.TEXT:
        return command
    first, *more = [each for line in quoted.text.splitlines() if (each := line.strip())]
    names = bool(typed) and not only_says_more(turn, typed)
    kept = names or bool(more) or len(first) > TITLE_LIMIT
    line = typed if names else f"{first} {typed}".strip()
    return replace(command, text=line, description=notes_of(quoted, whole=kept))


def only_says_more(turn: Turn, typed: str) -> bool:
    """Whether all of it is signs and dates."""
    return understand(f"{_ANY} {typed}", context_of(turn)).title == _ANY


def notes_of(quoted: Quoted, *, whole: bool) -> str | None:
    """The words, as far as there is room (where the `whole` of them is to be kept), and whose they
    are."""
    whose = _("From {name}", name=quoted.author) if quoted.author else ""
    source = ": ".join(filter(None, (whose, quoted.url)))
    room = DESCRIPTION_LIMIT - len(source) - 2
    words = quoted.text[:room].strip() if whole else ""
    return "\n\n".join(filter(None, (words, source))) or None


def remember(work: Work, turn: Turn, said: Sequence[tuple[int, str]]) -> None:
    """Keep which tasks a message of theirs says in which words, so that to edit it is to edit them:
    by their rows, 0 for one that is gone for good."""
    message, place = turn.inbound.said, (turn.account.id, turn.chat.id, turn.inbound.said)
    for line, (task, text) in enumerate(said if message else ()):
        work.sources.keep(*place, task or None, Way.TYPED, place=line, text=text)
