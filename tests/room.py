"""Where tests keep their files: in memory, where there is room.

On a disk each commit waits for it, and a PostgreSQL database of some 500 files takes from 0.02 s to
over a second to make, by what others write meanwhile. No test needs what outlives the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # in a folder of its own there
ENOUGH = 6 * 1024**3
"""Bytes; a run takes about a third of it."""


def quick() -> Path | None:
    """A folder in memory; None where there is none, or too little of it, or where no program of a
    test could run from it."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free > ENOUGH else None
