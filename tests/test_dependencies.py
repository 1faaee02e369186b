"""What the service stands on: few direct dependencies, each used, all pinned with their hashes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
AT_MOST = 20
"""Direct run-time dependencies (the design notes on B24)."""
IMPORTED_AS = {
    "pillow": "PIL",
    "polar-sdk": "polar",
    "pyjwt": "jwt",
    "python-dateutil": "dateutil",
    "python-telegram-bot": "telegram",
}
"""Where a name is not the package's with underscores."""
ZONE = "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')"


def direct() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [re.split(r"[^\w-]", each)[0] for each in project["dependencies"]]


def pinned(lock: str) -> dict[str, int]:
    """How many hashes each package of a lock has."""
    blocks = re.split(r"\n(?=[a-z])", lock)
    found = [re.match(r"([\w-]+)(?:\[.*\])?==", block) for block in blocks]
    return {
        name[1]: block.count("--hash=sha256:")
        for name, block in zip(found, blocks, strict=True)
        if name
    }


def unused(names: list[str]) -> set[str]:
    """Those that no module of the service imports."""
    folders = ("bot", "core", "adapters")
    files = [path for each in folders for path in (ROOT / each).rglob("*.py")]
    source = "\n".join(path.read_text() for path in files)
    modules = {name: IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}
    imports = r"^\s*(?:from|import) "
    return {
        name
        for name, module in modules.items()
        if not re.search(rf"{imports}{module}\b", source, re.MULTILINE)
    }


@pytest.mark.promise("B24")
def test_there_are_few_and_each_is_used() -> None:
    assert len(direct()) <= AT_MOST
    assert unused(direct()) == set()


@pytest.mark.control("B24")
def test_one_that_nothing_imports_is_found() -> None:
    assert unused(["aiohttp", "aiohttp-session"]) == {"aiohttp-session"}


@pytest.mark.promise("B24")
@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("*.lock")))
def test_all_that_is_installed_is_pinned_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert pinned(text)
    assert 0 not in pinned(text).values()
    assert "://" not in text  # no host
    if lock in {"requirements.lock", "requirements-dev.lock"}:
        assert set(direct()) <= pinned(text).keys()


@pytest.mark.control("B24")
def test_one_that_is_not_pinned_is_found() -> None:
    text = (ROOT / "requirements.lock").read_text()
    bare = re.sub(r"(?<=\ntzdata==\S{6}) (?:\\\n    --hash=\S+ ?)+", "", text)
    assert pinned(bare)["tzdata"] == 0
    assert pinned(bare).keys() == pinned(text).keys()


def test_the_zones_of_the_world_come_with_it() -> None:
    """Where a machine has none of its own."""
    assert told(ZONE) == 0
    assert told(f"import sys; sys.modules['tzdata'] = None; {ZONE}") != 0  # negative control


def told(script: str) -> int:
    """How a process ended that finds no zone in the system's folders."""
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, env={"PYTHONTZPATH": ""}, capture_output=True, check=False)  # noqa: S603  # ours
    return done.returncode
