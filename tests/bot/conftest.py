"""The databases under those tests of the bot that need one."""

from tests.databases import core_postgres, core_sqlite, database

__all__ = ["core_postgres", "core_sqlite", "database"]
