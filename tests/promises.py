"""Writes `docs/promises.md` from a run: `pytest -p tests.promises --promises FILE`.

A test names what it proves, `@pytest.mark.promise("B2", "F1")`, and gives its figures to pytest's
own `record_property`. With `--promises` run the tests that are marked `promise` or `faults`, but
for those that have a longer run of the same test; what the run found is written at its end, and
what was not run, fails, or has no test stands there too."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.promised import NOT_HERE, PROMISED

ROOT = Path(__file__).parents[1]


@dataclass
class Found:
    """What became of one test."""

    test: str
    bars: tuple[str, ...]
    database: str
    figures: dict[str, object] = field(default_factory=dict)
    result: str = "not run"
    seconds: float = 0.0


class Promises:
    """Looks on while the tests run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, Found] = {}
        self.began = time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        chosen = list(longest(items))
        left = [each for each in items if each not in set(chosen)]
        items[:] = chosen
        config.hook.pytest_deselected(items=left)
        for each in items:
            bars = tuple(str(bar) for mark in each.iter_markers("promise") for bar in mark.args)
            if bars:
                self.found[each.nodeid] = Found(each.nodeid, bars, database_of(each))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = self.found.get(report.nodeid)
        if found is None:
            return
        found.seconds += report.duration
        if report.when == "call":
            found.figures = dict(report.user_properties)
            found.result = "holds" if report.passed else f"DOES NOT HOLD: {reason(report)}"
        elif report.failed:
            found.result = f"DOES NOT HOLD, its {report.when} failed: {reason(report)}"
        elif report.skipped:
            found.result = f"not run: {reason(report)}"

    def pytest_sessionfinish(self) -> None:
        took = (time.monotonic() - self.began) / 60
        lines = [*head(took), *table(self.found.values()), *missing(self.found.values())]
        self.path.write_text("\n".join(lines) + "\n")


def longest(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Those to run. Of a test that has a run marked `faults`, its others are for `make test`."""
    long = {function_of(each) for each in items if each.get_closest_marker("faults")}
    for each in items:
        if each.get_closest_marker("soak"):
            continue
        if each.get_closest_marker("faults") or (
            each.get_closest_marker("promise") and function_of(each) not in long
        ):
            yield each


def function_of(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


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


def head(minutes: float) -> Iterator[str]:
    """What, when, of what and where."""
    yield "# What is promised, and what came of it"
    yield ""
    yield "Written by `make faults`, from its own run; by nobody's hand."
    yield ""
    yield f"- When: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {minutes:.0f} minutes"
    yield f"- Commit: {commit()}"
    yield f"- Machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    yield f"- Python: {platform.python_version()}"
    yield ""


def commit() -> str:
    """The one that was run, and whether anything was changed since."""

    def git(*words: str) -> str:
        done = subprocess.run(  # noqa: S603  # ours
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False  # noqa: S607
        )  # fmt: skip
        return done.stdout.strip()

    known = git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{known}, with changes" if git("status", "--porcelain", "-uno") else known


def table(all_found: Sequence[Found] | Iterator[Found]) -> Iterator[str]:
    """A row for each test of each bar."""
    by_bar: defaultdict[str, list[Found]] = defaultdict(list)
    for found in all_found:
        for bar in found.bars:
            by_bar[bar].append(found)
    yield "| Bar | What it says | Test | Database | Figures | Result |"
    yield "|---|---|---|---|---|---|"
    for bar, says in PROMISED.items():
        for found in by_bar[bar]:
            figures = ", ".join(f"{name} {shown(value)}" for name, value in found.figures.items())
            name = found.test.rpartition("/")[2].replace("|", " ")
            cells = (bar, says, f"`{name}`", found.database, figures, plain(found.result))
            yield f"| {' | '.join(cells)} |"
    yield ""


def missing(all_found: Sequence[Found] | Iterator[Found]) -> Iterator[str]:
    """What nothing of this run says anything about."""
    covered = {bar for found in all_found for bar in found.bars}
    left = [bar for bar in PROMISED if bar not in covered]
    if left:
        yield "## Not in this run"
        yield ""
    for bar in left:
        yield f"- {bar}, {PROMISED[bar]}: {NOT_HERE.get(bar, 'its tests were not chosen')}."


def shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def plain(text: str) -> str:
    """As a cell of a table."""
    return text.replace("|", "/").replace("\n", " ").replace(str(ROOT), ".")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", metavar="FILE", help="write what the run found there")


def pytest_configure(config: pytest.Config) -> None:
    if path := config.getoption("--promises"):
        config.pluginmanager.register(Promises(Path(path)))
