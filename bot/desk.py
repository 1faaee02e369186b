"""What only those may say who look after the service, and what others may say while they do."""

from __future__ import annotations

from bot import verbs
from bot.grammar import Command
from bot.turn import Entry, Turn, Where
from core.errors import Closed
from core.work import Work

LOOKING: frozenset[type[Command]] = frozenset(
    {
        verbs.Close, verbs.Details, verbs.Find, verbs.Help, verbs.Home, verbs.Inbox, verbs.List,
        verbs.More, verbs.Narrow, verbs.Notes, verbs.Offers, verbs.Plans, verbs.Privacy,
        verbs.Security, verbs.Show, verbs.SmallTalk, verbs.Start, verbs.Stats, verbs.Subscriptions,
        verbs.Whoami,
        # Of somebody who only posted a link, and asked nothing that could be refused.
        verbs.Unfurl,
    }
)  # fmt: skip
"""What changes no task and no setting, and is answered also while people are asked to wait."""


def is_secret(work: Work, turn: Turn, entry: Entry | None) -> bool:
    """Whether there is no such command, as far as this person knows."""
    return entry is not None and entry.where is Where.DESK and not work.desk.knows(turn.identity)


def refuse_changes(work: Work, turn: Turn, entry: Entry) -> None:
    """Raises `Closed` while people are asked to wait; not for those who look after the service."""
    if work.desk.closed_since is None or entry.kind in LOOKING:
        return
    if not work.desk.knows(turn.identity):
        raise Closed
