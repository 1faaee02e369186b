"""What all tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbos._event_loop import BackgroundEventLoop
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache

# The program is run from the checkout and never installed, so a bare `pytest` needs its folder.
sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.engine.dbos_engine import DbosEngine
from tests.canary import Watch, watching  # it is found there
from tests.databases import end_postgres
from tests.ports import free_port
from tests.room import quick

if folder := quick():  # before pytest makes its own
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))

LONG = frozenset(
    {
        "test_slack_installs.py",
        "test_simulation.py",
        "test_replied_at_once.py",
        "test_canaries.py",
        "test_accounts_cli.py",
        "test_story_admin.py",
        "test_core_linking_model.py",
        "test_story_joined.py",
        "test_engine_stop.py",
        "test_story_door.py",
        "test_forgotten.py",
        "test_hostile_signed.py",
        "test_billing_storm.py",
    }
)
"""Files that take over 20 s, beside those of `faults/`: by `make test ARGS=--durations=0`."""


@pytest.fixture
def unused_tcp_port() -> int:
    """In place of pytest-asyncio's, whose port a connection may have before the service does."""
    return free_port()


@pytest.fixture(scope="session")
def watch() -> Iterator[Watch]:
    """All that the suite does in this process."""
    with watching() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def resting() -> Iterator[None]:
    """A loop that a module's tests share does not run between two of them, and DBOS would start
    what it claims then in a loop of its own, where a job of ours waits for ever
    (`adapters.engine.runs`) and holds its chat. Here it waits for its loop instead. The program's
    loop runs from the launch to the stop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BackgroundEventLoop, "target_loop", lambda own: own._main_loop or own._loop)
        yield


@pytest.fixture(scope="session", autouse=True)
def awake() -> Iterator[None]:
    """Jobs and what is due are looked for so often that no test waits: a chat gets one job at each
    look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DbosEngine.__init__.__kwdefaults__, "poll", 0.05)
        patch.setattr("adapters.engine.process.LISTENING", 0.02)
        patch.setattr("bot.reminding.TICK", 0.1)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What a statement is in the words of a database is asked once in this process, as in the
    program's, and not anew by the engine of each test: half of what a short one costs on
    PostgreSQL."""
    own, kept, dialects = ClauseElement._compile_w_cache, LRUCache[Any, Any](2000), {}

    def compiled(statement: Any, dialect: Any, **options: Any) -> Any:
        known = dialects.setdefault((dialect.name, dialect.driver), dialect)
        return own(statement, known, **(options | {"compiled_cache": kept}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClauseElement, "_compile_w_cache", compiled)
        yield


@pytest.fixture(autouse=True)
def canaries(watch: Watch) -> Iterator[None]:
    """No test leaves a link, a code or a token where somebody else reads it."""
    watch.listen()
    yield
    assert watch.leaks() == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, or one worker would be left with them in the end (`make test` keeps the
    order)."""
    items.sort(key=lambda item: not ("faults" in item.path.parts or item.path.name in LONG))


def pytest_collection_finish() -> None:
    """What was imported by now stays, and is looked at by no collection of garbage any more: there
    is so much of it that each would take a tenth of a second."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """The server of PostgreSQL ends with the last test of its process."""
    end_postgres()
