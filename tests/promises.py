"""Writes `docs/promises.md` from a run: `pytest -p tests.promises --promises FILE`.

A test names what it proves, `@pytest.mark.promise("B2", "F1")`, and gives its figures to pytest's
own `record_property`. Another shows that such a test can fail, `@pytest.mark.control("B2")`: with
the protection switched off it does. With `--promises` run those of either mark or `faults`, but for
those that have a longer run of the same test; what the run found is written after each, and
what was not run, fails, or has no test stands there too. With pytest-xdist several run at a time,
and beside one that is marked `alone` none does."""

from __future__ import annotations

import fcntl
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.promises_page import Found, page

FIRST = (
    *("test_crash_points", "test_postgres_kill", "test_kill", "test_simulation", "test_lines"),
    *("test_core_linking_model", "test_migration_kills", "test_stop", "test_postgres_services"),
    *("test_hostile_many", "test_fuzz"),
)
"""The longest and dearest first, from 8 minutes to 20 seconds each: whoever breaks off has those,
and at the end no process waits for another. The sum is some 110 minutes, and two run at a time."""
PROMISED_BY = "promised by"
"""The name under which a report says what its test proves, and on which database."""


class Promises:
    """Looks on while the tests run."""

    def __init__(self, path: Path, worker: str = "") -> None:
        """`worker`: names the run, where this is one of its several processes."""
        self.path, self.worker = path, worker
        self.found: dict[str, Found] = {}
        self.left: set[str] = set()
        """Of xdist's processes: what they chose, and of which nobody has heard the end yet."""
        self.began = time.monotonic()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        chosen = list(longest(items))
        left = [each for each in items if each not in set(chosen)]
        items[:] = sorted(chosen, key=place)
        config.hook.pytest_deselected(items=left)
        for each in items:
            made = Found(
                each.nodeid, named_by(each, "promise"), database_of(each), named_by(each, "control")
            )
            if made.bars or made.controls:
                self.found[each.nodeid] = made
                said = [list(made.bars), made.database, list(made.controls)]
                each.user_properties.append((PROMISED_BY, said))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self.left.update(ids)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Wait until nothing runs that may not run beside it."""
        if not self.worker:
            return (yield)
        with (Path(tempfile.gettempdir()) / self.worker).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if is_alone(item) else fcntl.LOCK_SH)
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":  # of a process that dies there is another report, and no end
            self.left.discard(report.nodeid)
        figures = dict(report.user_properties)
        promised: Any = figures.pop(PROMISED_BY, None)
        if promised is None or self.worker:
            return
        bars, database, controls = promised
        made = Found(report.nodeid, tuple(bars), database, tuple(controls))
        found = self.found.setdefault(report.nodeid, made)
        found.seconds += report.duration
        if report.when == "call" and not report.skipped:
            found.figures = figures
            found.result = "holds" if report.passed else f"DOES NOT HOLD: {reason(report)}"
        elif report.failed:
            found.result = f"DOES NOT HOLD, its {report.when} failed: {reason(report)}"
        elif report.skipped:
            found.result = f"not run: {reason(report)}"
        if report.when == "teardown":
            self.write()

    def write(self) -> None:
        """What is known by now."""
        took = (time.monotonic() - self.began) / 60
        self.path.write_text(page(self.found.values(), took, self.left))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self.worker and not session.config.option.collectonly:
            self.write()

    def pytest_unconfigure(self) -> None:
        if self.worker:
            (Path(tempfile.gettempdir()) / self.worker).unlink(missing_ok=True)


def longest(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Those to run. Of a test that has a run marked `faults`, its others on the same database are
    for `make test`."""
    long = {run_of(each) for each in items if each.get_closest_marker("faults")}
    for each in items:
        if each.get_closest_marker("soak"):
            continue
        if each.get_closest_marker("faults") or (
            any(named_by(each, mark) for mark in ("promise", "control"))
            and run_of(each) not in long
        ):
            yield each


def place(item: pytest.Item) -> tuple[bool, int]:
    """In which order they run, the others as they come."""
    name = item.path.stem
    return is_alone(item), FIRST.index(name) if name in FIRST else len(FIRST)


def is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def named_by(item: pytest.Item, mark: str) -> tuple[str, ...]:
    """What the marks of that name name."""
    return tuple(str(bar) for each in item.iter_markers(mark) for bar in each.args)


def run_of(item: pytest.Item) -> tuple[str, str]:
    """Its test and its database, whatever its other parameters are."""
    return item.nodeid.partition("[")[0], database_of(item)


def database_of(item: pytest.Item) -> str:
    """Which it runs on. Whoever says nothing runs the service on its SQLite file."""
    marks = [mark.kwargs["on"] for mark in item.iter_markers("promise") if "on" in mark.kwargs]
    if marks:
        return str(marks[0])
    return "PostgreSQL" if "postgres" in item.nodeid else "SQLite"


def reason(report: pytest.TestReport) -> str:
    """In one line."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr).splitlines()[0][:200]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", metavar="FILE", help="write what the run found there")


def pytest_configure(config: pytest.Config) -> None:
    if path := config.getoption("--promises"):
        worker = getattr(config, "workerinput", {})  # xdist's, in one of its processes
        named = f"promises-{worker['testrunuid']}" if worker else ""
        config.pluginmanager.register(Promises(Path(path), named))
