"""The service that dies at a named point: on either side of each commit, each call of somebody
else's, each answer to somebody else's, each job.

No name is written down in the program: a commit is named after the functions that it keeps, a call
and an answer after their path, a job after itself, so that a new one is a new point. Each point
that is passed is written into the file `PASSED`, once; where the file `DIE_AT` holds its name, the
file is deleted, and the process is gone."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from aiohttp.web_protocol import RequestHandler
from sqlalchemy import Connection

from adapters.engine.worker import Worker
from bot.cli import main
from core.postgres import PostgresStore
from core.store import Tools

PASSED, DIE_AT = Path("passed"), Path("die-at")
"""In the directory of the service."""
_NUMBERS = re.compile(r"bot\d+:\w+|[^/]*\d[^/]*")
"""Parts of a path that are somebody's."""

_tools_run = Tools.run
_commit_impl, _rollback_impl = Connection._commit_impl, Connection._rollback_impl
_known: set[str] = set()
_kept: WeakKeyDictionary[Connection, list[str]] = WeakKeyDictionary()
"""What the transactions that are open have run."""


def passes(point: str) -> None:
    """The process is at this point, and may not be any more."""
    try:
        wanted = DIE_AT.read_text()
    except FileNotFoundError:
        wanted = ""
    if point == wanted:
        DIE_AT.unlink()
        os._exit(137)
    if point not in _known:
        _known.add(point)
        with PASSED.open("a") as file:
            file.write(f"{point}\n")


def around(what: str, call: Callable[..., Awaitable[Any]], named: Callable[..., str]) -> Any:
    """The call, with a point on either side."""

    @wraps(call)
    async def wrapped(*given: Any, **options: Any) -> Any:
        name = f"{what} {named(*given, **options)}"
        passes(f"before {name}")
        result = await call(*given, **options)
        passes(f"after {name}")
        return result

    return wrapped


def path(url: object) -> str:
    """Without what is somebody's own."""
    return _NUMBERS.sub("*", str(httpx.URL(str(url)).path)).removeprefix("/sandbox")


def _named(function: Any) -> str:
    while isinstance(function, partial):
        function = function.func
    return str(function.__qualname__).replace(".<locals>", "").replace(".<lambda>", "")


def _run(self: Tools, connection: Connection, function: Any) -> Any:
    if not getattr(function, "only_reads", False):
        _kept.setdefault(connection, []).append(_named(function))
    return _tools_run(self, connection, function)


def _commit(self: Connection) -> None:
    kept = _kept.pop(self, None) or _engines()
    for each in kept:
        passes(f"before the commit of {each}")
    _commit_impl(self)
    for each in kept:
        passes(f"after the commit of {each}")


def _engines() -> list[str]:
    """What the durable engine is about to keep, by who of it asked for the commit."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if any(each in frame.f_code.co_filename for each in ("/dbos/_sys_db", "/adapters/engine/")):
            return [f"the engine's {frame.f_code.co_name}"]
        frame = frame.f_back
    return []


def _rollback(self: Connection) -> None:
    _kept.pop(self, None)
    _rollback_impl(self)


async def _query(self: PostgresStore, function: Any) -> Any:
    def read(work: Any) -> Any:
        return function(work)

    read.only_reads = True  # type: ignore[attr-defined]  # for `_run`
    return await self.mutate(read)


def watch() -> None:
    """Have all the points."""
    Tools.run = _run  # type: ignore[method-assign]  # that is the point
    Connection._commit_impl, Connection._rollback_impl = _commit, _rollback
    PostgresStore.query = _query  # type: ignore[assignment,method-assign]
    aiohttp.ClientSession._request = around(
        "the call of", aiohttp.ClientSession._request, lambda own, method, url, **_: path(url)
    )
    httpx.AsyncClient.send = around(
        "the call of", httpx.AsyncClient.send, lambda own, request, **_: path(request.url)
    )
    RequestHandler.finish_response = around(
        "the answer to", RequestHandler.finish_response, lambda own, request, *_: path(request.url)
    )
    Worker._attempt = around("the job", Worker._attempt, lambda own, run, name, _: name)


if __name__ == "__main__":
    watch()
    sys.exit(main())
