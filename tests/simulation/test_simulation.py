"""Seeds of the simulation hold, each is the same whenever it is run, and the oracle finds what it
has to. Every run is a process of its own: it takes over the clock."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.simulation.oracle import NOT_KEPT, is_told_so

SHORT = ("--acts", "20")
SOON = (
    *("acknowledges-first", "anybody-may", "cards-stay", "codes-before-all", "no-key"),
    *("no-reminders", "no-sweep", "tells-the-actor"),
)
"""What a few seeds find."""


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


async def holds(*arguments: str) -> None:
    code, said = await simulated(*arguments)
    assert code == 0, said


async def test_twenty_seeds_hold_and_are_the_same_in_every_process() -> None:
    """Whatever the hashes of strings are."""
    (code, said), (_, again) = await asyncio.gather(
        simulated("--seeds", "0:20", "--traces", *SHORT, hash_seed="1"),
        simulated("--seeds", "0:5", "--traces", *SHORT, hash_seed="2"),
    )
    assert code == 0, said
    assert len(traces(again)) == 5
    assert traces(said)[:5] == traces(again)


def traces(said: str) -> list[str]:
    """A seed's hash stands for all that happened in it."""
    return [line for line in said.splitlines() if line.startswith("seed ")]


async def test_a_protection_that_is_switched_off_is_found() -> None:
    await holds("--seeds", "0:20", "--weakness", *SOON)


@pytest.mark.parametrize(
    ("cause", "told_so"),
    [("StoreAway()", True), ("RetryLater(seconds=3.0)", True), ("KeyError('user')", False)],
)
def test_our_own_defect_is_not_excused_as_trouble_of_others(cause: str, told_so: bool) -> None:
    assert is_told_so(f"adapters.slack.doorway: {NOT_KEPT} {cause}") is told_so


@pytest.mark.faults
async def test_every_protection_that_is_switched_off_is_found() -> None:
    await holds("--seeds", "0:100", "--weakness", "all")


@pytest.mark.faults
@pytest.mark.promise("B23")
async def test_a_thousand_seeds_hold() -> None:
    await holds("--seeds", "0:1000", "--jobs", "2")


@pytest.mark.soak
async def test_ten_thousand_seeds_hold() -> None:
    await holds("--seeds", "0:10000", "--jobs", "2")
