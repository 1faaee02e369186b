"""What docs/promises.md says of tests is so: they are there, and what they prove is promised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.promised import NOT_HERE, PROMISED, SMALLER
from tests.promises import PROMISED_BY, Promises, database_of, longest
from tests.promises_page import Found, table

TESTS = Path(__file__).parent
PROMISE, CONTROL = (re.compile(rf"mark\.{each}\(([^)]*)\)") for each in ("promise", "control"))


def named_by(mark: re.Pattern[str]) -> set[str]:
    """The promises that tests name with such a mark."""
    return {
        name
        for path in TESTS.rglob("test_*.py")
        for found in mark.findall(path.read_text())
        for name in re.findall(r'"([A-Z]\d+|lines|scale)"', found)
    }


@pytest.mark.parametrize("words", [NOT_HERE, SMALLER])
def test_nothing_is_said_of_what_is_not_promised(words: dict[str, str]) -> None:
    assert words.keys() <= PROMISED.keys()


def test_every_promise_has_a_test_or_a_reason() -> None:
    marked = named_by(PROMISE)
    assert marked <= PROMISED.keys()
    assert PROMISED.keys() - marked == NOT_HERE.keys()


def test_every_failure_and_bar_has_a_control() -> None:
    controlled = named_by(CONTROL)
    assert controlled <= PROMISED.keys()
    assert PROMISED.keys() - controlled == NOT_HERE.keys()


def test_a_long_run_on_one_database_stands_for_none_on_the_other(
    request: pytest.FixtureRequest,
) -> None:
    file = TESTS / "faults" / "test_platform_trouble.py"  # where one alone is marked `faults`
    items = [
        each
        for each in pytest.Module.from_parent(request.session, path=file).collect()
        if isinstance(each, pytest.Function)
    ]
    rows = [each for each in longest(items) if each.get_closest_marker("promise")]
    assert {database_of(each) for each in rows} == {"SQLite", "PostgreSQL"}
    assert len(rows) == len([each for each in items if each.get_closest_marker("promise")])


def test_a_test_keeps_its_name_though_a_path_is_its_parameter() -> None:
    found = Found("tests/test_hostile_many.py::test_nothing[/polar/events]", ("B4",), "neither")
    (*_, row, _) = table([found])
    assert "`test_hostile_many.py::test_nothing[/polar/events]`" in row


def test_a_test_that_skips_itself_half_way_did_not_run(tmp_path: Path) -> None:
    report = pytest.TestReport(
        "n", ("f", 1, "n"), {}, "skipped", ("f", 1, "Skipped: no wheel"), "call",
        user_properties=[(PROMISED_BY, [["B4"], "neither", []])],
    )  # fmt: skip
    looks_on = Promises(tmp_path / "page.md")
    looks_on.pytest_runtest_logreport(report)
    assert looks_on.found["n"].result == "not run: no wheel"


def test_what_was_chosen_and_did_not_end_is_told(tmp_path: Path) -> None:
    """As of a process of xdist's that dies: its own last report is of no phase."""
    looks_on = Promises(tmp_path / "page.md")
    looks_on.pytest_xdist_node_collection_finished(["t.py::test_dies", "t.py::test_ends"])
    for name, when in (("t.py::test_dies", "???"), ("t.py::test_ends", "teardown")):
        report = pytest.TestReport(name, ("f", 1, name), {}, "failed", "crashed", "call")
        report.when = when  # type: ignore[assignment]  # as xdist names it
        looks_on.pytest_runtest_logreport(report)
    looks_on.write()
    said = (tmp_path / "page.md").read_text()
    assert "- `t.py::test_dies`" in said
    assert "test_ends" not in said
