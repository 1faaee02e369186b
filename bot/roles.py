"""What one process of several does. On SQLite there is one, and it does everything."""

from __future__ import annotations

import os
import secrets
import socket
from enum import StrEnum


class Role(StrEnum):
    """Chosen with `fluxbot run --role`. Any number of each may run on one PostgreSQL."""

    ALL = "all"
    WEB = "web"
    """Takes messages in and answers them."""
    WORKER = "worker"
    """Runs jobs and takes over what dead processes left."""

    @property
    def takes_messages(self) -> bool:
        return self is not Role.WORKER

    @property
    def runs_jobs(self) -> bool:
        return self is not Role.WEB


def process_name() -> str:
    """A name that no other process has or ever had; below the 63 bytes that PostgreSQL shows."""
    host = "".join(each for each in socket.gethostname() if each.isascii() and each.isprintable())
    return f"fluxbot-{host[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
