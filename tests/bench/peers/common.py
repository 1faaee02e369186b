"""What the peers share: how they are started, and the tables of the same work as ours.

The work (`performance.md` 3b): refuse a second delivery, find or make the account, check the quota
of open tasks, add the task, keep the answer with its number, commit with synchronous=FULL; then
send the answer. Run by the interpreter of the peers' own environment, so nothing of ours is here.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3

from aiohttp import web

QUOTA = 1000
"""Open tasks of one account that are counted at the most."""

TABLES = """
CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE account (id INTEGER PRIMARY KEY, external TEXT NOT NULL UNIQUE);
CREATE TABLE task (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, title TEXT NOT NULL,
    status TEXT NOT NULL, created_at INTEGER NOT NULL
);
CREATE INDEX task_open ON task (account_id, status, id);
CREATE TABLE answer (
    id INTEGER PRIMARY KEY, chat TEXT NOT NULL, text TEXT NOT NULL, due_at INTEGER NOT NULL,
    sent_at INTEGER
);
CREATE INDEX answer_due ON answer (due_at, id) WHERE sent_at IS NULL;
"""


class Given(argparse.Namespace):
    """The command line of every contender."""

    db: str
    port: int
    api: str
    """Root of the stand-in for the platform."""
    token: str
    secret: str


def given() -> Given:
    parser = argparse.ArgumentParser()
    for name in ("db", "api", "token", "secret"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser.parse_args(namespace=Given())


def fresh(path: str) -> None:
    """A new database in WAL mode, if there is none."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.executescript(TABLES)
    connection.close()


async def serve(app: web.Application, port: int) -> None:
    """Serve until killed; say READY when connections are taken."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
    print("READY", flush=True)  # noqa: T201  # what the bench waits for
    await asyncio.Event().wait()
