"""The databases under those tests of the bot that need one."""

from tests.databases import core_postgres, database

__all__ = ["core_postgres", "database"]
