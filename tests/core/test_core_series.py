"""What comes again, is offered, nagged, claimed and taken back in any order: what holds of it all,
whatever two people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import schema
from core.answers import Answers
from core.nagging import set_nag
from core.rights import Actor
from core.task import Draft, Due, Offer, Ref, Status
from core.work import Work
from tests.core.acts import check
from tests.core.people import GROUP, Person, meet, sender
from tests.memory import Memory

PEOPLE = 2
FIRST = Due(date(2026, 1, 5), time(17), "Europe/Berlin")
Step = tuple[int, str, int, int, int]
Act = Callable[..., object]


def _answered(name: str) -> Act:
    return lambda work, actor, ref, whom: getattr(Answers(work), name)(actor, ref)


def _became(status: Status) -> Act:
    return lambda work, actor, ref, whom: work.tasks.set_status(actor, ref, status)


ACTS: dict[str, Act] = {
    "add": lambda work, actor, ref, whom: work.tasks.add(
        actor, Draft("task", due=FIRST, rule="FREQ=DAILY")
    ),
    "give": lambda work, actor, ref, whom: work.tasks.add(
        actor, Draft("task", assignee=whom, rule="FREQ=WEEKLY")
    ),
    "assign": lambda work, actor, ref, whom: work.tasks.assign(actor, ref, whom),
    "accept": _answered("accept"),
    "decline": _answered("decline"),
    "claim": _answered("claim"),
    "done": _became(Status.COMPLETED),
    "reopen": _became(Status.PENDING),
    "begin": _became(Status.IN_PROGRESS),
    "cancel": _became(Status.CANCELLED),
    "delete": lambda work, actor, ref, whom: work.tasks.delete(actor, ref),
    "repeat": lambda work, actor, ref, whom: work.recurring.repeat(actor, ref, "FREQ=DAILY", FIRST),
    "once": lambda work, actor, ref, whom: work.recurring.repeat(actor, ref, "", None),
    "skip": lambda work, actor, ref, whom: work.recurring.skip(actor, ref),
    "undate": lambda work, actor, ref, whom: work.tasks.update(actor, ref, {"due": None}),
    "nag": lambda work, actor, ref, whom: set_nag(work, actor, ref, 15),
    "calm": lambda work, actor, ref, whom: set_nag(work, actor, ref, None),
    "no tasks": lambda work, actor, ref, whom: work.assigning.set_takes(actor.account, on=False),
    "tasks": lambda work, actor, ref, whom: work.assigning.set_takes(actor.account, on=True),
    "undo": lambda work, actor, ref, whom: work.tasks.undo(actor),
}
STEPS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1),  # who
        st.sampled_from(sorted(ACTS)),
        st.integers(0, PEOPLE - 1),  # to whom
        st.integers(0, 5),  # which task, from the newest
        st.sampled_from((0, 0, 0, 20, 2_000)),  # minutes later
    ),
    min_size=5,
    max_size=40,
)


def _add(work: Work, actor: Actor, draft: Draft) -> None:
    work.tasks.add(actor, draft)


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    with closing(Memory()) as made:
        yield made


@given(done=STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_two_people_do(memory: Memory, done: list[Step]) -> None:
    memory.restart()
    people = [memory.run(partial(meet, who=sender(name))) for name in "AB"]
    room = memory.run(lambda work: work.chats.heard_from(GROUP)).id
    for owner, assignee in ((0, 0), (0, 1), (1, 0)):
        draft = Draft("task", due=FIRST, rule="FREQ=DAILY", assignee=people[assignee].account)
        memory.run(partial(_add, actor=people[owner].at(room), draft=draft))
    for who, what, whom, number, minutes in done:
        memory.clock.advance(minutes=minutes)
        tasks = memory.rows("SELECT public_id FROM task ORDER BY id DESC")
        ref = Ref(public_id=tasks[number % len(tasks)][0])
        values = {"actor": people[who].at(room), "ref": ref, "whom": people[whom].account}
        memory.allowed(partial(ACTS[what], **values))
        memory.run(lambda work: _holds(work, people))


def _holds(work: Work, people: list[Person]) -> None:
    check(work, {each.account for each in people})
    for row in work.run(schema.task.select()):
        offered = Offer(row.offer)
        assert not offered or row.assignee_id not in {None, row.owner_id}, row
        if row.status == Status.COMPLETED:
            assert not row.rule, "what comes again was left with one that is done"
            assert row.nag is None
        assert bool(row.occurrence) <= bool(row.rule)
        if row.rule and row.due_on:
            assert row.occurrence, row
