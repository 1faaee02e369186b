"""`python -m tests.mutants [MODULE...]`: change one thing of a module at a time, and see whether
its tests notice. Keeps what it found in `found.json`, and writes all of that as a page with
`--report FILE`.

Of our own and not mutmut's or cosmic-ray's: the one runs the whole suite, ten minutes of it, to
learn which test reaches what; the other starts pytest anew for each mutant, three seconds before
the first test. Here a mutant is a fork of a process that has the tests collected, and runs only
what reaches its line."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Mutant, mutants
from tests.mutants.known import KNOWN
from tests.mutants.plan import PLAN
from tests.mutants.report import report
from tests.mutants.results import FOUND, Result, Survivor, keep, last_commit, read
from tests.mutants.trial import (
    EQUAL,
    KILLED,
    NONE,
    ROOT,
    Child,
    Collected,
    Reached,
    afresh,
    changed,
    collect,
    in_memory,
    load,
    prepare,
    reached,
)

MOST_SECONDS = 6.0
"""Of CPU for the tests of one mutant, by what they took before; the quick ones first."""
NOT_SO = 77
"""A child's word that the module has to be loaded anew for this."""


@dataclass(frozen=True, slots=True)
class Case:
    """A mutant, with a name that no other of the module has."""

    name: str
    mutant: Mutant
    tests: list[str]
    patience: float


def cases(module: str, lines: Reached, only: Collection[str]) -> Iterator[Case]:
    """`only`: the names of those that are to be tried; empty for all."""
    seen: dict[str, int] = {}
    for each in mutants((ROOT / module).read_text(), str(ROOT / module)):
        number = seen[each.name] = seen.get(each.name, 0) + 1
        chosen = lines.tests(each.line, MOST_SECONDS)
        patience = 60.0 + 20 * sum(map(lines.takes, chosen))
        name = each.name if number == 1 else f"{each.name} ({number})"
        if not only or name in only:
            yield Case(name, each, chosen, patience)


def examine(
    module: str, tests: Sequence[str], jobs: int, scratch: Path, before: Result | None
) -> Result:
    """Try every mutant of a module; with `before`, what was not noticed then."""
    began = time.monotonic()
    only = {each.name for each in before.survivors} if before else set()
    tests = [each for each in tests if (ROOT / each).exists()]
    kept = scratch / "quick.json"

    def quickly(collected: Collected) -> int:
        prepare(scratch)
        lines = reached(module, collected, scratch)
        ended = all_of(
            list(cases(module, lines, only)),
            lambda case, place: (
                lambda: (
                    collected.run(case.tests, place, telling(place))
                    if changed(module, case.mutant)
                    else NOT_SO
                )
            ),
            jobs,
            scratch,
        )
        kept.write_text(json.dumps([ended, lines.by_line, lines.seconds]))
        return EQUAL

    code = Child(lambda: collect(tests, scratch, quickly), scratch / "quick").wait(7200)
    if code != EQUAL:
        raise RuntimeError((scratch / "quick" / "log").read_text())
    ended, by_line, seconds = json.loads(kept.read_text())
    lines = Reached({int(line): found for line, found in by_line.items()}, seconds)
    left = [
        each
        for each in cases(module, lines, only)
        if ended[each.name] == NOT_SO
        # A function that is called while the module is loaded has done its work by then.
        or (
            ended[each.name] == EQUAL
            and not (each.mutant.inside and lines.reaches(each.mutant.line))
        )
    ]
    ended |= all_of(
        left, lambda case, place: lambda: anew(module, tests, case, place), jobs, scratch
    )
    result = Result(module, before.killed if before else 0, commit=last_commit(module))
    for case in cases(module, lines, only):
        if ended[case.name] == EQUAL:
            result.survivors.append(Survivor(case.name, case.mutant.line, len(case.tests)))
        else:
            result.killed += 1
    result.seconds = time.monotonic() - began
    return result


def anew(module: str, tests: Sequence[str], case: Case, scratch: Path) -> int:
    afresh(module, case.mutant.code)
    return collect(
        tests, scratch, lambda collected: collected.run(case.tests, scratch, telling(scratch))
    )


def telling(scratch: Path) -> Callable[[str], None]:
    """Writes down which test runs."""
    return lambda test: (scratch / "test").write_text(test) and None


Make = Callable[[Case, Path], Callable[[], int]]


def all_of(waiting: list[Case], make: Make, jobs: int, scratch: Path) -> dict[str, int]:
    """The exit code of each, some at a time. The tests that noticed most so far are run first: of
    a module's changes most are noticed by a few."""
    waiting = waiting[::-1]
    running: dict[int, tuple[Case, Child]] = {}
    ended: dict[str, int] = {}
    noticed: Counter[str] = Counter()
    number = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            case, number = waiting.pop(), number + 1
            place = scratch / str(number)
            case.tests.sort(key=lambda test: -noticed[test])
            running[number] = case, Child(make(case, place), place, case.patience)
        for at, (case, child) in list(running.items()):
            if (code := child.poll()) is not None:
                del running[at]
                if code == NONE:
                    raise RuntimeError((scratch / str(at) / "log").read_text())
                if code == KILLED and (scratch / str(at) / "test").exists():
                    noticed[(scratch / str(at) / "test").read_text()] += 1
                shutil.rmtree(scratch / str(at), ignore_errors=True)
                ended[case.name] = code
        time.sleep(0.005)
    return ended


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="only these")
    parser.add_argument("--report", type=Path, help="write what was found there, as Markdown")
    parser.add_argument("--results", type=Path, default=FOUND, help="keep it there, as JSON")
    parser.add_argument(
        "--left", action="store_true", help="only what was not noticed, of modules still the same"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    load()
    with tempfile.TemporaryDirectory(prefix="mutants", dir=in_memory()) as scratch:
        for module in options.modules or PLAN:
            before = same(read(options.results).get(module)) if options.left else None
            place = Path(scratch) / module
            found = examine(module, PLAN[module], options.jobs, place, before)
            say(found)
            keep(options.results, found)
    results = read(options.results)
    if options.report:
        options.report.write_text(report(results, PLAN, KNOWN))
    unknown = [
        each.name
        for found in results.values()
        for each in found.survivors
        if each.name not in KNOWN.get(found.module, {})
    ]
    return 1 if unknown else 0


def same(before: Result | None) -> Result | None:
    """What was found of a module, if it has not changed since, and anything is left of it."""
    if before is None or before.commit != last_commit(before.module) or not before.survivors:
        return None
    return before


def say(found: Result) -> None:
    print(  # noqa: T201  # it talks to a terminal
        f"{found.module}: {found.killed} of {found.all} killed, {found.seconds:.0f} s",
        *(f"  {each.line}: {each.name}" for each in found.survivors),
        sep="\n",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
