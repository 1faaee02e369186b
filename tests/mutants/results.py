"""What became of the mutants, kept module by module: a run of all takes hours."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FOUND = Path(__file__).with_name("found.json")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed."""

    name: str
    line: int
    tests: int
    """How many ran."""


@dataclass(slots=True)
class Result:
    """What became of a module's mutants."""

    module: str
    killed: int = 0
    survivors: list[Survivor] = field(default_factory=list)
    seconds: float = 0.0
    day: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d}")
    commit: str = ""
    """The last that changed the module, as it was run."""

    @property
    def all(self) -> int:
        return self.killed + len(self.survivors)


def last_commit(module: str) -> str:
    """The one that changed a module last; empty where that is not known."""
    git = ["git", "log", "-1", "--format=%h", "--", module]
    done = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    return done.stdout.strip()


def read(file: Path) -> dict[str, Result]:
    """What was found so far, by module."""
    found = json.loads(file.read_text()) if file.exists() else []
    return {
        each["module"]: Result(**each | {"survivors": [Survivor(**s) for s in each["survivors"]]})
        for each in found
    }


def keep(file: Path, result: Result) -> None:
    """Instead of what the same module had."""
    found = read(file) | {result.module: result}
    file.write_text(json.dumps([asdict(found[name]) for name in sorted(found)], indent=1) + "\n")
