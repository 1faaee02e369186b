"""A new file that only whoever runs the command may read."""

from __future__ import annotations

import os
from pathlib import Path

from bot.settings import SettingsError


def write_new(path: Path, content: bytes) -> Path:
    """Write it, and no other: raises `SettingsError` for one that is there, or can't be made."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SettingsError([f"--out: {path} is there already; name another file"]) from None
    except OSError as problem:
        raise SettingsError([f"--out: {path} cannot be written: {problem.strerror}"]) from None
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
    return path
