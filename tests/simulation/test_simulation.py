"""Seeds of the simulation hold, each is the same whenever it is run, and the oracle finds what it
has to. Every run is a process of its own: it takes over the clock."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable

import pytest

from tests.simulation.oracle import NOT_KEPT, is_told_so

SHORT, LONG = ("--acts", "20"), ("--acts", "60")
SOON = (
    *("acknowledges-first", "anybody-may", "cards-stay", "codes-before-all", "no-key"),
    *("no-reminders", "no-sweep", "tells-the-actor"),
    *("counts-twice", "logs-a-secret", "lost-update", "no-pace", "tells-a-secret"),
)
"""What a few seeds find."""
FIGURE = re.compile(r"([\d.]+) (seeds/s|failed|[a-z0-9][a-z0-9 ]*?)(?:[,;]|$)")
Record = Callable[[str, object], None]


async def simulated(*arguments: str, hash_seed: str = "0") -> tuple[int, str]:
    """The exit code, and what was said."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.simulation", *arguments,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await running.communicate()
    assert running.returncode is not None
    return running.returncode, said.decode()


async def holds(*arguments: str, record: Record | None = None) -> None:
    code, said = await simulated(*arguments)
    for name, value in figures(said).items() if record else ():
        record(name, value)  # type: ignore[misc]  # it is there, or there are no figures
    assert code == 0, said


def figures(said: str) -> dict[str, float]:
    """What the last line counts: seeds a second, what was done, faults of each kind."""
    last = [line for line in said.splitlines() if "seeds/s" in line][-1]
    return {name: float(value) for value, name in FIGURE.findall(last)}


async def test_a_dozen_seeds_hold_and_are_the_same_in_every_process() -> None:
    """Whatever the hashes of strings are, and whatever the process ran before."""
    (code, said), (_, again) = await asyncio.gather(
        simulated("--seeds", "0:12", "--traces", *SHORT, hash_seed="1"),
        simulated("--seeds", "2:5", "--traces", "--jobs", "2", *SHORT, hash_seed="2"),
    )
    assert code == 0, said
    assert len(traces(again)) == 3
    assert {*traces(again)} < {*traces(said)}


def traces(said: str) -> list[str]:
    """A seed's hash stands for all that happened in it."""
    return [line for line in said.splitlines() if line.startswith("seed ")]


async def test_a_protection_that_is_switched_off_is_found_at_once() -> None:
    await holds("--seeds", "0:2", "--weakness", "no-key", "lost-update")


@pytest.mark.faults
async def test_a_protection_that_is_switched_off_is_found() -> None:
    await holds("--seeds", "0:20", "--weakness", *SOON, *LONG)


@pytest.mark.parametrize(
    ("cause", "told_so"),
    [("StoreAway()", True), ("RetryLater(seconds=3.0)", True), ("KeyError('user')", False)],
)
def test_our_own_defect_is_not_excused_as_trouble_of_others(cause: str, told_so: bool) -> None:
    assert is_told_so(f"adapters.slack.doorway: {NOT_KEPT} {cause}") is told_so


def test_what_is_counted_is_read_from_the_last_line() -> None:
    said = "1/2 seeds, 0 failed, 1.00 seeds/s; 5 acts\n"
    said += "2/2 seeds, 1 failed, 5.25 seeds/s; 9 acts, 3 x 429"
    assert figures(said) == {"seeds": 2, "failed": 1, "seeds/s": 5.25, "acts": 9, "x 429": 3}


@pytest.mark.faults
@pytest.mark.control("F2", "F12", "F24", "F30", "B23")
async def test_every_protection_that_is_switched_off_is_found() -> None:
    await holds("--seeds", "0:100", "--weakness", "all", *LONG)


@pytest.mark.faults
@pytest.mark.promise("B23")
async def test_a_failing_seed_fails_a_hundred_times() -> None:
    """In a hundred worlds of two processes, of which each ran others before: one trace."""
    # Which one fails is another whenever the service does anything in another order.
    _, told = await simulated("--seeds", "0:20", "--weakness", "lost-update", *SHORT)
    failing = re.search(r"seed (\d+): .*a count of open tasks is wrong", told)
    assert failing is not None, told
    seed = ("--seeds", failing[1], "--traces", "--repeat", "50", *SHORT)
    runs = await asyncio.gather(
        simulated(*seed, "--weakness", "lost-update", hash_seed="3"),
        simulated(*seed, "--weakness", "lost-update", hash_seed="4"),
    )
    said = [line for _, each in runs for line in traces(each)]
    hashes = [line for line in said if re.fullmatch(rf"seed {failing[1]}: [0-9a-f]{{64}}", line)]
    assert len(hashes) == 100
    assert len({*hashes}) == 1
    assert sum("a count of open tasks is wrong" in line for line in said) >= 100


@pytest.mark.faults
@pytest.mark.promise("B23")
async def test_a_thousand_seeds_hold(record_property: Record) -> None:
    await holds("--seeds", "0:1000", "--jobs", "2", record=record_property)


@pytest.mark.soak
@pytest.mark.promise("B23")
async def test_ten_thousand_seeds_hold(record_property: Record) -> None:
    await holds("--seeds", "0:10000", "--jobs", "2", record=record_property)
