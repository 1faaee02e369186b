"""A process that runs jobs under a lease until it ends: `leased_worker URL LOG TTL [OPTION]`, which
is `no-sweep` or the recoveries of a job at the most. With a TTL of `shipped` the lease is the
service's own, and so is how often the queues are looked at.

A job writes a line when it starts and when it is done; one that is poison kills the process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from adapters.engine import process
from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.leases import Leases
from bot.roles import process_name
from core.ports import Payload


async def nothing() -> None:
    """The engine's tests have no answers to take over."""


async def main(url: str, path: str, ttl: str, option: str = "") -> None:
    name = process_name()
    sweep, recoveries = option != "no-sweep", int(option) if option.isdecimal() else 0
    if recoveries:
        process.MAX_RECOVERIES["postgresql"] = recoveries
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if ttl == "shipped":
        leases = Leases(url, name)
        engine = DbosEngine(url=url, executor_id=name, leases=leases)
    else:
        leases = Leases(url, name, ttl=float(ttl))
        engine = DbosEngine(url=url, executor_id=name, poll=0.05, leases=leases)
    with Path(path).open("a", buffering=1) as log:  # noqa: ASYNC230  # a line at a time

        async def run(payload: Payload) -> None:
            log.write(f"start {payload['chat']}:{payload['n']} {os.getpid()}\n")
            if payload.get("poison"):
                os._exit(1)
            await asyncio.sleep(float(payload.get("seconds") or 0.2))
            log.write(f"done {payload['chat']}:{payload['n']} {os.getpid()}\n")

        await leases.begin()
        renewing = asyncio.create_task(leases.renew_for_ever())
        sweeping = asyncio.create_task(leases.sweep_for_ever(nothing)) if sweep else None
        await engine.start({"tell": run})
        log.write(f"up {os.getpid()}\n")
        await stop.wait()
        await engine.stop()
        renewing.cancel()
        if sweeping:
            sweeping.cancel()
        await leases.end()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
