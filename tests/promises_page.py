"""How `docs/promises.md` looks."""

from __future__ import annotations

import os
import platform
import subprocess
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.promised import NOT_HERE, PROMISED, SMALLER

ROOT = Path(__file__).parents[1]


@dataclass
class Found:
    """What became of one test."""

    test: str
    bars: tuple[str, ...]
    database: str
    controls: tuple[str, ...] = ()
    """Of which it shows that their tests can fail."""
    figures: dict[str, object] = field(default_factory=dict)
    result: str = "not run"
    seconds: float = 0.0


def page(found: Iterable[Found], minutes: float, left: Collection[str] = ()) -> str:
    """All of it. `left`: the tests of which no end was heard."""
    every = list(found)
    lines = [*head(minutes), *table(every), *unended(left), *missing(every)]
    lines += [*smaller(), *controls(every)]
    return "\n".join(lines) + "\n"


def head(minutes: float) -> Iterator[str]:
    """What, when, of what and where."""
    yield "# What is promised, and what came of it"
    yield ""
    yield "Written by `make faults`, from its own run; by nobody's hand."
    yield ""
    yield f"- When: until {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {minutes:.0f} minutes"
    yield f"- Commit: {commit()}"
    yield f"- Machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    yield f"- Python: {platform.python_version()}"
    yield ""


def commit() -> str:
    """The one that was run, and whether anything but a page like this was changed since."""

    def git(*words: str) -> str:
        done = subprocess.run(  # noqa: S603  # ours
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False  # noqa: S607
        )  # fmt: skip
        return done.stdout.strip()

    known = git("rev-parse", "--short", "HEAD") or "unknown"
    changed = git("status", "--porcelain", "-uno", "--", ".", ":!docs/promises.md")
    return f"{known}, with changes" if changed else known


def table(all_found: Iterable[Found]) -> Iterator[str]:
    """A row for each test of each bar."""
    by_bar: defaultdict[str, list[Found]] = defaultdict(list)
    for found in all_found:
        for bar in found.bars:
            by_bar[bar].append(found)
    yield "| Bar | What it says | Test | Database | Figures | Seconds | Result |"
    yield "|---|---|---|---|---|---|---|"
    for bar, says in PROMISED.items():
        for found in by_bar[bar]:
            figures = ", ".join(f"{name} {shown(value)}" for name, value in found.figures.items())
            name = named(found.test).replace("|", " ")
            took, came = f"{found.seconds:.0f}", plain(found.result)
            cells = (bar, says, f"`{name}`", found.database, figures, took, came)
            yield f"| {' | '.join(cells)} |"
    yield ""


def unended(left: Collection[str]) -> Iterator[str]:
    """What was to be run, where the run was broken off, or the process that ran it died."""
    if left:
        yield "## Did not come to its end"
        yield ""
        yield from (f"- `{named(each)}`" for each in sorted(left))
        yield ""


def missing(all_found: Iterable[Found]) -> Iterator[str]:
    """What nothing of this run says anything about."""
    covered = {bar for found in all_found for bar in found.bars}
    left = [bar for bar in PROMISED if bar not in covered]
    if left:
        yield "## Not in this run"
        yield ""
    for bar in left:
        yield f"- {bar}, {PROMISED[bar]}: {NOT_HERE.get(bar, 'its tests were not chosen')}."
    yield ""


def smaller() -> Iterator[str]:
    """What is shown, and not wholly."""
    yield "## Not at its whole size, or not on both databases"
    yield ""
    yield from (f"- {bar}: {why}." for bar, why in SMALLER.items())
    yield ""


def controls(all_found: Iterable[Found]) -> Iterator[str]:
    """By what it is known that a test can fail."""
    by_bar: defaultdict[str, list[Found]] = defaultdict(list)
    for found in all_found:
        for bar in found.controls:
            by_bar[bar].append(found)
    yield "## With the protection switched off"
    yield ""
    yield "Each switches a protection off, and holds where the promise is then seen to be broken."
    yield ""
    yield "| Of | Test | Result |"
    yield "|---|---|---|"
    for bar in PROMISED:
        for found in by_bar[bar]:
            yield f"| {bar} | `{named(found.test).replace('|', ' ')}` | {plain(found.result)} |"
    yield ""
    left = [bar for bar in PROMISED if bar not in by_bar and bar not in NOT_HERE]
    if left:
        yield f"Without such a control: {', '.join(left)}."


def named(test: str) -> str:
    """File and test. In its parameters there may be a path, which is no folder."""
    file, _, rest = test.partition("::")
    return f"{file.rpartition('/')[2]}::{rest}"


def shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def plain(text: str) -> str:
    """As a cell of a table."""
    return text.replace("|", "/").replace("\n", " ").replace(str(ROOT), ".")
