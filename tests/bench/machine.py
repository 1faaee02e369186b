"""The machine: two cores, one for the server and one for the load; what a process used of them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this process, and the threads it makes from now on, on one core."""
    os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def cpu_seconds(pid: int) -> float:
    """On-CPU seconds of all threads of a process, by the scheduler's own account (nanoseconds)."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def rss_mb(pid: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
