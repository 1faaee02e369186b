"""Of a crowd that comes at once, each finds room to wait in, also while the process is busy."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, suppress

import pytest

from bot import serving
from bot.serving import run_site
from tests.bot.test_serving import a_site

CROWD = 700
"""As many as come at once in `tests/test_hostile_crowd.py`."""


def let_in(port: int) -> int:
    """How many of a crowd find room while the process takes none of them."""
    with ExitStack() as stack:
        crowd = [stack.enter_context(socket.socket()) for _ in range(CROWD)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        time.sleep(0.2)
        return sum(_connected(each) for each in crowd)


def _connected(one: socket.socket) -> bool:
    with suppress(OSError):
        one.getpeername()
        return True
    return False


async def test_a_crowd_finds_room_while_the_process_is_busy() -> None:
    async with run_site(a_site(), "127.0.0.1", 0) as port:
        assert let_in(port) == CROWD


async def test_with_the_usual_room_most_of_it_would_have_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control."""
    monkeypatch.setattr(serving, "BACKLOG", 128)
    async with run_site(a_site(), "127.0.0.1", 0) as port:
        assert let_in(port) < CROWD / 2
