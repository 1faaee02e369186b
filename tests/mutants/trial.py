"""A process for each mutant, forked from one that has everything loaded and the tests collected: it
changes the module in its memory, runs the tests that reach the changed line, and ends.

What a function does is changed by giving it other code, what a name of the module stands for by
giving it another value. The rest, such as a default of a class, needs the module loaded anew, and
so does a change of a name that was not noticed: the old value may still be held somewhere."""

from __future__ import annotations

import gc
import importlib.machinery
import importlib.util
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NoReturn

import coverage
import pytest

from tests.mutants.changes import Mutant

ROOT = Path(__file__).parents[2]
LIBRARIES = (
    "aiohttp.web", "aiosqlite", "alembic.command", "babel.dates", "cryptography.hazmat.primitives",
    "dbos._sys_db_sqlite", "hypothesis.stateful", "jinja2", "jwt", "orjson", "polar", "psycopg",
    "pydantic_settings", "slack_bolt.async_app", "sqlalchemy.ext.asyncio",
    "sqlalchemy.dialects.sqlite", "telegram",
)  # fmt: skip
"""Nothing of ours: that is what may be changed."""
ARGUMENTS = (
    "-q", "-x", "-s", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-k", "not postgres",
    "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov",
)  # fmt: skip
HANGS_SECONDS = 15.0
"""In which a child that uses next to none of the processor is looked at as one that hangs."""
EQUAL, KILLED, NONE = 0, 1, 5
"""Exit codes of pytest that are told apart: all passed, one failed, there was no test."""


