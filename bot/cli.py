"""`python -m bot`: run, sandbox, doctor, migrate, backup, restore, copy, jobs, failed, announce,
invite, plans, billing, replay, audit, rotate, export-account, delete-account, set-commands,
manifest."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import accounts_cli, billing_cli, logs, ops_cli
from bot.roles import Role
from bot.settings import Settings, SettingsError, load

Run = Callable[[Settings, argparse.Namespace], int]
"""What a command does: its exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 2 for settings that do not do, 128 and the signal for what a signal ends
    elsewhere (SIGINT, SIGPIPE)."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = load()
        logs.setup(settings.log_format)
        code: int = given.run(settings, given)
        sys.stdout.flush()
    except SettingsError as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `manifest | head`: whoever read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 141
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fluxbot", description="Tasks by chat.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Run, *also: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, aliases=also)
        command.set_defaults(run=run)
        return command

    run = add("run", "Run the service until it is stopped.", _run)
    run.add_argument(
        "--role",
        choices=list(Role),
        type=Role,
        default=Role.ALL,
        help="what this process of several does on PostgreSQL: web takes messages in, "
        "worker runs jobs, all does both",
    )
    add("sandbox", "Run it with both platforms played by the sandbox.", _sandbox, "emulator")
    ops_cli.add_to(add)
    add("migrate", "Bring the database to this version's schema.", _migrate)
    copy = add("copy", "Move everything to another, empty database.", _copy)
    copy.add_argument("--from", dest="source", metavar="URL", help="else DATABASE_URL")
    copy.add_argument("--to", dest="target", metavar="URL", required=True)
    jobs = add("jobs", "List the jobs that were given up, or run them again.", _jobs)
    jobs.add_argument("--replay", nargs="+", metavar="ID", help="run these again; `all` for all")
    failed = add("failed", "List the messages that our code could not handle.", _failed)
    failed.add_argument("--most", type=int, default=100, metavar="N")
    either = failed.add_mutually_exclusive_group()
    either.add_argument("--replay", nargs="+", metavar="REF", help="handle these; `all` for all")
    either.add_argument("--out", type=Path, metavar="FILE", help="a file of them, for `replay`")
    announce = add("announce", "Tell everybody something.", _announce)
    announce.add_argument("text", metavar="TEXT")
    announce.add_argument("--type", choices=("info", "system"), default="info")
    add("invite", "Make an invitation, for a service that is not open to all.", _invite)
    billing_cli.add_to(add)
    audit = add("audit", "Check the record of what happened to accounts.", _audit)
    audit.add_argument("what", choices=("verify",), help="name the first row that does not hold")
    add("rotate", "Seal what is kept secret with SECRET_KEY instead of SECRET_KEY_OLD.", _rotate)
    accounts_cli.add_to(add)
    return parser


def _run(settings: Settings, given: argparse.Namespace) -> int:
    from bot.memory import loading, share_pools

    share_pools()
    with loading():
        from bot import app, loop
    return loop.run(app.run(settings, getattr(given, "role", Role.ALL)))


def _sandbox(settings: Settings, given: argparse.Namespace) -> int:
    none = dict.fromkeys(
        (
            "telegram_bot_token",
            "slack_bot_token",
            "slack_signing_secret",
            "slack_app_token",
            "slack_client_id",
            "slack_client_secret",
            "polar_access_token",
            "polar_webhook_secret",
            "public_url",
        )
    )
    played = {**none, "telegram_mode": "polling", "polar_products": ""}
    return _run(settings.model_copy(update=played), given)


def _migrate(settings: Settings, given: argparse.Namespace) -> int:
    from bot.lock import only_one
    from core.migrations import SchemaTooNew, current, upgrade

    with only_one(settings.sqlite_file):
        try:
            upgrade(settings.database_url)
        except SchemaTooNew as error:
            raise SettingsError([f"DATABASE_URL: {error}"]) from None
    print(f"The schema is at {current(settings.database_url)}.")
    return 0


def _copy(settings: Settings, given: argparse.Namespace) -> int:
    from bot.copying import copy
    from bot.progress import Progress

    source = _url("--from", given.source or settings.database_url)
    copied = copy(source, _url("--to", given.target), Progress(sys.stderr))
    for name, rows in copied.rows.items():
        print(f"{rows:>10,}  {name}")
    print(f"{copied.jobs:>10,}  jobs that wait")
    print("Everything arrived; the counts were compared.")
    if copied.dead_letters:
        print(f"{copied.dead_letters} given-up jobs stay where they were: `jobs` lists them.")
    return 0


def _url(option: str, text: str) -> str:
    from bot.shapes import database_url

    try:
        return database_url(text)
    except ValueError as error:
        raise SettingsError([f"{option}: {error}"]) from None


def _jobs(settings: Settings, given: argparse.Namespace) -> int:
    from bot.operator import jobs

    return asyncio.run(jobs(settings, given.replay or []))


def _failed(settings: Settings, given: argparse.Namespace) -> int:
    from bot.operator import failed

    return asyncio.run(failed(settings, given.most, given.replay or [], given.out))


def _announce(settings: Settings, given: argparse.Namespace) -> int:
    from bot.operator import announce

    return asyncio.run(announce(settings, given.text, given.type))


def _invite(settings: Settings, given: argparse.Namespace) -> int:
    from bot.operator import invite

    return asyncio.run(invite(settings))


def _audit(settings: Settings, given: argparse.Namespace) -> int:
    from bot.auditing import verify

    return asyncio.run(verify(settings))


def _rotate(settings: Settings, given: argparse.Namespace) -> int:
    from bot.rotating import rotate

    return asyncio.run(rotate(settings))
