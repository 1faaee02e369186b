"""The commands about one person, and about what the platforms list of us: `export-account`,
`delete-account`, `set-commands`, `manifest`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot.billing_cli import Add
from bot.settings import Settings, SettingsError

_WHO = "a public id, @handle, telegram:ID or slack:TEAM/ID"


def add_to(add: Add) -> None:
    """Make these commands."""
    export = add("export-account", "Write all that is kept about somebody to a file.", _export)
    export.add_argument("ref", metavar="REF", help=_WHO)
    export.add_argument("--out", type=Path, metavar="FILE", help="else named by the day")
    delete = add("delete-account", "Forget somebody, as their own `forget-me` does.", _delete)
    delete.add_argument("ref", metavar="REF", help=_WHO)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    add("set-commands", "Set Telegram's menus of commands now, as each start does.", _set_commands)
    manifest = add("manifest", "Print the manifest of the Slack app.", _manifest)
    manifest.add_argument("what", nargs="?", default="slack", metavar="slack")


def _export(settings: Settings, given: argparse.Namespace) -> int:
    from bot.accounts_operator import export_account

    return asyncio.run(export_account(settings, given.ref, given.out))


def _delete(settings: Settings, given: argparse.Namespace) -> int:
    from bot.accounts_operator import delete_account

    return asyncio.run(delete_account(settings, given.ref, sure=given.yes))


def _set_commands(settings: Settings, given: argparse.Namespace) -> int:
    from bot.telegram_operator import set_commands

    return asyncio.run(set_commands(settings))


def _manifest(settings: Settings, given: argparse.Namespace) -> int:
    from bot.manifest import manifest

    if given.what != "slack":
        why = "has none; `set-commands` sets its menus" if given.what == "telegram" else "has none"
        raise SettingsError([f"manifest: {given.what} {why}. It is `manifest slack`."])
    print(manifest(settings))
    return 0
