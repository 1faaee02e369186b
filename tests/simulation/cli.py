"""The command line: which seeds, how many at a time, what is printed."""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.simulation import month, nature
from tests.simulation.disk import template
from tests.simulation.run import Outcome, run_seed
from tests.simulation.weaknesses import WEAKNESSES

EVERY = 10.0
"""Seconds between two lines of progress."""
ALL = "all"
_copied: sqlite3.Connection | None = None


def main() -> None:
    """Exit 1 where a seed failed; with a weakness, where none showed it."""
    given = _arguments()
    logging.disable(logging.WARNING)
    logging.getLogger().handlers = [logging.NullHandler()]
    if given.days:
        sys.exit(_month(given))
    if not given.weakness:
        sys.exit(_all(given) > 0)
    named = sorted(WEAKNESSES) if given.weakness == [ALL] else given.weakness
    unseen = [each for each in named if not _finds(each, given)]
    _say(f"not found: {unseen}" if unseen else f"found: {named}")
    sys.exit(bool(unseen))


def _finds(weakness: str, given: argparse.Namespace) -> bool:
    """Whether some seed shows that this protection is missing."""
    _say(f"without protection: {weakness}")
    with WEAKNESSES[weakness].off():
        return _all(given, WEAKNESSES[weakness].found) > 0


def _month(given: argparse.Namespace) -> bool:
    """Whether something grew; what was held is the last line."""
    lived = month.live(template(), given.days, given.control)
    for each in lived.broken:
        _say(f"month: {each}")
    _say(json.dumps(lived.held))
    return bool(lived.broken)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", default="0:100", help="from:to, or one")
    parser.add_argument("--acts", type=int, default=0, help="things that people do in a seed")
    parser.add_argument("--repeat", type=int, default=1, help="how often each is run")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--days", type=int, default=0, help="of a small town, in place of seeds")
    parser.add_argument("--control", choices=month.CONTROLS, help="with a service that grows")
    parser.add_argument("--story", action="store_true", help="what happened, line by line")
    parser.add_argument("--traces", action="store_true", help="the hash of each seed")
    parser.add_argument(
        "--weakness",
        nargs="+",
        choices=[*sorted(WEAKNESSES), ALL],
        help="switch a protection off, and stop at the first seed that shows it",
    )
    return parser.parse_args()


def _all(given: argparse.Namespace, found: str = "") -> int:
    """How many seeds failed; those of which the oracle says `found`."""
    first, _, last = given.seeds.partition(":")
    seeds = [
        seed
        for seed in range(int(first), int(last) if last else int(first) + 1)
        for _ in range(given.repeat)
    ]
    total, failed = Counter[str](), 0
    began = said = nature.real_seconds()
    for done, outcome in enumerate(_outcomes(seeds, given), 1):
        _show(outcome, given)
        failed += any(found in each for each in outcome.broken)
        total.update(_counts(outcome))
        now, over = nature.real_seconds(), bool(given.weakness and failed and given.repeat == 1)
        if now - said > EVERY or done == len(seeds) or over:
            said = now
            numbers = ", ".join(f"{number} {name}" for name, number in total.items())
            speed = done / (now - began)
            _say(f"{done}/{len(seeds)} seeds, {failed} failed, {speed:.2f} seeds/s; {numbers}")
        if over:
            break
    return failed


def _counts(outcome: Outcome) -> dict[str, int]:
    counts = {"steps": outcome.steps, "acts": outcome.acts, "calls": outcome.calls}
    counts |= {"crashes": outcome.crashes, "virtual seconds": int(outcome.virtual)}
    return counts | {f"x {name}": number for name, number in outcome.faults.items()}


def _outcomes(seeds: Sequence[int], given: argparse.Namespace) -> Iterator[Outcome]:
    global _copied  # noqa: PLW0603  # what the processes of the pool are forked with
    _copied = _copied or template()
    if given.jobs < 2:
        for seed in seeds:
            yield run_seed(seed, _copied, acts=given.acts, story=given.story)
        return
    run_seed(0, _copied, acts=5)  # what is imported and compiled once is there before the fork
    dump = _copied.serialize()
    with multiprocessing.get_context("fork").Pool(given.jobs, _begin, (dump, given.acts)) as pool:
        yield from pool.imap_unordered(_one, seeds)


def _begin(dump: bytes, acts: int) -> None:
    global _copied, _acts  # this process has its own
    _copied, _acts = sqlite3.connect(":memory:", check_same_thread=False), acts
    _copied.deserialize(dump)


_acts = 0


def _one(seed: int) -> Outcome:
    assert _copied is not None
    return run_seed(seed, _copied, acts=_acts)


def _show(outcome: Outcome, given: argparse.Namespace) -> None:
    lines = [*outcome.story]
    if given.traces:
        lines.append(f"seed {outcome.seed}: {outcome.trace}")
    lines += [f"seed {outcome.seed}: {each}" for each in outcome.broken]
    if outcome.broken:
        more = f" --acts {given.acts}" if given.acts else ""
        lines.append(f"  again: python -m tests.simulation --seeds {outcome.seed} --story{more}")
    if lines:
        sys.stdout.write("\n".join([*lines, ""]))
        sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
