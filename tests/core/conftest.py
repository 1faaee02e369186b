"""The databases under the core's tests."""

from tests.databases import (
    core_postgres,
    core_sqlite,
    database,
    empty_url,
    postgres,
    sqlite,
    store,
)

__all__ = [
    "core_postgres",
    "core_sqlite",
    "database",
    "empty_url",
    "postgres",
    "sqlite",
    "store",
]
