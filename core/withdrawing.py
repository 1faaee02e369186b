"""What waits to be sent to a chat goes with the chat's leaving its account, in the same commit
(`promises.md` T25): notices, digests, cards, answers, files. What is under way by then, or was put
at the same moment, looks at whose chat it is when its turn comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core import schema
from core.ports import Job

if TYPE_CHECKING:
    from core.work import Work

_n, _c, _k = schema.notice.c, schema.card.c, schema.message_key.c
_NOTICES = select(_n.id).where(
    _n.id.in_(bindparam("notices", expanding=True)), _n.account_id == bindparam("to")
)
_CARDS = select(_c.task_id).where(_c.chat_id == bindparam("chat"))
_ANSWERS = select(_k.key).where(
    _k.chat_id == bindparam("chat"), _k.delivered_at.is_(None), _k.reply.is_not(None)
)
AT_ONCE = 1000
"""Notices that are looked for in one statement."""
OF_ACCOUNT = frozenset({"digest", "chart", "export"})
"""Jobs that name the account whose matter they are."""
ENDED = frozenset({"say", "wish", "zone"})
"""Jobs that are done for nobody but who has the account now."""
STAYS = frozenset({"farewell", "forget", "meet", "outcome", "unfurl", "wipe"})
"""Jobs that are done whoever has the chat: the goodbye; what ends a question, or takes away what is
shown of a task; the platform's word on who it is; cleaning up."""


def withdraw(work: Work, chat: int, to: int = 0) -> None:
    """Nothing of the account that a private chat leaves is sent there any more, from the end of
    this transaction on. `to`: the account that the chat is of then, whose own goes on; 0 for none.
    """
    work.withdraw_in_chat(chat, partial(_foreign, work, chat, to))


def _foreign(work: Work, chat: int, to: int, jobs: Sequence[Job]) -> list[Job]:
    """Those that are nothing of the account `to`, as things stand at the end."""
    if not jobs:
        return []
    notices = _theirs(work, to, jobs)
    cards = set(work.run(_CARDS, {"chat": chat}).scalars())
    answers = set(work.run(_ANSWERS, {"chat": chat}).scalars())

    def stays(job: Job) -> bool:
        match job.name:
            case "tell":
                return not notices.isdisjoint(_notices(job))
            case "redraw":
                return job.payload["task"] in cards
            case "reply":
                return job.payload["key"] in answers
            case name if name in OF_ACCOUNT:
                return to != 0 and job.payload.get("account") == to
            case name:
                return name not in ENDED

    return [job for job in jobs if not stays(job)]


def _theirs(work: Work, to: int, jobs: Iterable[Job]) -> set[int]:
    """The notices of the account `to` that the jobs tell."""
    told = sorted({each for job in jobs if job.name == "tell" for each in _notices(job)})
    found: set[int] = set()
    for start in range(0, len(told) if to else 0, AT_ONCE):
        some = told[start : start + AT_ONCE]
        found.update(work.run(_NOTICES, {"notices": some, "to": to}).scalars())
    return found


def _notices(job: Job) -> list[int]:
    return [int(each) for each in str(job.payload["notice"]).split(",")]
