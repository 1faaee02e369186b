"""Twenty at once have exactly the effect of one after the other: on SQLite and, through two stores
as two processes have them, on PostgreSQL."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from core import prompts, schema
from core.chat import Prompt, Sent
from core.errors import CodeRefused, LinkRefused, NothingToUndo, Stale, TooMany
from core.joining import Joined, Way, add_login, join, move
from core.offer import State
from core.store import Store
from core.taking_back import undo
from core.task import OPEN_LIMIT, Draft, Ref, Status
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joined, joins
from tests.core.people import GROUP, Person, add, identity_of, meet, person, sender, told
from tests.core.races import barrier, gather, refusals
from tests.core.rows import numbers, open_tasks, set_open_tasks, total
from tests.databases import Database

MANY = 20


@pytest.fixture
def stores(database: Database) -> list[Store]:
    return [database.open(), database.open()]


@pytest.fixture
async def ada(stores: list[Store]) -> Person:
    return await person(stores[0], "Ada")


async def test_adds_take_the_numbers_one_to_twenty(stores: list[Store], ada: Person) -> None:
    adding = [lambda work, n=n: work.tasks.add(ada.actor, Draft(f"{n}")) for n in range(MANY)]
    tasks = await gather(stores, adding)
    assert sorted(task.number for task in tasks) == list(range(1, MANY + 1))
    assert await stores[0].query(lambda work: numbers(work, ada.account)) == [*range(1, MANY + 1)]
    assert await stores[0].query(lambda work: open_tasks(work, ada.account)) == (MANY, MANY)


async def test_adds_stop_at_the_limit(stores: list[Store], ada: Person) -> None:
    await set_open_tasks(stores[0], ada, OPEN_LIMIT - 7)
    outcomes = await gather(stores, [lambda work: work.tasks.add(ada.actor, Draft("x"))] * MANY)
    assert [type(each) for each in refusals(outcomes)] == [TooMany] * (MANY - 7)
    assert await total(stores[0], "task") == 7
    counted, actual = await stores[0].query(lambda work: open_tasks(work, ada.account))
    assert (counted, actual) == (OPEN_LIMIT, 7)


async def test_reopening_stops_at_the_limit(stores: list[Store], ada: Person) -> None:
    for n in range(MANY):
        await add(stores[0], ada, f"{n}", status=Status.COMPLETED)
    await set_open_tasks(stores[0], ada, OPEN_LIMIT - 7)
    reopening = [
        lambda work, n=n: work.tasks.set_status(ada.actor, Ref(number=n), Status.PENDING)
        for n in range(1, MANY + 1)
    ]
    outcomes = await gather(stores, reopening)
    assert [type(each) for each in refusals(outcomes)] == [TooMany] * (MANY - 7)
    counted, actual = await stores[0].query(lambda work: open_tasks(work, ada.account))
    assert (counted, actual) == (OPEN_LIMIT, 7)


async def test_completions_are_told_once_and_everybody_is_answered(
    stores: list[Store], database: Database, ada: Person
) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    task = await add(stores[0], ada, assignee=cleo.account)
    completing = [
        lambda work, who=who: work.tasks.complete(who.actor, Ref(public_id=task.public_id))
        for who in [ada, cleo] * (MANY // 2)
    ]
    answers = await gather(stores, completing)
    assert {answer.status for answer in answers} == {Status.COMPLETED}
    assert {answer.completions for answer in answers} == {1}
    assert await told(stores[0], ada) == ["task_completed"]
    assert await told(stores[0], cleo) == ["task_assigned", "task_completed"]
    assert len([job for job in database.jobs.pending() if job.name == "tell"]) == 2
    assert await stores[0].query(lambda work: open_tasks(work, ada.account)) == (0, 0)


async def test_updates_of_one_task_all_happen(stores: list[Store], ada: Person) -> None:
    await add(stores[0], ada)
    updating = [
        lambda work, n=n: work.tasks.update(ada.actor, Ref(number=1), {"title": f"{n}"})
        for n in range(MANY)
    ]
    titles = {task.title for task in await gather(stores, updating)}
    assert titles == {f"{n}" for n in range(MANY)}
    task = await stores[0].query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))
    assert task.revision == MANY + 1


async def test_of_presses_on_one_card_one_counts(stores: list[Store], ada: Person) -> None:
    task = await add(stores[0], ada)
    seen = Ref(public_id=task.public_id, revision=task.revision)
    pressing = [
        lambda work, n=n: work.tasks.update(ada.actor, seen, {"title": f"{n}"}) for n in range(MANY)
    ]
    outcomes = await gather(stores, pressing)
    assert [type(each) for each in refusals(outcomes)] == [Stale] * (MANY - 1)


async def test_of_claims_one_wins(stores: list[Store], ada: Person) -> None:
    people = [await person(stores[0], f"{n}") for n in range(MANY)]
    chat = await stores[0].mutate(lambda work: work.chats.get(GROUP).id)
    task = await stores[0].mutate(lambda work: work.tasks.add(ada.at(chat), Draft("Here")))
    ref = Ref(public_id=task.public_id)
    claiming = [lambda work, w=who: work.answers.claim(w.at(chat), ref) for who in people]
    outcomes = await gather(stores, claiming)
    assert len(refusals(outcomes)) == MANY - 1
    assert await total(stores[0], "concern") == 2


async def test_of_undos_one_happens(stores: list[Store], ada: Person) -> None:
    await add(stores[0], ada)
    outcomes = await gather(stores, [lambda work: work.tasks.undo(ada.actor)] * MANY)
    assert [type(each) for each in refusals(outcomes)] == [NothingToUndo] * (MANY - 1)
    assert await stores[0].query(lambda work: open_tasks(work, ada.account)) == (0, 0)


async def test_assigning_crosswise_needs_no_retry(stores: list[Store], ada: Person) -> None:
    cleo = await person(stores[0], "Cleo")
    pairs = [(ada, cleo), (cleo, ada)] * (MANY // 2)
    adding = [
        lambda work, a=a, b=b: work.tasks.add(a.actor, Draft("x", assignee=b.account))
        for a, b in pairs
    ]
    assert refusals(await gather(stores, adding)) == []
    for who in (ada, cleo):
        held = await stores[0].query(lambda work, w=who: numbers(work, w.account))
        assert held == list(range(1, MANY + 1))
    assert sum(store.counts.replays for store in stores) == 0


async def test_a_code_joins_one_of_twenty(stores: list[Store], ada: Person) -> None:
    people = [await person(stores[0], f"{n}", "slack", "T1") for n in range(MANY)]
    code = await stores[0].mutate(lambda work: work.linking.issue(identity_of(work, ada)).code)
    redeeming = [
        lambda work, w=who: work.linking.redeem(identity_of(work, w), code) for who in people
    ]
    outcomes = await gather(stores, redeeming)
    assert [type(each) for each in refusals(outcomes)] == [CodeRefused] * (MANY - 1)


@pytest.mark.parametrize("codes", [20, pytest.param(1000, marks=pytest.mark.faults)])
async def test_codes_join_one_of_fifty_each(sqlite: Database, codes: int) -> None:
    """B7 on SQLite; with two processes on PostgreSQL: `tests/faults/test_postgres_races.py`."""
    store = sqlite.open()
    guests = [await person(store, f"{n}", "slack", "T1") for n in range(50)]
    for _ in range(codes):
        host = await person(store, "Host")
        code = await store.mutate(
            lambda work, h=host: work.linking.issue(identity_of(work, h)).code
        )
        redeeming = [
            lambda work, w=who, c=code: work.linking.redeem(identity_of(work, w), c)
            for who in guests
        ]
        outcomes = await gather([store], redeeming)
        assert [type(each) for each in refusals(outcomes)] == [CodeRefused] * (len(guests) - 1)


async def test_of_sign_ins_begun_at_once_one_is_open(stores: list[Store], ada: Person) -> None:
    starting = [lambda work: work.web_links.start(identity_of(work, ada))] * MANY
    assert refusals(await gather(stores, starting)) == []
    assert await open_sign_ins(stores[0]) == 1


async def test_the_control_without_the_accounts_lock_two_would_be(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = [postgres.open(), postgres.open()]
    ada = await person(stores[0], "Ada")
    monkeypatch.setattr(Work, "lock_accounts", lambda *_: None)
    starting = [lambda work: work.web_links.start(identity_of(work, ada))] * MANY
    await gather(stores, starting)
    assert await open_sign_ins(stores[0]) > 1


async def open_sign_ins(store: Store) -> int:
    row = schema.web_link.c
    found = select(row.id).where(row.state == State.ISSUED)
    return len(await store.query(lambda work: work.run(found).all()))


async def test_of_codes_issued_at_once_one_lives(stores: list[Store], ada: Person) -> None:
    issuing = [lambda work: work.linking.issue(identity_of(work, ada)).code] * MANY
    codes = await gather(stores, issuing)
    cleo = await person(stores[0], "Cleo")

    def works(work: Work, code: str) -> bool:
        try:
            work.linking.redeem(identity_of(work, cleo), code)
        except CodeRefused:
            return False
        return True

    lived = [await stores[0].mutate(lambda work, c=code: works(work, c)) for code in codes]
    assert sum(lived) == 1


async def test_agreeing_at_once_joins_once(stores: list[Store], ada: Person) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    for who in (ada, cleo):
        await add(stores[0], who)
    code = await stores[0].mutate(lambda work: work.linking.issue(identity_of(work, ada)).code)
    offer = await stores[0].mutate(lambda w: w.linking.redeem(identity_of(w, cleo), code))
    await stores[0].mutate(lambda w: w.linking.agree(identity_of(w, cleo), offer.public_id))
    agreeing = [lambda w: w.linking.agree(identity_of(w, ada), offer.public_id)] * MANY
    outcomes = await gather(stores, agreeing)
    assert [type(each) for each in refusals(outcomes)] == [LinkRefused] * (MANY - 1)
    assert await total(stores[0], "link") == 1


async def test_the_last_identity_stays_when_both_leave(stores: list[Store], ada: Person) -> None:
    other = await joined(stores[0], ada, await person(stores[0], "Ada", "slack", "T1"))
    leaving = [lambda work, w=who: unlink(work, ada.account, w.identity) for who in (ada, other)]
    outcomes = await gather(stores, leaving * 5)
    assert len(outcomes) - len(refusals(outcomes)) == 1
    assert len(await stores[0].query(lambda work: work.accounts.identities(ada.account))) == 1


async def test_nothing_added_during_a_merge_is_lost(stores: list[Store], ada: Person) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    code = await stores[0].mutate(lambda work: work.linking.issue(identity_of(work, ada)).code)
    offer = await stores[0].mutate(lambda w: w.linking.redeem(identity_of(w, cleo), code))
    await stores[0].mutate(lambda w: w.linking.agree(identity_of(w, cleo), offer.public_id))

    def adding(work: Work) -> Any:
        return work.tasks.add(meet(work, cleo.sender).actor, Draft("x"))

    def merging(work: Work) -> Any:
        _, joined_now = work.linking.agree(identity_of(work, ada), offer.public_id)
        assert joined_now is not None
        return move(work, identity_of(work, cleo), joined_now.link)

    functions = [adding] * 10 + [merging] + [adding] * 10
    assert refusals(await gather(stores, functions)) == []
    held = await stores[0].query(lambda work: numbers(work, ada.account))
    assert held == list(range(1, MANY + 1))
    assert await stores[0].query(lambda work: open_tasks(work, ada.account)) == (MANY, MANY)


async def test_nothing_added_while_it_is_taken_back_is_lost(
    stores: list[Store], ada: Person
) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    await add(stores[0], cleo)
    link = (await stores[0].mutate(lambda work: joins(work, ada, cleo))).link
    await stores[0].mutate(lambda work: move(work, identity_of(work, cleo), link))

    def adding(work: Work) -> Any:
        return work.tasks.add(meet(work, cleo.sender).actor, Draft("x"))

    def taking_back(work: Work) -> Any:
        return undo(work, identity_of(work, ada), link)

    functions = [adding] * 10 + [taking_back] + [adding] * 10
    assert refusals(await gather(stores, functions)) == []
    counts = [await stores[0].query(lambda w, a=a: open_tasks(w, a.account)) for a in (ada, cleo)]
    assert [each[0] for each in counts] == [each[1] for each in counts]
    assert sum(each[0] for each in counts) == MANY + 1
    held = await stores[0].query(lambda work: numbers(work, cleo.account))
    assert held == list(range(1, len(held) + 1))


async def test_twenty_accounts_link_one_identity_and_one_does(stores: list[Store]) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    people = [await person(stores[0], f"{n}") for n in range(MANY)]
    seen = await stores[0].query(lambda work: identity_of(work, cleo))
    joining = [lambda work, w=who: join(work, seen, w.account, Way.WEB) for who in people]
    outcomes = await gather(stores, joining)
    assert [each.reason for each in refusals(outcomes)] == ["elsewhere"] * (MANY - 1)  # type: ignore[attr-defined]  # of LinkRefused
    (won,) = [who for who, each in zip(people, outcomes, strict=True) if isinstance(each, Joined)]
    now = await stores[0].query(lambda work: identity_of(work, cleo))
    assert now.account_id == won.account
    assert await total(stores[0], "link") == await total(stores[0], "link_item") == 1


async def test_twenty_sign_ins_of_one_subject_lead_to_one_account(stores: list[Store]) -> None:
    people = [await person(stores[0], f"{n}") for n in range(MANY)]
    adding = [
        lambda work, w=who: add_login(work, w.account, "https://id", "s", "x") for who in people
    ]
    outcomes = await gather(stores, adding)
    assert len(refusals(outcomes)) == MANY - 1
    assert await total(stores[0], "login") == 1


async def test_joins_that_cross_happen_once(
    stores: list[Store], database: Database, ada: Person
) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    sides = await stores[0].query(lambda w: (identity_of(w, ada), identity_of(w, cleo)))
    crossing = [
        lambda work: join(work, sides[0], cleo.account, Way.WEB),
        lambda work: join(work, sides[1], ada.account, Way.WEB),
    ]
    outcomes = await gather(stores, crossing * 5)
    assert len(outcomes) - len(refusals(outcomes)) == 1
    now = await stores[0].query(lambda w: [identity_of(w, who).account_id for who in (ada, cleo)])
    assert now[0] == now[1]
    assert await total(stores[0], "link") == 1
    if database.shared:  # no deadlock was to be resolved
        assert sum(store.counts.replays for store in stores) == 0


async def test_codes_that_cross_join_once(stores: list[Store], ada: Person) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")

    def ask(work: Work, source: Person, target: Person) -> str:
        code = work.linking.issue(identity_of(work, source)).code
        offer = work.linking.redeem(identity_of(work, target), code)
        work.linking.agree(identity_of(work, target), offer.public_id)
        return offer.public_id

    one = await stores[0].mutate(lambda work: ask(work, ada, cleo))
    other = await stores[0].mutate(lambda work: ask(work, cleo, ada))
    agreeing = [
        lambda work: work.linking.agree(identity_of(work, ada), one),
        lambda work: work.linking.agree(identity_of(work, cleo), other),
    ]
    outcomes = await gather(stores, agreeing * 5)
    assert len(outcomes) - len(refusals(outcomes)) == 1
    assert await total(stores[0], "link") == 1


async def test_leaving_and_taking_back_at_once_lose_nobody(
    stores: list[Store], ada: Person
) -> None:
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    await add(stores[0], cleo)
    link = (await stores[0].mutate(lambda work: joins(work, ada, cleo))).link
    both = [
        lambda work: undo(work, identity_of(work, ada), link),
        lambda work: unlink(work, ada.account, cleo.identity),
        lambda work: move(work, identity_of(work, cleo), link),
    ]
    await gather(stores, both * 4)
    for who in (ada, cleo):
        mine = await stores[0].query(lambda work, w=who: meet(work, w.sender))
        counted, actual = await stores[0].query(lambda work, m=mine: open_tasks(work, m.account))
        assert counted == actual
    owners = await stores[0].query(lambda work: work.run(select(schema.task.c.owner_id)).all())
    reached = await stores[0].query(
        lambda work: work.run(select(schema.identity.c.account_id)).scalars().all()
    )
    assert {row.owner_id for row in owners} <= set(reached)


async def test_a_first_message_that_comes_twice_makes_one_account(stores: list[Store]) -> None:
    who = sender("New")
    people = await gather(stores, [lambda work: meet(work, who)] * MANY)
    assert len({each.account for each in people}) == 1
    assert await total(stores[0], "account") == await total(stores[0], "chat") == 1


_READ = select(schema.link_attempt.c.state).where(schema.link_attempt.c.id == 1)
_SPEND = update(schema.link_attempt).where(schema.link_attempt.c.id == 1).values(state=State.ASKED)
_OPEN = select(schema.account.c.open_tasks).where(schema.account.c.id == bindparam("account"))
_COUNT = update(schema.account).where(schema.account.c.id == bindparam("account_id"))
_COUNT = _COUNT.values(open_tasks=bindparam("count"))


async def test_reading_a_code_first_and_spending_it_after_would_spend_it_twice(
    postgres: Database,
) -> None:
    stores = [postgres.open(), postgres.open()]
    ada = await person(stores[0], "Ada")
    await stores[0].mutate(lambda work: work.linking.issue(identity_of(work, ada)).code)
    together = barrier(4)

    def naive(work: Work) -> bool:
        state = work.run(_READ).scalar_one()
        together.wait()
        if state != State.ISSUED:
            return False
        work.run(_SPEND)
        return True

    assert sum(await gather(stores, [naive] * 4)) > 1


async def test_counting_tasks_first_and_adding_after_would_pass_the_limit(
    postgres: Database,
) -> None:
    stores = [postgres.open(), postgres.open()]
    ada = await person(stores[0], "Ada")
    await set_open_tasks(stores[0], ada, OPEN_LIMIT - 1)
    together = barrier(4)

    def naive(work: Work) -> bool:
        count = work.run(_OPEN, {"account": ada.account}).scalar_one()
        together.wait()
        if count >= OPEN_LIMIT:
            return False
        work.run(_COUNT, {"account_id": ada.account, "count": count + 1})
        return True

    assert sum(await gather(stores, [naive] * 4)) > 1


async def test_looking_where_an_identity_is_and_joining_after_would_join_it_twice(
    postgres: Database,
) -> None:
    stores = [postgres.open(), postgres.open()]
    cleo = await person(stores[0], "Cleo", "slack", "T1")
    people = [await person(stores[0], f"{n}") for n in range(4)]
    together = barrier(4)
    row = schema.identity.c
    where = select(row.account_id).where(row.id == cleo.identity)
    go = update(schema.identity).where(row.id == cleo.identity)

    def naive(work: Work, into: int) -> bool:
        home = work.run(where).scalar_one()
        together.wait()
        if home != cleo.account:
            return False
        work.run(go.values(account_id=into))
        return True

    joining = [lambda work, w=who: naive(work, w.account) for who in people]
    assert sum(await gather(stores, joining)) > 1


async def shown_while_it_ends(postgres: Database) -> list[str]:
    """A code's message is noted in one process while another code ends it in the other: the names
    of the jobs that follow."""
    stores = [postgres.open(), postgres.open()]
    ada = await person(stores[0], "Ada")
    issued = await stores[0].mutate(lambda work: work.linking.issue(identity_of(work, ada)))
    together = barrier(2)

    def note(work: Work) -> None:
        sent = Sent(work.chats.by_id(ada.chat).address, "7")
        work.prompts.drawn(Prompt(issued.attempt, State.ISSUED), ada.chat, sent)
        together.wait()
        time.sleep(0.3)

    def end(work: Work) -> None:
        together.wait()
        work.linking.issue(identity_of(work, ada))

    await gather(stores, [note, end])
    return [each.name for each in postgres.jobs.pending()]


async def test_a_message_that_is_noted_while_its_code_ends_is_edited(postgres: Database) -> None:
    assert await shown_while_it_ends(postgres) == ["outcome"]


async def test_the_control_without_holding_the_attempt_it_would_stay(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = [each.with_only_columns(*each.selected_columns) for each in prompts.STATES]
    for each in loose:
        each._for_update_arg = None
    monkeypatch.setattr(prompts, "STATES", loose)
    assert await shown_while_it_ends(postgres) == []
