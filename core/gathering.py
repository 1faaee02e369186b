"""Jobs of one transaction that tell one chat several things: one job tells them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.ports import Job

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
