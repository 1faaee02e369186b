"""What people cost in rows and bytes: some live through a month of messages on a real PostgreSQL,
in minutes, and the tables are weighed afterwards, with their indexes.

`python -m tests.scale.measure` prints the figures that `figures.py` has."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from bot.answers import settle
from bot.clock import WallClock
from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Sent
from core.ids import Ids
from core.ports import Payload
from core.store import Store, Tools, open_store
from core.work import Work
from tests.databases import _postgres, end_postgres

PEOPLE, TASKS = 100, 24
"""People, and what each of them adds; they complete all but the last few and look at their list."""
OPEN = 6
KINDS = {
    "person": ("account", "chat", "identity", "audit", "digest", "home", "question"),
    "message": ("message_key", "source", "rate"),
    "job": ("workflow_status", "operation_outputs"),
}
"""Tables by what makes their rows. All that is not here is made by tasks."""
SIZES = text(
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'dbos')"
)
WRITTEN = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
LOGGED = text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
NAMES = ("tell", "redraw", "digest", "home", "zone", "say")
"""Of the jobs that come of it, and are done here by sending nothing."""
LEFT = text(
    "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED')"
)
JOBS = text("SELECT count(*) FROM dbos.workflow_status")


@dataclass
class Weighed:
    """Of one unit each: a person, a task, a message, a job."""

    bytes: dict[str, float] = field(default_factory=dict)
    jobs_per_message: float = 0.0
    rows_per_message: float = 0.0
    """Written (inserted, changed, deleted) in all tables, its jobs' and their run included."""
    log_per_message: float = 0.0
    """Bytes of PostgreSQL's log, which is what a replica and a disk have to keep up with."""


async def _nothing(payload: Payload) -> None:
    """Nothing is sent."""


async def weigh(url: str) -> Weighed:
    """Of people who live on that database, which must have our tables and nothing in them."""
    await asyncio.to_thread(prepare, url)
    engine = DbosEngine(url=url, executor_id="weigher", poll=0.05)
    store = open_store(url, Tools(WallClock(), engine, Ids(b"k" * 32)))
    await engine.start(dict.fromkeys(NAMES, _nothing))
    admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        before = _sizes(connection.execute(SIZES).all())
        written = int(connection.execute(WRITTEN).scalar_one() or 0)
        logged = int(connection.execute(LOGGED).scalar_one())
        await asyncio.gather(*[_live(store, number) for number in range(PEOPLE)])
        while connection.execute(LEFT).scalar_one():  # noqa: ASYNC110  # they are rows
            await asyncio.sleep(0.2)
        await engine.stop()
        await store.close()
        logged = int(connection.execute(LOGGED).scalar_one()) - logged
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        written = int(connection.execute(WRITTEN).scalar_one()) - written
        after = _sizes(connection.execute(SIZES).all())
        jobs = int(connection.execute(JOBS).scalar_one())
    admin.dispose()
    messages = PEOPLE * _messages()
    units = {"person": PEOPLE, "task": PEOPLE * TASKS, "message": messages, "job": jobs}
    weights: defaultdict[str, int] = defaultdict(int)
    kinds = {table: kind for kind, tables in KINDS.items() for table in tables}
    for table, size in after.items():
        weights[kinds.get(table, "task")] += size - before.get(table, 0)
    return Weighed(
        {kind: weights[kind] / units[kind] for kind in units},
        jobs / messages,
        written / messages,
        logged / messages,
    )


def _sizes(rows: object) -> Mapping[str, int]:
    return {str(name): int(size) for name, size in rows}  # type: ignore[attr-defined]  # of two


def _lines() -> list[str]:
    """What one person says."""
    said = ["hello", "digest on 8:30 daily"]
    for number in range(1, TASKS + 1):
        when = " tomorrow 17:00" if number % 3 == 0 else ""
        said.append(f"add Buy {number} metres of rope for the boat{when}")
        if number > OPEN:
            said.append(f"done {number - OPEN}")
        if number % 3 == 0:
            said.append("list")
    return said


def _messages() -> int:
    return len(_lines())


async def _live(store: Store, number: int) -> None:
    user = str(500_000_000 + number)
    who = Sender("telegram", "", user, f"Ada Lovelace {number}", f"ada{number}")
    chat = Address("telegram", "", user, private=True)
    for place, line in enumerate(_lines()):
        inbound = Inbound(f"telegram:{user}:{place}", Kind.COMMAND, who, chat, line)
        await store.mutate(partial(_say, inbound=inbound, place=place))


def _say(work: Work, inbound: Inbound, place: int) -> None:
    """Handled and answered, in one transaction instead of two."""
    handled = dispatch(work, inbound, lambda *_: False)
    settle(work, inbound.key, Sent(inbound.address, str(place)), handled.reply)


if __name__ == "__main__":
    try:
        print(asyncio.run(weigh(_postgres()[0].migrated())))  # noqa: T201  # the figures
    finally:
        end_postgres()
