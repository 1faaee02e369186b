"""Ports for services that tests start."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

FIRST, LAST = 10_240, 32_767
"""Below those that Linux gives to outgoing connections (`ip_local_port_range`): one of these may be
anybody's by the time the service is up."""
_chance = random.SystemRandom()
"""Not the tests' own, which hypothesis sets back: two processes would go through the same ports."""


def free_port() -> int:
    """A port that nobody has now, and that no connection is given."""
    while True:
        port = _chance.randint(FIRST, LAST)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
