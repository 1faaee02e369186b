"""The commands about paid plans: `plans`, `billing` and `replay`."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot.settings import Settings
from bot.shapes import sold

Run = Callable[[Settings, argparse.Namespace], int]


class Add(Protocol):
    """Makes a command."""

    def __call__(self, name: str, text: str, run: Run) -> argparse.ArgumentParser: ...


def add_to(add: Add) -> None:
    """Make these commands."""
    add("plans", "Print what each plan allows, and how many products sell it.", _plans)
    parts = add("billing", "Look after payments.", _unknown).add_subparsers(metavar="WHAT")

    def part(name: str, text: str, run: Run) -> argparse.ArgumentParser:
        made = parts.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    part("unknown", "List who paid without anybody knowing whose account that is.", _unknown)
    attach = part("attach", "Say whose account a customer of Polar pays for.", _attach)
    attach.add_argument("customer", metavar="CUSTOMER", help="as `billing unknown` lists it")
    attach.add_argument("account", metavar="ACCOUNT", help="as the person's `export` names it")
    attach.add_argument("--yes", action="store_true", help="do not ask")
    part("sync", "Compare everything with Polar now.", _sync)
    text = "List the calls of Polar that came to nothing, or handle a file of inputs."
    replay = add("replay", text, _replay)
    replay.add_argument(
        "ids",
        nargs="*",
        metavar="ID | FILE",
        help="take these again, `all` for all; or each line of a file: updates of Telegram, "
        "requests of Slack, calls of Polar",
    )


def _plans(settings: Settings, given: argparse.Namespace) -> int:
    from bot.plan_table import table

    for line in table(sold(settings.polar_products)):
        print(line)
    return 0


def _unknown(settings: Settings, given: argparse.Namespace) -> int:
    from bot.billing_operator import unknown

    return asyncio.run(unknown(settings))


def _attach(settings: Settings, given: argparse.Namespace) -> int:
    from bot.billing_operator import attach

    return asyncio.run(attach(settings, given.customer, given.account, sure=given.yes))


def _sync(settings: Settings, given: argparse.Namespace) -> int:
    from bot.billing_operator import sync

    return asyncio.run(sync(settings))


def _replay(settings: Settings, given: argparse.Namespace) -> int:
    from bot.billing_operator import replay

    if len(given.ids) == 1 and _names_a_file(given.ids[0]):
        from bot.replay_file import replay_file

        return asyncio.run(replay_file(settings, Path(given.ids[0])))
    return asyncio.run(replay(settings, given.ids))


def _names_a_file(said: str) -> bool:
    """No id has a slash or a file's ending, and a file that is not there is no id."""
    return os.sep in said or said.endswith((".json", ".jsonl", ".ndjson")) or Path(said).is_file()
