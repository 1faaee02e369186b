"""When two accounts become one, no task is lost and no number is held twice."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings

from core.events import Announced
from core.joining import move
from core.store import Store
from core.task import Ref
from core.work import Work
from tests.core.acts import Step, act, check, owned, steps
from tests.core.joining import joins, merged
from tests.core.people import add, complete, identity_of, meet, person, sender, told
from tests.core.rows import numbers


async def test_numbers_go_on_after_those_of_the_account_that_stays(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    for title in ("a1", "a2"):
        await add(store, ada, title)
    await add(store, cleo, "c1")
    shared = await add(store, ada, "shared", assignee=cleo.account)
    await add(store, cleo, "c3")
    await merged(store, ada, cleo)
    by_number = {
        number: (await store.query(lambda w, n=number: w.tasks.get(ada.actor, Ref(number=n)))).title
        for number in await store.query(lambda work: numbers(work, ada.account))
    }
    assert by_number == {1: "a1", 2: "a2", 3: "shared", 4: "c1", 5: "c3"}
    assert shared.number == 3
    assert await store.query(lambda work: numbers(work, cleo.account)) == []
    assert (await add(store, ada, "next")).number == 6


async def test_what_both_were_told_is_told_once(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, ada, assignee=cleo.account)
    await complete(store, ada, task)
    await store.mutate(lambda work: work.notices.tell(Announced("x", "x"), cleo.account))
    await merged(store, ada, cleo)
    kinds = Counter(await told(store, ada))
    assert kinds == {"task_completed": 1, "task_assigned": 1, "info": 1, "system": 4}


async def test_what_the_one_did_not_say_of_themselves_the_other_did(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await store.mutate(lambda work: work.profile.set_timezone(cleo.account, "Europe/Rome"))
    await store.mutate(lambda work: work.profile.set_language(ada.account, "en"))
    await store.mutate(lambda work: work.profile.set_language(cleo.account, "it"))
    await merged(store, ada, cleo)
    account = await store.query(lambda work: work.accounts.get(ada.account))
    assert (account.name, account.timezone, account.language) == ("Ada", "Europe/Rome", "en")


async def test_an_account_leads_to_what_it_became(store: Store) -> None:
    people = [await person(store, name) for name in "abc"]
    await merged(store, people[1], people[2])
    await merged(store, people[0], people[1])
    for who in people:
        now = await store.query(lambda work, w=who: work.accounts.current(w.account))
        assert now == people[0].account


@given(before=steps, after=steps)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_tasks_are_conserved(store: Store, before: list[Step], after: list[Step]) -> None:
    senders = [sender(name) for name in ("Ada", "Bo", "Cleo")]

    def story(work: Work) -> None:
        people = [meet(work, who) for who in senders]
        for step in before:
            act(work, people, step)
        titles = Counter(title for who in people for title in owned(work, who.account))
        ada, _, cleo = people
        done = joins(work, ada, cleo)
        move(work, identity_of(work, cleo), done.link)
        people = [meet(work, who) for who in senders]
        assert people[0].account == people[2].account
        assert Counter(t for who in people[:2] for t in owned(work, who.account)) == titles
        check(work, {ada.account, people[1].account, cleo.account})
        for step in after:
            act(work, people, step)
        check(work, {ada.account, people[1].account, cleo.account})

    await store.mutate(story)
