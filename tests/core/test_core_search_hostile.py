"""Search in whatever people wrote, by whatever they type."""

from __future__ import annotations

import contextlib
import itertools
import unicodedata

import pytest
from sqlalchemy import text

from core.forgetting import forget
from core.notes import NOTE_LIMIT, NOTES_LIMIT
from core.search_tables import MANY
from core.store import Store
from core.task import DESCRIPTION_LIMIT, Ref
from core.work import Work
from tests.core.people import Person, add, person
from tests.databases import Database

SCRIPTS = {
    "turkish": (
        "\u0130stanbul \u0131l\u0131k I\u015eIK",
        ["\u0130stanbul", "istanbul", "\u0130ST"],
    ),
    "dotless": ("\u0131l\u0131k", ["\u0131l\u0131k", "\u0131l"]),
    "hindi": (
        "\u0939\u093f\u0928\u094d\u0926\u0940 \u092a\u0922\u093c\u094b",
        ["\u0939\u093f\u0928\u094d\u0926\u0940", "\u092a\u0922\u093c\u094b"],
    ),
    "thai": (
        "\u0e0b\u0e37\u0e49\u0e2d\u0e19\u0e21",
        ["\u0e0b\u0e37\u0e49\u0e2d\u0e19\u0e21", "\u0e0b\u0e37\u0e49\u0e2d"],
    ),
    "hebrew": (
        "\u05e7\u05e0\u05d4 \u05d7\u05dc\u05d1",
        ["\u05d7\u05dc\u05d1", "\u200f\u05d7\u05dc\u05d1\u200f", "\u05d7\u05dc"],
    ),
    "niqqud": ("\u05d7\u05b8\u05dc\u05b8\u05d1", ["\u05d7\u05b8\u05dc\u05b8\u05d1"]),
    "arabic": ("\u0627\u0634\u062a\u0631 \u062d\u0644\u064a\u0628", ["\u062d\u0644\u064a\u0628"]),
    "harakat": ("\u062d\u064e\u0644\u0650\u064a\u0628", ["\u062d\u064e\u0644\u0650\u064a\u0628"]),
    "persian": (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0634\u06cc\u0631",
        ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0634\u06cc\u0631"],
    ),
    "emoji": ("\U0001f95b milk\U0001f404bar", ["\U0001f95b milk", "bar", "milk \U0001f404"]),
    "astral": ("\U00010400\U00010401 x", ["\U00010400\U00010401"]),
    "sharp": ("Stra\u00dfe", ["stra\u00dfe", "Stra"]),
    "ligature": ("\ufb01le", ["\ufb01le"]),
    "fullwidth": ("\uff2d\uff49\uff4c\uff4b", ["\uff2d\uff49\uff4c\uff4b"]),
    "square": ("10 m\u00b2", ["m\u00b2", "10"]),
    "half": ("\u00bd litre", ["\u00bd", "litre"]),
    "numbers": ("1e5 0x1F 3.14 -7 10:30", ["1e5", "0x1F", "3.14", "-7", "10:30"]),
    "address": (
        "mail a@b.example.org/x?y=1 <b>bold</b> &amp;",
        ["example", "bold", "a@b.example.org", "amp"],
    ),
    "combined": ("e\u0301te\u0301 cafe\u0301", ["\u00e9t\u00e9", "cafe", "CAF\u00c9"]),
    "greek": (
        "\u039f\u0394\u039f\u03a3 \u03ac\u03bb\u03c6\u03b1",
        ["\u039f\u0394\u039f\u03a3", "\u03ac\u03bb\u03c6\u03b1", "\u03bf\u03b4"],
    ),
    "joined": ("snake_case kebab-case a.b", ["snake", "case", "kebab", "snake_case"]),
    "long": ("x" * 150, ["x" * 150, "x" * 100, "xx"]),
}


async def found(store: Store, who: Person, said: str) -> list[str]:
    page = await store.mutate(lambda work: work.search.page(who.account, said, most=100))
    assert page.total == len(page.tasks)
    return [task.title for task in page.tasks]


@pytest.mark.parametrize("script", SCRIPTS)
async def test_what_was_written_is_found_as_it_is_typed(store: Store, script: str) -> None:
    written, searches = SCRIPTS[script]
    title = unicodedata.normalize("NFC", written)  # as it is kept
    ada = await person(store, "Ada")
    await add(store, ada, title)
    await add(store, ada, "Quite another thing")
    for said in searches:
        assert await found(store, ada, said) == [title], said


@pytest.mark.faults
async def test_more_than_a_row_of_words_holds(store: Store) -> None:
    """PostgreSQL refuses a row of more than a megabyte of words; whoever pastes that keeps it."""
    ada = await person(store, "Ada")
    task = await add(store, ada, "Milk", description=_many_words(0, DESCRIPTION_LIMIT))
    ref = Ref(public_id=task.public_id)
    for number in range(NOTES_LIMIT):
        said = _many_words(number + 1, NOTE_LIMIT)
        await store.mutate(lambda work, t=said: work.notes.add(ada.actor, ref, t))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    assert await found(store, ada, "milk") == ["Milk"]


def _many_words(place: int, most: int) -> str:
    """Words of three signs, four bytes each, no two alike."""
    signs = [chr(0x10400 + number) for number in range(40)] + [chr(0x12000 + n) for n in range(600)]
    every = ("".join(each) for each in itertools.product(signs[:40], signs[40:], signs[40:]))
    return " ".join(itertools.islice(every, place * 1000, (place + 1) * 1000))[:most]


def late(work: Work) -> int:
    """Tasks whose words are not read yet."""
    return int(work.run(text("SELECT count(*) FROM task_words_late")).scalar_one())


async def test_words_are_read_when_they_are_many_or_looked_for(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    for number in range(MANY * 2 + 5):
        await add(store, ada, f"Milk {number}")
        assert await store.query(late) < MANY
    assert await store.query(late) == 5
    again = sqlite.open()  # as after a crash: nothing of it is in memory
    assert await found(again, ada, "132") == ["Milk 132"]
    assert await again.query(late) == 0


async def test_a_change_of_what_is_read_is_read_once(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await add(store, ada, "Milk")
    assert await found(store, ada, "milk") == ["Milk"]
    for title in ("Bread", "Rye bread"):
        values = {"title": title}
        await store.mutate(lambda work, v=values: work.tasks.update(ada.actor, Ref(number=1), v))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    await store.mutate(lambda work: work.notes.add(ada.actor, Ref(number=1), "from the corner"))
    assert await store.query(late) == 1
    assert await found(store, ada, "corner rye") == ["Rye bread"]
    assert await found(store, ada, "milk") == []


async def test_a_search_that_is_taken_back_leaves_the_words_to_the_next(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await add(store, ada, "Milk")

    def refused(work: Work) -> None:
        with contextlib.suppress(ValueError), work.savepoint():
            assert work.search.page(ada.account, "milk").total == 1
            raise ValueError

    await store.mutate(refused)
    assert await store.query(late) == 1
    assert await found(store, ada, "milk") == ["Milk"]


async def test_what_is_gone_before_its_words_are_read(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await add(store, ada, "Milk")
    await store.mutate(lambda work: forget(work, ada.account))
    assert await store.query(late) == 0
