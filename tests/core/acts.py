"""What several people do at random, and what must hold of their accounts whatever they did."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from core import schema
from core.errors import Refusal
from core.lists import Filter
from core.rights import Actor
from core.task import Draft, Ref, Status
from core.work import Work
from tests.core.people import Person
from tests.core.rows import numbers, open_tasks

EVERY = Filter(open=None)

Step = tuple[int, str, int, int]
_ACTS: dict[str, Callable[[Work, Actor, Ref, int], object]] = {
    "add": lambda work, actor, ref, whom: work.tasks.add(actor, Draft("task")),
    "again": lambda work, actor, ref, whom: work.tasks.add(
        actor, Draft("task", rule="FREQ=DAILY", assignee=whom)
    ),
    "give": lambda work, actor, ref, whom: work.tasks.add(actor, Draft("task", assignee=whom)),
    "done": lambda work, actor, ref, whom: work.tasks.complete(actor, ref),
    "reopen": lambda work, actor, ref, whom: work.tasks.set_status(actor, ref, Status.PENDING),
    "delete": lambda work, actor, ref, whom: work.tasks.delete(actor, ref),
    "assign": lambda work, actor, ref, whom: work.tasks.assign(actor, ref, whom),
    "accept": lambda work, actor, ref, whom: work.answers.accept(actor, ref),
    "decline": lambda work, actor, ref, whom: work.answers.decline(actor, ref),
    "undo": lambda work, actor, ref, whom: work.tasks.undo(actor),
}
steps = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.sampled_from(sorted(_ACTS)),
        st.integers(0, 2),  # to whom
        st.integers(1, 4),  # which of their tasks
    ),
    max_size=25,
)


def act(work: Work, people: list[Person], step: Step) -> None:
    """One thing somebody does; what they may not do is refused and leaves nothing."""
    who, what, whom, number = step
    work.change = 0  # a message of its own
    try:
        with work.savepoint():
            _ACTS[what](work, people[who].actor, Ref(number=number), people[whom].account)
    except Refusal:
        pass


def owned(work: Work, account: int) -> list[str]:
    """The public ids of somebody's own tasks."""
    rows = work.run(schema.task.select().where(schema.task.c.owner_id == account))
    return sorted(row.public_id for row in rows)


def check(work: Work, accounts: set[int]) -> None:
    """Counts equal recounts, numbers are unique, and everybody concerned has one."""
    for account in accounts:
        counted, actual = open_tasks(work, account)
        assert counted == actual
        held = numbers(work, account)
        assert len(held) == len(set(held))
        listed = work.lists.page(account, EVERY, most=1000)
        assert {task.number for task in listed.tasks} <= set(held)
        assert {task.public_id for task in listed.tasks} >= {*owned(work, account)} - deleted(work)
        opened = work.lists.page(account, Filter(), most=1000)
        assert [t for t in listed.tasks if t.status.open] == [*opened.tasks]
        assert all(account in (task.owner, task.assignee) for task in listed.tasks)


def deleted(work: Work) -> set[str]:
    rows = work.run(schema.task.select().where(schema.task.c.deleted_at.is_not(None)))
    return {row.public_id for row in rows}
