"""The databases under the core's tests, and two people in them."""

import pytest

from core.store import Store
from tests.core.people import Person, person
from tests.databases import (
    core_postgres,
    database,
    empty_url,
    postgres,
    sqlite,
    store,
)

__all__ = [
    "ada",
    "ben",
    "core_postgres",
    "database",
    "empty_url",
    "postgres",
    "sqlite",
    "store",
]


@pytest.fixture
async def ada(store: Store) -> Person:
    """On Telegram."""
    return await person(store, "Ada")


@pytest.fixture
async def ben(store: Store) -> Person:
    """On Slack."""
    return await person(store, "Ben", "slack", "T1")