@dataclass
class Reached:
    """Which lines of a module its tests reach, and how long these take."""

    by_line: dict[int, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def tests(self, line: int, most: float) -> list[str]:
        """Those that reach a line, the quick ones first, `most` seconds of them. What no test
        reaches by itself is reached while the module is loaded: then all of them."""
        chosen, spent = [], 0.0
        for each in sorted(self.by_line.get(line) or self.seconds, key=self.takes):
            spent += self.takes(each)
            if chosen and spent > most:
                break
            chosen.append(each)
        return chosen

    def reaches(self, line: int) -> bool:
        """Whether any test does, by itself."""
        return bool(self.by_line.get(line))

    def takes(self, test: str) -> float:
        return self.seconds.get(test, 0.0)


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module from this code."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Finder:
    """Finds one module, the changed one."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        loader = _Loader(name, self._path, self._code)
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


class Collected:
    """A plugin that, when the tests are collected, does something else than to run them all."""

    def __init__(self, act: Callable[[Collected], int]) -> None:
        self._act = act
        self.session: Any = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        if session.testsfailed:  # they could not all be collected
            os._exit(KILLED)
        code = self._act(self)
        sys.stdout.flush()
        os._exit(code)

    @property
    def names(self) -> list[str]:
        return [each.nodeid for each in self.session.items]

    def run(self, tests: Sequence[str], scratch: Path, began: Callable[[str], None]) -> int:
        """Run these, in this order, up to the first that fails."""
        by_name = {each.nodeid: each for each in self.session.items}
        items = [by_name[each] for each in tests if each in by_name]
        # a folder of its own: pytest empties the one that it is given
        self.session.config._tmp_path_factory._given_basetemp = scratch / "tests"
        for item, after in zip(items, [*items[1:], None], strict=True):
            began(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.session.testsfailed:
                return KILLED
        return EQUAL if items else NONE


def load() -> None:
    """Have loaded what every child needs."""
    sys.dont_write_bytecode = True
    for each in LIBRARIES:
        importlib.import_module(each)


def prepare(scratch: Path) -> None:
    """Have made what every child would make for itself: a database with all tables. What is there
    stays out of its garbage collections, which would copy every page of it."""
    if databases := sys.modules.get("tests.databases"):
        scratch.mkdir(parents=True, exist_ok=True)
        databases.sqlite_file(scratch / "made.db")
    gc.freeze()


def collect(tests: Sequence[str], scratch: Path, act: Callable[[Collected], int]) -> int:
    """Collect the tests in this process, do this, and end it."""
    places = [f"--basetemp={scratch / 'first'}", f"--rootdir={ROOT}"]
    return int(pytest.main([*ARGUMENTS, *places, *tests], [Collected(act)]))


def reached(module: str, collected: Collected, scratch: Path) -> Reached:
    """What the tests reach, by running them once. Raises RuntimeError where they do not pass."""
    file, kept = ROOT / module, scratch / "reached.json"

    def act() -> int:
        watched = coverage.Coverage(data_file=None, include=[str(file)], config_file=False)
        times: list[tuple[str, float]] = []

        def began(test: str) -> None:
            times.append((test, time.process_time()))
            watched.switch_context(test)

        watched.start()
        code = collected.run(collected.names, scratch, began)
        watched.stop()
        times.append(("", time.process_time()))
        seconds = {test: after - at for (test, at), (_, after) in pairwise(times)}
        lines = watched.get_data().contexts_by_lineno(str(file))
        by_line = {line: [one for one in found if one] for line, found in lines.items()}
        kept.write_text(json.dumps([by_line, seconds]))
        return code

    code = Child(act, scratch).wait(900)
    if code != EQUAL:
        raise RuntimeError(f"the tests of {module} do not pass: {(scratch / 'log').read_text()}")
    by_line, seconds = json.loads(kept.read_text())
    return Reached({int(line): found for line, found in by_line.items()}, seconds)


def changed(module: str, mutant: Mutant) -> bool:
    """Change the loaded module; False where that cannot be done so."""
    loaded = sys.modules.get(_name(module))
    if loaded is None:
        return False
    if mutant.inside:
        return _recoded(loaded, mutant)
    return bool(mutant.names) and _renamed(loaded, mutant)


def _recoded(loaded: ModuleType, mutant: Mutant) -> bool:
    """Another code for one function."""
    found: Any = loaded
    for part in mutant.function.split("."):
        found = vars(found).get(part)
        found = getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = getattr(found, "__wrapped__", found)
    code = next((each for each in _codes(mutant.code) if each.co_qualname == mutant.function), None)
    if not isinstance(found, FunctionType) or code is None:
        return False
    with suppress(ValueError):  # it closes over something else
        found.__code__ = code
        return True
    return False


def _codes(code: CodeType) -> list[CodeType]:
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return inner + [each for one in inner for each in _codes(one)]


def _renamed(loaded: ModuleType, mutant: Mutant) -> bool:
    """Other values for some names, wherever these are known. What raises is noticed by itself."""
    made = {"__name__": loaded.__name__, "__file__": loaded.__file__}
    exec(mutant.code, made)  # noqa: S102  # ours, but for one thing
    for name in mutant.names:
        old = vars(loaded)[name]
        for each in list(sys.modules.values()):
            ours = getattr(each, "__name__", "").partition(".")[0]
            if ours in ("core", "bot", "adapters", "tests") and vars(each).get(name) is old:
                setattr(each, name, made[name])
    return True


def afresh(module: str, code: CodeType) -> None:
    """Have the changed module loaded instead of the real one, by whoever loads it from now on."""
    sys.meta_path.insert(0, _Finder(_name(module), str(ROOT / module), code))  # type: ignore[arg-type]  # a finder, by its method


def _name(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".")


def in_memory() -> str | None:
    """A folder that waits for no disk, where there is one: a test's file is written through at
    each commit."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # only to write


class Child:
    """A process of its own group, so that whatever it starts ends with it."""

    def __init__(self, act: Callable[[], int], scratch: Path, patience: float = 60.0) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self.until = time.monotonic() + patience
        self.code: int | None = None
        self._busy, self._spent = time.monotonic(), 0.0
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            self._live(act, scratch)

    @staticmethod
    def _live(act: Callable[[], int], scratch: Path) -> NoReturn:
        os.setsid()
        log = os.open(scratch / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        code = 3
        try:
            code = act()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def poll(self) -> int | None:
        """Its code, once it has ended; what takes too long, or does nothing any more, is ended, and
        counts as killed."""
        if self.code is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > self.until or self._hangs():
                os.killpg(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                self.code = KILLED
        return self.code

    def _hangs(self) -> bool:
        """Whether it waits for what never comes: however busy the machine is, whoever has something
        to do gets more than that."""
        now = time.monotonic()
        if now - self._busy < HANGS_SECONDS:
            return False
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        hangs = spent - self._spent < HANGS_SECONDS / 200
        self._busy, self._spent = now, spent
        return hangs

    def wait(self, patience: float) -> int:
        """The same, once it has ended, of one that may wait for children of its own."""
        self.until, self._busy = time.monotonic() + patience, math.inf
        while (code := self.poll()) is None:
            time.sleep(0.02)
        return code
