"""What reads strangers' words breaks its word on nothing that atheris finds (issue 7.5)."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.outside import EVERY
from tests.fuzz.seeds import SEEDS
from tests.fuzz.words import TOKENS

ROOT = Path(__file__).parents[2]
KEPT = (
    b'{"inbound": {"key": "k", "kind": "text", "line": "%b",'
    b' "sender": {"platform": "telegram", "scope": "", "user_id": "5"},'
    b' "address": {"platform": "telegram", "scope": "", "chat": "5", "private": true}}}'
)
FOUND = {
    "grammar": (
        b"done 0, 2 #3",
        b"edit t:9edevery  rev:0 rev:0",
        b'edit 1 title:"0\\" beu" d:::00"',
    ),
    "quick_add": (b"plan " + b")" * 3000 + b"x",),
    "inputs_file": (KEPT % b"a\\u0000", KEPT % b"\\ud800"),
}
"""What was found before."""
ENOUGH = 1_000
"""Inputs that atheris tries at the least, however busy the machine: far more on a quiet one."""
WEAK_SECONDS = 60
"""In which a seeded weakness is found: mostly in a few."""
needs_atheris = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this platform"
)


@pytest.mark.parametrize("name", EVERY)
def test_seeds_and_their_neighbours_break_nothing(name: str) -> None:
    """The short form, which needs no atheris."""
    chance = random.Random(name)  # noqa: S311  # the same ones every time
    seeds = [*SEEDS[name](), *FOUND.get(name, ())]
    for each in seeds[:40]:
        EVERY[name](each)
    for _ in range(40):
        seed = chance.choice(seeds)
        at = chance.randrange(len(seed) + 1)
        EVERY[name](seed[:at] + chance.choice(TOKENS) + seed[at + chance.randrange(3) :])


@needs_atheris
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(20, marks=pytest.mark.faults),
        pytest.param(30 * 60, marks=pytest.mark.soak),
    ],
)
@pytest.mark.promise("B4", on="neither")
def test_atheris_finds_nothing(
    name: str, seconds: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    done = run(name, tmp_path, f"--seconds={seconds}")
    tried = re.search(r"Done (\d+) runs", done.stderr)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "no interesting inputs" not in done.stderr  # it sees what each of them reaches
    assert tried
    record_property("inputs", int(tried[1]))
    record_property("seconds", seconds)
    assert int(tried[1]) >= ENOUGH


@needs_atheris
@pytest.mark.faults
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.control("B4")
def test_a_weakness_is_found(name: str, tmp_path: Path) -> None:
    """Negative control."""
    done = run(name, tmp_path, f"--seconds={WEAK_SECONDS}", "--weak")
    assert done.returncode != 0
    assert "Uncaught Python exception" in done.stdout + done.stderr, done.stdout[-2000:]
    assert list(tmp_path.glob("crash-*"))


def run(name: str, found: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """One target in a process of its own: libFuzzer ends the one that it is in."""
    return subprocess.run(  # noqa: S603  # ours
        [sys.executable, "-m", "tests.fuzz", name, f"--found={found}", *options],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        },
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
