"""The table of `product.md` 1.3: for each way to say something, on each platform, and for where its
answer goes, the story that plays it. A cell without a story that exists fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = (HERE / "intents.tsv").read_text()
"""Intent, platform (or `both`, or `where` the answer goes), what is done, `file: story`."""
INTENTS = {
    "Add", "List", "Open", "Done", "Reopen", "Cancel", "Delete", "Edit", "Due", "Snooze", "Assign",
    "Claim", "Note", "Search", "Undo", "Digest", "Stats", "Export", "Settings", "Time zone",
    "Language", "Link", "Unlink", "Who", "Plan", "Privacy", "Help", "Leave",
}  # fmt: skip


def cells() -> Iterator[tuple[str, str, str, str, str]]:
    """Each line, with the file and the name of its story apart."""
    for line in TABLE.splitlines():
        intent, platform, what, story = (each.strip() for each in line.split("\t"))
        file, _, name = story.partition(": ")
        yield intent, platform, what, file, name


def story(file: str, name: str) -> ast.AsyncFunctionDef | None:
    """A story of that name; None where there is none."""
    tree = ast.parse((HERE / f"test_story_{file}.py").read_text())
    found = [each for each in tree.body if isinstance(each, ast.AsyncFunctionDef)]
    return next((each for each in found if each.name == f"test_{name}"), None)


@pytest.mark.parametrize(("file", "name"), sorted({each[3:] for each in cells()}))
def test_each_cell_has_its_story(file: str, name: str) -> None:
    assert story(file, name)


@pytest.mark.parametrize(
    ("file", "name"), sorted({each[3:] for each in cells() if each[1] == "both"})
)
def test_what_is_played_on_both_is_asked_of_both(file: str, name: str) -> None:
    """By the people of `conftest.py`, who are once on each platform, or by a pair with one on
    each."""
    played = story(file, name)
    assert played
    assert {each.arg for each in played.args.args} & {"ada", "pair"}
    assert "def ada(" not in (HERE / f"test_story_{file}.py").read_text()


def test_each_intent_has_both_platforms() -> None:
    played: dict[str, set[str]] = {}
    for intent, platform, *_ in cells():
        played.setdefault(intent, set()).add(platform)
    assert played.keys() == INTENTS
    assert {each for each, on in played.items() if not on & {"both", "telegram"}} == set()
    assert {each for each, on in played.items() if not on & {"both", "slack"}} == set()
