"""`start`: from the command to serving, and what is resident then."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.contender import OURS, TELEGRAM_PEER, launch
from tests.bench.databases import Place, in_file
from tests.bench.figures import Figure, median, ratio
from tests.bench.machine import rss_mb
from tests.bench.plan import Plan
from tests.bench.standin import StandIn


async def start(
    plan: Plan, folder: Path, platform: StandIn, place: Place = in_file
) -> dict[str, Figure]:
    """The databases are there from the first start, which does not count."""
    urls = {"ours": place(folder / "ours.db"), "peer": ""}
    seconds: dict[str, list[float]] = {"ours": [], "peer": []}
    resident: dict[str, list[float]] = {"ours": [], "peer": []}
    for cycle in range(plan.starts + 1):
        kinds = (OURS, TELEGRAM_PEER) if cycle % 2 else (TELEGRAM_PEER, OURS)
        for kind in kinds:
            began = time.perf_counter()
            up = await launch(kind, folder / f"{kind.name}.db", platform, urls[kind.name])
            if cycle:
                seconds[kind.name].append(time.perf_counter() - began)
                resident[kind.name].append(rss_mb(up.pid))
            await up.stop()
    return {
        "seconds_vs_peer": ratio(seconds["ours"], seconds["peer"]),
        "rss_mb": median(resident["ours"]),
        "seconds": median(seconds["ours"]),
        "peer_rss_mb": median(resident["peer"]),
    }
