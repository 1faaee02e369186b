"""What docs/promises.md says of tests is so: they are there, and what they prove is promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.promised import NOT_HERE, PROMISED, SMALLER, WITHOUT
from tests.promises import PROMISED_BY, Promises
from tests.promises_page import Found, table
from tests.simulation.weaknesses import WEAKNESSES

TESTS = Path(__file__).parent
MARKED = re.compile(r"mark\.promise\(([^)]*)\)")
FILE, TEST = re.compile(r"`(test_\w+\.py)"), re.compile(r"::(test_\w+)")


@pytest.mark.parametrize("words", [NOT_HERE, SMALLER, WITHOUT])
def test_nothing_is_said_of_what_is_not_promised(words: dict[str, str]) -> None:
    assert words.keys() <= PROMISED.keys()


def test_every_promise_has_a_test_or_a_reason() -> None:
    marked = {
        name
        for path in TESTS.rglob("test_*.py")
        for found in MARKED.findall(path.read_text())
        for name in re.findall(r'"([A-Z]\d+|lines|scale)"', found)
    }
    assert marked <= PROMISED.keys()
    assert PROMISED.keys() - marked == NOT_HERE.keys()


@pytest.mark.parametrize("failure", WITHOUT)
def test_the_controls_are_there(failure: str) -> None:
    where = WITHOUT[failure]
    sources = {path.name: path for path in TESTS.rglob("test_*.py")}
    for name in FILE.findall(where):
        assert name in sources
    for name in TEST.findall(where):
        assert any(f"def {name}" in path.read_text() for path in sources.values())
    if "simulation" in where:
        assert set(re.findall(r"`([a-z-]+)`", where)) <= WEAKNESSES.keys()


def test_a_test_keeps_its_name_though_a_path_is_its_parameter() -> None:
    found = Found("tests/test_hostile_many.py::test_nothing[/polar/events]", ("B4",), "neither")
    (*_, row, _) = table([found])
    assert "`test_hostile_many.py::test_nothing[/polar/events]`" in row


def test_a_test_that_skips_itself_half_way_did_not_run(tmp_path: Path) -> None:
    report = pytest.TestReport(
        "n", ("f", 1, "n"), {}, "skipped", ("f", 1, "Skipped: no wheel"), "call",
        user_properties=[(PROMISED_BY, [["B4"], "neither"])],
    )  # fmt: skip
    looks_on = Promises(tmp_path / "page.md")
    looks_on.pytest_runtest_logreport(report)
    assert looks_on.found["n"].result == "not run: no wheel"
