"""A secret key kept in a file of its own, readable by nobody else."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def read_or_make(path: Path, *, least: int) -> bytes:
    """The key in this file, which is made (mode 0600) where it is missing.

    `least` is in bytes. Raises ValueError when others may read the file or it is too short, and
    OSError when it cannot be made or read."""
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"{path} can be read by others; run: chmod 600 {path}")
    key = path.read_bytes().strip()
    if len(key) < least:
        raise ValueError(f"{path} holds less than {least} bytes; restore it, or set SECRET_KEY")
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and only once: of two processes that make it, both read the first's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name + ".") as draft:  # mode 0600
        draft.write(secrets.token_urlsafe(48) + "\n")
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, path)
