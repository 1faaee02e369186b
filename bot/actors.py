"""Who did what others are told of, by the name that is known of them now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.errors import RetryLater
from core.identity import UNNAMED
from core.notices import Notice
from core.work import Work

NAMED_IN = timedelta(seconds=5)
"""After somebody's first message, when their platform has told what they are called, or can't: a
message on Slack does not say it (`bot.jobs.Jobs.meet`)."""
AGAIN = 0.5
"""Seconds until it is looked again."""


def by_name(work: Work, notice: Notice) -> Notice:
    """The notice, with the name of who did it where nobody knew it then. Raises `RetryLater` while
    their platform is being asked."""
    actor: int | None = getattr(notice.event, "actor", None)
    who = work.accounts.find(actor) if notice.actor == UNNAMED and actor is not None else None
    if who is None:
        return notice
    met = [each.linked_at for each in work.accounts.identities(who.id)]
    if who.name == UNNAMED and met and work.now - max(met) < NAMED_IN:
        raise RetryLater(AGAIN, "a name")
    return replace(notice, actor=who.name)
