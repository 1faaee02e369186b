"""Many transactions at the same time, through several stores as several processes would."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from core.errors import Refusal
from core.store import Store
from core.work import Work


def barrier(parties: int) -> threading.Barrier:
    """Where transactions wait for each other, so that all have read before any writes."""
    return threading.Barrier(parties, timeout=20)


async def gather(stores: Sequence[Store], functions: Sequence[Callable[[Work], Any]]) -> list[Any]:
    """Run all at once, spread over the stores; results and refusals in their order. Anything else
    that is raised is a defect, and raised."""

    async def one(n: int, function: Callable[[Work], Any]) -> Any:
        try:
            return await stores[n % len(stores)].mutate(lambda work: function(_slow(work)))
        except Refusal as refusal:
            return refusal

    return await asyncio.gather(*(one(n, function) for n, function in enumerate(functions)))


def _slow(work: Work) -> Work:
    """With a pause after each statement where others may write meanwhile, so that they do."""
    if work.shared:
        run = work.run

        def pausing(*arguments: Any) -> Any:
            result = run(*arguments)
            work.flush()
            time.sleep(0.002)
            return result

        work.run = pausing  # type: ignore[method-assign]  # for this transaction alone
    return work


def refusals(outcomes: Sequence[Any]) -> list[Refusal]:
    return [each for each in outcomes if isinstance(each, Refusal)]
