"""Whose tasks a search finds, and whose it does not even count."""

from __future__ import annotations

from sqlalchemy import text

from core import joining, taking_back
from core.forgetting import forget
from core.sharing import share
from core.store import Store
from core.task import Ref
from core.work import Work
from tests.core.people import add, group, identity_of, person


async def counts(store: Store, who: int, said: str) -> tuple[int, int]:
    """How many are counted, and how many shown."""
    page = await store.mutate(lambda work: work.search.page(who, said))
    return page.total, len(page.tasks)


async def test_what_a_group_sees_is_not_what_its_people_have(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    chat = await group(store)
    task = await add(store, ada, "Secret milk", description="and honey")
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: share(work, ada.at(chat), ref))
    await store.mutate(lambda work: work.notes.add(ada.actor, ref, "from the corner"))
    for said in ("milk", "honey", "corner"):
        assert await counts(store, ben.account, said) == (0, 0)
        assert await counts(store, ada.account, said) == (1, 1)
    await store.mutate(lambda work: work.answers.claim(ben.at(chat), ref))
    assert await counts(store, ben.account, "corner") == (1, 1)
    await store.mutate(lambda work: work.tasks.delete(ada.actor, ref))
    for who in (ada, ben):
        assert await counts(store, who.account, "milk") == (0, 0)


async def test_two_that_became_one_and_two_again(store: Store) -> None:
    ada, office = await person(store, "Ada"), await person(store, "Ann", "slack", "T1")
    await add(store, ada, "Milk here")
    await add(store, office, "Milk there")
    assert await counts(store, ada.account, "milk") == (1, 1)

    def joined(work: Work) -> str:
        done = joining.join(work, identity_of(work, office), ada.account, joining.Way.CODE)
        joining.move(work, identity_of(work, office), done.link)
        return done.link

    link = await store.mutate(joined)
    assert await counts(store, ada.account, "milk") == (2, 2)
    await store.mutate(lambda work: taking_back.undo(work, identity_of(work, ada), link))
    assert await counts(store, ada.account, "here") == (1, 1)
    assert await counts(store, ada.account, "there") == (0, 0)
    assert await counts(store, office.account, "there") == (1, 1)
    assert await counts(store, office.account, "here") == (0, 0)


async def test_words_of_whoever_was_forgotten_are_found_by_nobody(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, "Buy milk", assignee=ben.account)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.notes.add(ben.actor, ref, "Wolpertinger"))
    assert await counts(store, ada.account, "wolpertinger") == (1, 1)
    await store.mutate(lambda work: forget(work, ben.account))
    assert await counts(store, ada.account, "wolpertinger") == (0, 0)
    assert await counts(store, ada.account, "milk") == (1, 1)
    assert await counts(store, ben.account, "milk") == (0, 0)


async def test_the_control_the_words_of_all_are_in_one_table(store: Store) -> None:
    """So it is the question that keeps them apart, twice: by whose the words and the tasks are."""
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await add(store, ada, "Secret milk")
    assert await counts(store, ada.account, "milk") == (1, 1)
    assert await counts(store, ben.account, "milk") == (0, 0)

    def whoever(work: Work) -> int:
        matches = "words @@ 'milk'" if work.shared else "task_words MATCH 'milk'"
        return int(work.run(text(f"SELECT count(*) FROM task_words WHERE {matches}")).scalar_one())  # noqa: S608  # ours

    assert await store.query(whoever) == 1


async def test_nobody_gets_at_the_words_of_others_by_what_they_type(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await add(store, ada, "Secret milk")
    await add(store, ben, "Bread")
    for said in (
        f"a{ada.account}", f"@{ada.account}", f"who:a{ada.account}", f"who : a{ada.account} milk",
        f'" OR who : "a{ada.account}', f"') OR who:a{ada.account} (", f"milk | @{ada.account}",
        f"' | '@{ada.account}", f"\uff07 | \uff07\uff20{ada.account}", "milk*", "m* OR s*",
        f"{{who}} : a{ada.account}", "!bread", "NOT bread", "-bread", "^milk", "milk + secret",
        f"\\' | \\'@{ada.account}", "milk:ABCD", "milk:*", "<-> milk", "milk <2> secret",
    ):  # fmt: skip
        assert await counts(store, ben.account, said) == (
            (1, 1) if said in {"!bread", "-bread"} else (0, 0)
        ), said
