"""What an operator gives at the start and at a restore: the environment, and the digest beside a
backup. As in `targets`."""

from __future__ import annotations

import os
from contextlib import chdir, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from yarl import URL

from adapters.client_address import networks
from adapters.polar.signature import Verifier
from bot import restoring, shapes
from bot.backup import digest_of, sha256
from bot.settings import NAMES, Settings, SettingsError, load
from bot.staff import named
from tests.fuzz.doors import storable

_MARK = "q7Zk9XvW2"
"""In each secret, whatever else is in it: no words of ours have it."""
_SECRETS = frozenset(
    name
    for name, field in zip(NAMES, Settings.model_fields.values(), strict=True)
    if SecretStr.__name__ in str(field.rebuild_annotation())
)
_HERE = TemporaryDirectory(prefix="fuzz")
"""Where there is no `.env`."""
BACKUP = Path(_HERE.name) / "saved"
BACKUP.write_bytes(b"all there is")
RIGHT = sha256(BACKUP)


def environment(data: bytes) -> None:
    """Variables with NULs between, each a setting by the letter of its place: settings that can be
    used, or a line for each problem that names one and repeats no secret."""
    given = {}
    for each in filter(None, data.split(b"\0")):
        name = NAMES[each[0] % len(NAMES)]
        given[name] = _marked(name, os.fsdecode(each[1:]))
    with chdir(_HERE.name), patch.dict(os.environ, given, clear=True):
        try:
            found = load()
        except SettingsError as error:
            _told(error.lines)
            return
    _usable(found)


def _marked(name: str, value: str) -> str:
    if name == "DATABASE_URL":
        return value.replace("@", f"{_MARK}@")
    return value + _MARK if name in _SECRETS else value


def _told(lines: list[str]) -> None:
    for line in lines or [""]:
        name, _, said = line.partition(": ")
        if name not in NAMES or not said or not line.isprintable():
            raise AssertionError(f"{line!r} names no setting")
        if _MARK in line:
            raise AssertionError(f"{line!r} repeats a secret")


def _usable(found: Settings) -> None:
    """As the start takes them."""
    for each in found.secrets():
        storable(each)
    if found.sqlite_file is None:
        url = make_url(found.database_url)
        if url.password not in (None, "", shapes.password(found.database_url)):
            raise AssertionError("the database is opened by another password")
    named(found.admins)
    networks(found.trusted_proxies)
    shapes.sold(found.polar_products)
    Verifier(found.polar_webhook_secrets())
    for each in (found.public_url, found.slack_base_url, found.telegram_base_url):
        if each and not URL(each).host:
            raise AssertionError(f"{each!r} is no place to go to")


def digests(data: bytes) -> None:
    """The file beside a backup: what it says first is the digest, or the backup is refused."""
    digest_of(BACKUP).write_bytes(data)
    with suppress(SettingsError):
        if not restoring._compare(BACKUP) or data.split(b" ", 1)[0] != RIGHT.encode():
            raise AssertionError("taken for another's")
