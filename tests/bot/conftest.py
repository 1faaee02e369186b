"""The databases under those tests of the bot that need one, and one in memory."""

from collections.abc import Iterator

import pytest

from tests.databases import core_postgres, database
from tests.memory import Memory

__all__ = ["core_postgres", "database"]


@pytest.fixture
def memory() -> Iterator[Memory]:
    """A database of the test's own, in memory."""
    made = Memory()
    yield made
    made.close()
