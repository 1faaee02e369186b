"""A process that has the program loaded, and has children that are the program: a start costs what
the service does then, not the second and a half that Python takes to load it. Such a child is a
process of its own in every respect: its files, its threads, its end.

`python -m tests.faults.nursery FD` serves the socket of that number. A line of JSON asks for a
child; it is answered with the child's number at once, and with its exit code when it ends."""

from __future__ import annotations

import asyncio
import atexit
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn, Protocol

ROOT = Path(__file__).parents[2]
LOADED = (
    "bot.app",
    "bot.loop",
    "aiosqlite",
    "alembic.command",
    "babel.dates",
    "core.sqlite",
    "dbos._sys_db_sqlite",
    "mako.ext.pygmentplugin",
    "psycopg",
    "slack_bolt.listener_matcher.async_builtins",
    "sqlalchemy.dialects.postgresql.psycopg",
    "tests.core.paying",
    "tests.core.people",
    "tests.fakes",
)
"""All that a service has loaded when it is ready: what is missing here costs time, nothing else."""


class Closed(Protocol):
    """What has an end."""

    def close(self) -> None: ...


class Born:
    """A child, of the shape of `asyncio.subprocess.Process` as far as the tests use it."""

    def __init__(
        self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.pid = pid
        self._ended = asyncio.create_task(self._end(reader, writer))

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # it has ended, and we are told in a moment
                os.kill(self.pid, number)

    @staticmethod
    async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        code = int(await reader.readline())
        writer.close()
        return code


async def born(
    module: str,
    *words: str,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    complaints: Path | None = None,
) -> Born:
    """`python -m module words...`, with what it says in the log; `complaints`: what it says on
    stderr, where that is asked for."""
    reader, writer = await asyncio.open_unix_connection(_nursery())
    standard = [str(log), str(complaints or log)]
    asked = {
        "module": module, "words": words, "cwd": str(cwd), "env": dict(env), "standard": standard,
    }  # fmt: skip
    writer.write(json.dumps(asked).encode() + b"\n")
    return Born(int(await reader.readline()), reader, writer)


def ready() -> None:
    """Have the process that children come from: it stays in the network where it is started."""
    _nursery()


@cache
def _nursery() -> str:
    """The path of the socket of this process's one."""
    home = tempfile.TemporaryDirectory(prefix="nursery")
    path = f"{home.name}/socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        running = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-m", __name__, str(listening.fileno())],
            cwd=ROOT,
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,  # it ends when this does, however that comes
        )

    def close() -> None:
        running.communicate()
        home.cleanup()

    atexit.register(close)
    return path


def serve(listening: socket.socket) -> None:
    """Have children, until the tests have ended."""
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    asking: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        for each in (listening, woken, sys.stdin):
            selector.register(each, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if sys.stdin in ready:
                for child in asking:  # of tests that were killed
                    os.kill(child, signal.SIGKILL)
                return
            if woken in ready:
                woken.recv(4096)
                _bury(asking)
            if listening in ready:
                connection, _ = listening.accept()
                asked = connection.makefile().readline()
                child = os.fork()
                if not child:
                    _live(asked, selector, listening, woken, waking, connection, *asking.values())
                asking[child] = connection
                connection.sendall(f"{child}\n".encode())


def _bury(asking: dict[int, socket.socket]) -> None:
    """Tell those that asked for children how they ended."""
    for child in list(asking):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            with asking.pop(child) as connection:
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _live(asked: str, *inherited: Closed) -> NoReturn:
    """Be the program, and have nothing else of the nursery's."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for each in inherited:
        each.close()
    what = json.loads(asked)
    for number, path in enumerate(what["standard"], start=1):
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, number)
        os.close(log)
    os.chdir(what["cwd"])
    os.environ.clear()
    os.environ.update(what["env"])
    code = _run(what["module"], what["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(module: str, words: Sequence[str]) -> int:
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    for each in LOADED:
        importlib.import_module(each)
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
