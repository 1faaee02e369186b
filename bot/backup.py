"""`fluxbot backup PATH`: all there is at one moment, in one file, while the service runs on.

The file has everything in it, so nobody but its owner may read it. Beside it stands its SHA-256, as
`sha256sum -c` reads it: a database cannot tell by itself that a letter in a title was altered.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.backup_postgres import dump
from bot.backup_sqlite import copy
from bot.progress import Progress
from bot.settings import Settings, SettingsError
from core import migrations

PIECE = 1024 * 1024
"""Bytes that are read at once."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What there is now."""

    path: Path
    size: int
    key: Path | None
    """The file with the key of what is sealed, which is not in the backup."""


def backup(settings: Settings, path: Path, progress: Progress) -> BackedUp:
    """Write a new file, whole and checked, or none. Raises `SettingsError`."""
    url = settings.database_url
    if migrations.current(url) is None:
        raise SettingsError(["DATABASE_URL: has no tables yet, there is nothing to back up"])
    for each in (path, digest_of(path)):
        if each.exists():
            raise SettingsError([f"PATH: {each} is there already; name another"])
    if not path.parent.is_dir():
        raise SettingsError([f"PATH: there is no folder {path.parent}"])
    with _private(path) as part:
        if settings.sqlite_file is not None:
            copy(settings.sqlite_file, part, progress)
        else:
            dump(url, part, progress)
        size, digest = part.stat().st_size, sha256(part)
    _keep(digest_of(path), f"{digest}  {path.name}\n")
    return BackedUp(path, size, key_file(settings))


def digest_of(path: Path) -> Path:
    """The file beside a backup that has its SHA-256."""
    return path.with_name(f"{path.name}.sha256")


def said(beside: Path) -> str:
    """What that file says; of bytes that are no text, nothing that is a digest."""
    return beside.read_text("ascii", errors="replace").partition(" ")[0]


def sha256(path: Path) -> str:
    """As 64 letters."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _private(path: Path) -> Iterator[Path]:
    """A file for us alone, which gets its name once it is whole and on the disk."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise SettingsError([f"PATH: {error.strerror or error}"]) from None
    finally:
        part.unlink(missing_ok=True)


def _keep(path: Path, text: str) -> None:
    with path.open("w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def key_file(settings: Settings) -> Path | None:
    """Where the key of what is sealed is kept beside the database; None with `SECRET_KEY`."""
    file = settings.sqlite_file
    if settings.secret_key_text is not None or file is None:
        return None
    return file.with_name(f"{file.name}.key")
