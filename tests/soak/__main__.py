"""`python -m tests.soak FILE`: how the samples of a run went, and whether they are flat. 1 where
something grew; what became of the messages only the run itself knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.soak.flat import P99, growth, problems, slower
from tests.soak.samples import HEAD, Sample, read


def said(samples: list[Sample]) -> Iterator[str]:
    last = samples[-1]
    rate = last.inputs / last.seconds
    yield f"{len(samples)} samples, {last.seconds:.0f} s, {last.inputs:.0f} inputs, {rate:.1f}/s"
    for name in HEAD[1:]:
        grown = growth(samples, name)
        went = f"second tenth {grown.second_tenth:.4g}, last {grown.last_tenth:.4g}"
        yield f"{name:>12}: {went}, {grown.an_hour:+.3g} an hour"
    yield f"p99, last over first: {slower(samples):.2f} of at most {P99}"
    yield from problems(samples) or ["flat"]


if __name__ == "__main__":
    found = read(Path(sys.argv[1]))
    print(*said(found), sep="\n")  # noqa: T201  # what it is for
    sys.exit(bool(problems(found)))
