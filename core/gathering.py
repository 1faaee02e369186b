"""Jobs of one transaction that tell one chat several things: one job tells them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.ports import Job, Which

TOGETHER = 100
"""Notices of one message, at the most: it shows some, and counts the others."""


@dataclass(frozen=True, slots=True)
class ChatJob:
    """A job that sends to a chat."""

    chat: int
    job: Job
    gather: bool = False
    """Whether it may be told together with others that it stands beside: its payload has a
    `notice`, and an `identity` to be told."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Of what waits to be sent to a chat, some is not to be sent."""

    chat: int
    behind: int
    """How many jobs its transaction had by then: they are looked at, too; later ones stay."""
    which: Which
    beginning: str = ""
    """Of the ids of those that `which` is asked about."""


def left(jobs: Sequence[ChatJob], withdrawals: Iterable[Withdrawal]) -> Sequence[ChatJob]:
    """The jobs of a transaction that it did not withdraw."""
    gone: set[int] = set()
    for each in withdrawals:
        here = [place for place in range(each.behind) if jobs[place].chat == each.chat]
        places = [place for place in here if jobs[place].job.id.startswith(each.beginning)]
        picked = {job.id for job in each.which([jobs[place].job for place in places])}
        gone |= {place for place in places if jobs[place].job.id in picked}
    return [job for place, job in enumerate(jobs) if place not in gone]


def gathered(jobs: Iterable[ChatJob]) -> list[ChatJob]:
    """The same with one job in place of several that may be told together, where the first of them
    stood. It has the ids of its notices with commas between them."""
    done: list[ChatJob] = []
    places: dict[tuple[str, object], int] = {}
    for each in jobs:
        key = (each.job.name, each.job.payload.get("identity"))
        place = places.get(key) if each.gather else None
        if place is not None and _count(done[place].job) < TOGETHER:
            done[place] = replace(done[place], job=_joined(done[place].job, each.job))
            continue
        if each.gather:
            places[key] = len(done)
        done.append(each)
    return done


def _count(job: Job) -> int:
    return str(job.payload["notice"]).count(",") + 1


def _joined(first: Job, other: Job) -> Job:
    notices = f"{first.payload['notice']},{other.payload['notice']}"
    return replace(first, payload={**first.payload, "notice": notices})
