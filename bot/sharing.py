"""What the processes on one PostgreSQL share: their leases, one pace, whose turn it is to poll."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.engine.database import POSTGRES_CONNECTIONS
from adapters.engine.leases import Leases
from adapters.pacing import LocalPacer
from adapters.pacing_rows import RowPacer
from bot.background import background
from bot.polling_turn import PollingTurn
from bot.roles import Role, process_name
from core.ports import Pacer
from core.postgres import THREADS

EVERYBODY = THREADS + 3
"""Connections of any process: transactions; and one each for the look at the jobs, the pace and
the lease."""


def connections(role: Role) -> int:
    """That a process of this role opens to PostgreSQL at the most."""
    jobs = POSTGRES_CONNECTIONS + 1 if role.runs_jobs else 0  # and the sweep for the dead
    return EVERYBODY + jobs + role.takes_messages  # and the turn to poll


@dataclass(frozen=True, slots=True)
class Alone:
    """The one process of a SQLite file."""

    pacer: Pacer
    process: str = "local"
    leases: None = None
    turn: None = None

    async def forget(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Together:
    """One process of several."""

    process: str
    pacer: RowPacer
    leases: Leases
    turn: PollingTurn

    async def forget(self) -> None:
        """Drop the pace of what was idle for long."""
        await self.pacer.forget()


@asynccontextmanager
async def sharing(url: str, bot: str) -> AsyncIterator[Alone | Together]:
    """Be one of the processes of this database while the block runs. `bot` is what is polled."""
    if url.startswith("sqlite"):
        yield Alone(LocalPacer())
        return
    process = process_name()
    pacer, turn = RowPacer(url, process), PollingTurn(url, process, bot)
    leases = Leases(url, process)
    try:
        await leases.begin()
        async with background(leases.renew_for_ever()):
            yield Together(process, pacer, leases, turn)
    finally:
        await leases.end()
        await turn.close()
        await pacer.close()
