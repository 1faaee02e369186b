"""The commands that look after a running service: `doctor`, `backup` and `restore`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.billing_cli import Add
from bot.settings import Settings


def add_to(add: Add) -> None:
    """Make these commands."""
    doctor = add("doctor", "Say what is wrong with the set-up, and how to mend it.", _doctor)
    doctor.add_argument("--json", action="store_true", help="for a program")
    backup = add("backup", "Write all there is into a new file, beside a running service.", _backup)
    backup.add_argument("path", type=Path, metavar="PATH")
    restore = add("restore", "Make an empty database of a backup, and check it.", _restore)
    restore.add_argument("path", type=Path, metavar="PATH")


def _doctor(settings: Settings, given: argparse.Namespace) -> int:
    from bot.doctor import doctor

    return asyncio.run(doctor(settings, as_json=given.json))


def _backup(settings: Settings, given: argparse.Namespace) -> int:
    from bot.backup import backup, digest_of
    from bot.progress import Progress

    made = backup(settings, given.path, Progress(sys.stderr))
    print(f"{made.path}: {made.size:,} bytes, checked; its SHA-256 is in {digest_of(made.path)}.")
    if made.key:
        print(f"What is sealed needs the key, too, which is not in it: keep {made.key} elsewhere.")
    else:
        print("What is sealed needs SECRET_KEY, too, which is not in it.")
    return 0


def _restore(settings: Settings, given: argparse.Namespace) -> int:
    from bot.backup import key_file
    from bot.progress import Progress
    from bot.restoring import restore

    found = restore(settings, given.path, Progress(sys.stderr))
    for name, count in found.counts.items():
        print(f"{count:>10,}  {name}")
    print(f"{found.jobs:>10,}  jobs that wait: `run` sends them, perhaps once more")
    print(f"{found.dead_letters:>10,}  given-up jobs")
    print("Everything holds." if found.checked else "It holds; there was no SHA-256 beside it.")
    if (key := key_file(settings)) is not None and not key.exists():
        print(f"The key is not there yet: put it back at {key} before the first start.")
    return 0
