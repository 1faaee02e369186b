"""The site on its port, from the first connection to the last.

A process that is one of several is left in three steps, or else people are told no: who has just
connected would be hung up on, and Slack sends a command only once. First it says that it leaves,
and goes on, so that a balancer notices; then it takes no more connections; then those that it has
get to say what they came for. The same order as a `preStop` of Kubernetes and Envoy's draining.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import cast

from aiohttp import web

from bot.settings import SettingsError

NOTICE = 2.0
"""Seconds from the word that this process leaves until it does: a balancer should look at /readyz
each second, and believe the first no."""
LAST_WORDS = 0.5
"""Seconds that those who are connected then have to begin their request."""
SHUTDOWN_GRACE = 6.0
"""Seconds that requests in flight get at the end, the notice among them; with what ends after them
the whole shutdown stays below 8, or 9 where there is a notice."""
KEEPALIVE = 75.0
"""Seconds that an idle connection stays open: longer than a proxy keeps its own (60 is common)."""
LINGER = 0.5
"""Seconds that we go on reading a body that the handler did not want; with the 5 s of
`adapters.edge` a stalled body is closed within 6, also where there are hundreds of them."""
BACKLOG = 1024
"""Connections that wait to be taken: more than come at once in `promises.md` B5. Whoever finds no
room tries again after a second."""
LOOK = 0.02
"""Seconds between two looks whether somebody is still connected."""

LEAVING = web.AppKey("leaving", asyncio.Event)
"""Of a site: set once the process leaves."""


@asynccontextmanager
async def run_site(
    site: web.Application, host: str, port: int, *, notice: float = 0.0
) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port, which is another one only for port 0. `notice`:
    seconds that others need to notice that we leave; 0 where nobody takes over.

    Raises `SettingsError` when the address cannot be listened on. Requests in flight get
    `SHUTDOWN_GRACE` seconds at the end, then they are cancelled; answers that never end by
    themselves (streams) should end in `site.on_shutdown`."""
    runner = web.AppRunner(
        site,
        access_log=None,  # it has query strings and referers
        keepalive_timeout=KEEPALIVE,
        lingering_time=LINGER,
        shutdown_timeout=SHUTDOWN_GRACE - notice,
    )
    await runner.setup()
    took = cast(web.Server, runner.server)
    try:
        listening = await _listen(took, host, port)
        try:
            yield listening.sockets[0].getsockname()[1]
            if notice:
                await _leave(site, took, listening, notice)
        finally:
            listening.close()
    finally:
        await runner.cleanup()


async def _leave(
    site: web.Application, took: web.Server, listening: asyncio.Server, notice: float
) -> None:
    site[LEAVING].set()
    await asyncio.sleep(notice)
    await _close(took, listening)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            while took.connections:  # noqa: ASYNC110  # aiohttp tells nobody
                await asyncio.sleep(LOOK)


async def _close(took: web.Server, listening: asyncio.Server) -> None:
    """Listen no more. The kernel has accepted connections that we have not taken yet, and would
    reset them: they are taken here, by a second handle to the same socket."""
    last: list[socket.socket] = []
    with ExitStack() as stack:
        doors = [stack.enter_context(_again(each.fileno())) for each in listening.sockets]
        listening.close()
        for door in doors:
            last += _waiting(door)
    loop = asyncio.get_running_loop()
    for each in last:
        with suppress(OSError):  # gone meanwhile
            await loop.connect_accepted_socket(took, each)


def _again(number: int) -> socket.socket:
    door = socket.socket(fileno=os.dup(number))
    door.setblocking(False)
    return door


def _waiting(door: socket.socket) -> Iterable[socket.socket]:
    with suppress(OSError):  # there are no more
        while True:
            yield door.accept()[0]


async def _listen(took: web.Server, host: str, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(took, host, port, backlog=BACKLOG)
    except socket.gaierror:
        raise SettingsError([f"HOST: {host} is not an address of this machine"]) from None
    except OSError as problem:
        match problem.errno:
            case errno.EADDRINUSE:
                line = f"PORT: {port} is in use; stop the other program, or set another PORT"
            case errno.EACCES:
                line = f"PORT: {port} needs special rights; set a PORT of 1024 or more"
            case errno.EADDRNOTAVAIL:
                line = f"HOST: {host} is not an address of this machine"
            case _:
                line = f"HOST, PORT: cannot listen on {host} port {port}: {problem.strerror}"
        raise SettingsError([line]) from None
