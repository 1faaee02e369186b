"""`fluxbot audit verify`: whether the record of what happened is as it was written."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.operator import opened, say
from bot.settings import Settings
from core import schema
from core.work import Work

_COUNT = select(func.count()).select_from(schema.audit)


async def verify(settings: Settings) -> int:
    """Say how many rows hold, or name the first that does not: then 1. Beside a running service or
    without."""
    async with opened(settings) as (store, _):
        rows, broken = await store.query(_look)
    if broken is None:
        say(f"All {rows} rows hold.")
        return 0
    say(f"Row {broken} is broken: it was altered or taken out, or is one too many.")
    say("The rows before it hold; of those after it nothing is known.")
    return 1


def _look(work: Work) -> tuple[int, int | None]:
    work.see_one_state()
    count: int = work.run(_COUNT).scalar_one()
    return count, work.audit.broken()
