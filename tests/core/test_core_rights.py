"""Who may do what: every function of a task, for everybody there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NoSuchNotice, NoSuchTask, NotAllowed, Refusal
from core.rights import Actor
from core.store import Store
from core.task import Draft, Ref, Status, Task
from core.work import Work
from tests.core.people import add, group, identity_of, meet, person, sender

Act = Callable[[Work, Actor, Ref], Any]
FUNCTIONS: dict[str, Act] = {
    "get": lambda work, actor, ref: work.tasks.get(actor, ref),
    "update": lambda work, actor, ref: work.tasks.update(actor, ref, {"title": "x"}),
    "complete": lambda work, actor, ref: work.tasks.complete(actor, ref),
    "begin": lambda work, actor, ref: work.tasks.set_status(actor, ref, Status.IN_PROGRESS),
    "cancel": lambda work, actor, ref: work.tasks.set_status(actor, ref, Status.CANCELLED),
    "assign": lambda work, actor, ref: work.tasks.assign(actor, ref, actor.account),
    "claim": lambda work, actor, ref: work.answers.claim(actor, ref),
    "accept": lambda work, actor, ref: work.answers.accept(actor, ref),
    "decline": lambda work, actor, ref: work.answers.decline(actor, ref),
    "delete": lambda work, actor, ref: work.tasks.delete(actor, ref),
}
# owner, assignee, somebody in the group where it was made, anybody else
MATRIX = {
    "get": ("yes", "yes", "yes", "missing"),
    "update": ("yes", "no", "no", "missing"),
    "complete": ("yes", "yes", "no", "missing"),
    "begin": ("yes", "yes", "no", "missing"),
    "cancel": ("yes", "no", "no", "missing"),
    "assign": ("yes", "no", "no", "missing"),
    "claim": ("no", "yes", "no", "missing"),  # it is taken; the assignee has it already
    "accept": ("no", "yes", "no", "missing"),
    "decline": ("no", "yes", "no", "missing"),
    "delete": ("yes", "no", "no", "missing"),
}
UNASSIGNED = {"claim": ("yes", None, "yes", "missing"), "complete": ("yes", None, "no", "missing")}


class Back(Exception):
    """Ends a transaction without a trace."""


def outcome(work: Work, act: Act, actor: Actor, ref: Ref) -> str:
    try:
        with work.savepoint():
            act(work, actor, ref)
            raise Back
    except Back:
        return "yes"
    except NotAllowed:
        return "no"
    except NoSuchTask:
        return "missing"


@pytest.mark.parametrize(("assigned", "matrix"), [(True, MATRIX), (False, UNASSIGNED)])
async def test_the_matrix(store: Store, assigned: bool, matrix: dict[str, tuple[str]]) -> None:
    owner, assignee = await person(store, "Owner"), await person(store, "Assignee")
    member, stranger = await person(store, "Member"), await person(store, "Stranger")
    chat = await group(store)
    draft = Draft("Here", assignee=assignee.account if assigned else None)
    task = await store.mutate(lambda work: work.tasks.add(owner.at(chat), draft))
    ref = Ref(public_id=task.public_id)
    actors = (owner.actor, assignee.actor, member.at(chat), stranger.actor)
    for name, expected in matrix.items():
        found = [
            await store.mutate(lambda work, n=name, a=actor: outcome(work, FUNCTIONS[n], a, ref))
            if wanted
            else None
            for actor, wanted in zip(actors, expected, strict=True)
        ]
        assert found == [*expected], name
    assert set(MATRIX) == set(FUNCTIONS)


async def test_a_member_sees_a_groups_task_in_the_group_only(store: Store) -> None:
    owner, member = await person(store, "Owner"), await person(store, "Member")
    chat = await group(store)
    task = await store.mutate(lambda work: work.tasks.add(owner.at(chat), Draft("Here")))
    ref = Ref(public_id=task.public_id)
    seen = await store.query(lambda work: work.tasks.get(member.at(chat), ref))
    assert (seen.title, seen.number) == ("Here", 0)
    with pytest.raises(NoSuchTask):
        await store.query(lambda work: work.tasks.get(member.actor, ref))


async def test_a_private_task_is_not_seen_in_a_group(store: Store) -> None:
    owner, member = await person(store, "Owner"), await person(store, "Member")
    chat, task = await group(store), await add(store, owner)
    ref = Ref(public_id=task.public_id)
    with pytest.raises(NoSuchTask):
        await store.query(lambda work: work.tasks.get(member.at(chat), ref))


async def test_a_refusal_names_who_may(store: Store) -> None:
    owner, assignee = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, owner, assignee=assignee.account)
    with pytest.raises(NotAllowed) as refused:
        await store.mutate(lambda work: work.tasks.delete(assignee.actor, Ref(number=1)))
    assert refused.value.who_may == "Ada"


async def test_who_declines_is_free_of_it(store: Store) -> None:
    owner, assignee = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, owner, "Buy milk", assignee=assignee.account)
    ref = Ref(public_id=task.public_id)
    task = await store.mutate(lambda work: work.answers.decline(assignee.actor, ref))
    assert task.title == "Buy milk"
    with pytest.raises(NoSuchTask):
        await store.query(lambda work: work.tasks.get(assignee.actor, ref))
    assert (await store.query(lambda work: work.tasks.get(owner.actor, ref))).assignee is None


refs = st.one_of(
    st.builds(Ref, number=st.integers(-(2**70), 2**70)),
    st.builds(Ref, number=st.integers(0, 5), public_id=st.text("0123456789abcdef", max_size=8)),
    st.builds(Ref, public_id=st.text("0123456789abcdefghjkmnpqrstvwxyz", max_size=12)),
)


@given(
    ref=refs,
    revision=st.integers(0, 3),
    function=st.sampled_from(sorted(FUNCTIONS)),
    foreign=st.booleans(),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_what_is_foreign_is_refused_exactly_as_what_is_missing(
    store: Store, ref: Ref, revision: int, function: str, foreign: bool
) -> None:
    who, names = sender("Ada"), (sender("Stranger"), sender("Owner"))

    def refusal(work: Work) -> tuple[type[Refusal], str, str]:
        stranger, owner = meet(work, names[0]), meet(work, names[1])
        meet(work, who)
        task: Task = work.tasks.add(owner.actor, Draft("Secret"))
        named = Ref(0, task.public_id, revision) if foreign else ref
        try:
            FUNCTIONS[function](work, stranger.actor, named)
        except Refusal as error:
            return type(error), str(vars(error)["ref"]), str(named)
        raise AssertionError("a stranger was served")

    kind, said, asked = await store.mutate(refusal)
    assert (kind, said) == (NoSuchTask, asked)


async def test_a_foreign_notice_is_refused_exactly_as_a_missing_one(store: Store) -> None:
    owner, stranger = await person(store, "Ada"), await person(store, "Eve")
    task = await add(store, owner)
    await store.mutate(lambda work: work.tasks.complete(owner.actor, Ref(public_id=task.public_id)))
    [notice] = await store.query(lambda work: work.notices.page(owner.account))
    for wanted in (notice.id, 999_999, 0, -1, 2**63, -(2**70)):
        for act in (
            lambda work, n=wanted: work.notices.read(stranger.account, n),
            lambda work, n=wanted: work.notices.delete(identity_of(work, stranger), n),
        ):
            with pytest.raises(NoSuchNotice) as refused:
                await store.mutate(act)
            assert refused.value.ref == str(wanted)
    assert await store.query(lambda work: work.notices.unread(owner.account)) == 1
