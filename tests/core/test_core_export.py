"""Exports: JSON loses nothing, and no cell of a CSV file is a formula (`promises.md` T30)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.export import TRIGGERS, Format, Sheet, as_csv, document, tasks
from core.store import Store
from core.task import Ref
from tests.core.people import add, person

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STARTS = some.sampled_from(["", " ", "  ", "\u00a0", "\ufeff", *TRIGGERS])
CELLS = some.tuples(STARTS, STARTS, some.text(max_size=12)).map("".join)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@given(some.lists(some.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_no_cell_is_a_formula_and_each_can_be_read(rows: list[tuple[str, str]]) -> None:
    head, *read = cells(as_csv(Sheet("x", ("a", "b"), rows)))
    assert head == ["a", "b"]
    assert len(read) == len(rows)
    for row, kept in zip(rows, read, strict=True):
        for text, cell in zip(row, kept, strict=True):
            assert not cell.lstrip().startswith(TRIGGERS)
            assert cell in {text, f"'{text}"}


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_trigger_is_met(trigger: str) -> None:
    assert as_csv(Sheet("x", ("a",), [(f"{trigger}1",)])).decode("utf-8-sig").count("'") == 1


def test_what_is_no_text_is_written_plainly() -> None:
    rows = [(None, 7, True, AT)]
    assert cells(as_csv(Sheet("x", "abcd", rows)))[1] == ["", "7", "True", AT.isoformat()]


def test_json_has_what_there_is() -> None:
    sheet = Sheet("task", ("title", "at", "none"), [("=1\u202e\0\u00e9", AT, None)])
    [row] = json.loads(document([sheet], Format.JSON, AT).content)["task"]
    assert row == {"title": "=1\u202e\0\u00e9", "at": AT.isoformat(), "none": None}


def test_an_archive_has_json_and_a_sheet_for_each_table() -> None:
    sheets = [Sheet("task", ("a",), [("x",)]), Sheet("login", ("b",), [("y",)])]
    made = document(sheets, Format.ALL, AT)
    assert made.name == "fluxbot-everything-2026-01-05.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {"data.json", "task.csv", "login.csv"}


async def test_tasks_are_those_that_are_ones_own_or_ones_to_do(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await add(store, ada, "Milk")
    await add(store, ben, "Coffee", assignee=ada.account)
    await add(store, ben, "Secret")
    [sheet] = await store.query(lambda work: tasks(work, ada.account))
    read = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    assert [(each["number"], each["title"], each["owner_name"]) for each in read] == [
        (1, "Milk", "Ada"),
        (2, "Coffee", "Ben"),
    ]


async def test_notes_follow_and_only_those_of_these_tasks(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    mine, given = await add(store, ada, "Milk"), await add(store, ben, "Tea", assignee=ada.account)
    secret = await add(store, ben, "Secret")
    for who, task, text in (
        (ada, mine, "the whole one"),
        (ben, given, "=green"),
        (ben, secret, "nothing for Ada"),
        (ada, mine, "taken back"),
    ):
        ref = Ref(public_id=task.public_id)
        await store.mutate(lambda work, w=who, r=ref, t=text: work.notes.add(w.actor, r, t))
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    sheets = await store.query(lambda work: tasks(work, ada.account))
    assert [each.name for each in sheets] == ["tasks", "notes"]
    read = json.loads(document(sheets, Format.JSON, AT).content)["notes"]
    assert [(each["number"], each["author"], each["text"]) for each in read] == [
        (1, "Ada", "the whole one"),
        (2, "Ben", "=green"),
    ]


async def test_an_offer_says_what_became_of_it(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, "Milk", assignee=ben.account)
    [sheet] = await store.query(lambda work: tasks(work, ben.account))
    assert sheet.rows[0][sheet.columns.index("offer")] == "offered"
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.answers.accept(ben.actor, ref))
    [sheet] = await store.query(lambda work: tasks(work, ada.account))
    assert sheet.rows[0][sheet.columns.index("offer")] == "accepted"
