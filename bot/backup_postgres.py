"""PostgreSQL's own tools, which know best: `pg_dump` and `pg_restore`, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from bot.progress import Progress
from bot.settings import SettingsError

DUMPS, RESTORES = "dumping contents of table", "processing data for table"
"""What the tools say of each table."""
_TABLES = text(
    "SELECT schemaname || '.' || tablename FROM pg_tables "
    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
Line = Callable[[str], None]


def dump(url: str, target: Path, progress: Progress) -> None:
    """Write all of the database as it is at one moment. Raises `SettingsError`."""
    with _connected(url) as where:
        counting = _counting(progress, tables(url), DUMPS)
        _run("pg_dump", ["--format=custom", "--verbose", f"--file={target}", where], counting)
    progress.end()


def restore(url: str, source: Path, progress: Progress) -> None:
    """Bring back what was dumped, all or nothing. Raises `SettingsError`."""
    inside: list[str] = []
    _run("pg_restore", ["--list", str(source)], lambda line: None, inside)
    held = [line for line in inside if " TABLE DATA " in line]
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    with _connected(url) as where:
        counting = _counting(progress, held, RESTORES)
        _run("pg_restore", [*options, "--verbose", f"--dbname={where}", str(source)], counting)
    progress.end()


def tables(url: str) -> list[str]:
    """What is in the database."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [*connection.execute(_TABLES).scalars()]
    finally:
        engine.dispose()


def _counting(progress: Progress, tables: Sequence[str], phrase: str) -> Line:
    progress.begin(len(tables))

    def line(said: str) -> None:
        if phrase in said:
            progress.moved(1)
            progress.finished(said.partition(phrase)[2].strip(' "\n'), 1)

    return line


def _run(tool: str, options: Sequence[str], line: Line, out: list[str] | None = None) -> None:
    found = shutil.which(tool)
    if found is None:
        fix = "install PostgreSQL's client programs (Debian: postgresql-client)"
        raise SettingsError([f"{tool}: is not on PATH; {fix}"])
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603  # the tool's own path, and no shell
        [found, *options],
        stdout=subprocess.PIPE if out is not None else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        if out is not None and running.stdout is not None:
            out += running.stdout.readlines()
        for each in running.stderr or ():
            line(each)
            said = [*said[-20:], each]
    if running.returncode:
        errors = [each.strip() for each in said if "error" in each.lower()] or said[-1:]
        raise SettingsError([f"{tool}: {' '.join(errors).removeprefix(f'{tool}: ')[:400]}"])


@contextmanager
def _connected(url: str) -> Iterator[str]:
    """The database as the tools are told of it. A password goes by a file for us alone, since what
    is among a program's arguments all users of the machine may read."""
    parsed = make_url(url)
    plain = URL.create(
        "postgresql", parsed.username, None, parsed.host, parsed.port, parsed.database, parsed.query
    )
    if parsed.password is None:
        yield plain.render_as_string()
        return
    with NamedTemporaryFile("w", prefix="pgpass") as file:
        file.write(f"*:*:*:*:{_escaped(parsed)}\n")
        file.flush()
        yield plain.update_query_dict({"passfile": file.name}).render_as_string()


def _escaped(url: URL) -> str:
    return str(url.password).replace("\\", "\\\\").replace(":", "\\:")
