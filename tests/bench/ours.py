"""The service as shipped, but for its pace: the stand-ins set no limits, and nobody is paced.
`ours_idle` is this with the pace of each chat.

Prints READY when it serves. On SIGUSR1 it puts `JOBS` jobs, spread over the chats of `SPEAKERS`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from bot.memory import loading, set_aside_what_stays

with loading():
    from sqlalchemy import text

    from adapters.pacing import NoPacer
    from bot import app, logs, loop, sharing
    from bot.settings import load
    from core.ports import Pacer
    from core.store import Store
    from core.work import Work

JOBS, CHATS = 1000, 100
_chats = text("SELECT id FROM chat WHERE chat >= :first ORDER BY chat LIMIT :most")


class _NoRowPacer(NoPacer):
    """In the place of the pacer that several processes share."""

    def __init__(self, url: str, process: str) -> None: ...

    async def forget(self) -> None: ...

    async def close(self) -> None: ...


async def main(pacer: Callable[[], Pacer] = NoPacer) -> None:
    if not (hasattr(sharing, "LocalPacer") and hasattr(sharing, "RowPacer")):
        raise RuntimeError("the service takes its pacer from elsewhere: it would be paced")
    sharing.LocalPacer, sharing.RowPacer = pacer, _NoRowPacer  # all else is as shipped
    settings = load()
    logs.setup(settings.log_format)
    stop, running_loop = asyncio.Event(), asyncio.get_running_loop()
    running_loop.add_signal_handler(signal.SIGTERM, stop.set)
    background: set[asyncio.Task[None]] = set()
    async with app.service(settings) as running:
        running_loop.add_signal_handler(
            signal.SIGUSR1, lambda: background.add(asyncio.create_task(_put(running.store)))
        )
        print("READY", flush=True)  # noqa: T201  # what the bench waits for
        set_aside_what_stays()
        await stop.wait()


async def _put(store: Store) -> None:
    """A job a commit, as they come about."""
    first = os.environ["BENCH_SPEAKERS"]

    def known(work: Work) -> list[int]:
        return [row.id for row in work.run(_chats, {"first": first, "most": CHATS})]

    chats = await store.query(known)
    for number in range(JOBS):
        await store.mutate(lambda work, n=number: _say(work, chats[n % CHATS], n))  # type: ignore[misc]  # n is bound here


def _say(work: Work, chat: int, number: int) -> None:
    name = f"bench:{os.getpid()}:{work.now.timestamp()}:{number}"
    work.put_in_chat(chat, name="say", id=name, payload={"text": "A job."})


if __name__ == "__main__":
    sys.exit(loop.run(main()))
