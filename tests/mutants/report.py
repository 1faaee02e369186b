"""What the mutants told, as a page."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

HEAD = """# What the tests notice

Mutation testing (`promises.md` B25): one thing of a module is changed at a time, a comparison, a
condition, a number, a word, an effect left out, and the tests that reach the line should fail. Made
by `{command}` on {day}, of commit {commit}; on SQLite.
"""


def report(results: Sequence[Any], known: Mapping[str, Mapping[str, str]]) -> str:
    """A table of the modules, then what was not noticed, with the reason why that is no gap."""
    return "\n".join([*_head(), "", *_table(results), "", *_left(results, known)]) + "\n"


def _head() -> Iterator[str]:
    git = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    yield HEAD.format(command="make mutants", day=day, commit=done.stdout.strip() or "unknown")


def _table(results: Sequence[Any]) -> Iterator[str]:
    yield "| Module | Changes | Noticed | Share |"
    yield "|---|---|---|---|"
    for each in results:
        yield f"| `{each.module}` | {each.all} | {each.killed} | {_share(each.killed, each.all)} |"
    killed, every = sum(each.killed for each in results), sum(each.all for each in results)
    yield f"| all | {every} | {killed} | {_share(killed, every)} |"


def _share(killed: int, every: int) -> str:
    return f"{100 * killed / every:.1f} %" if every else "-"


def _left(results: Sequence[Any], known: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "## Not noticed"
    for found in results:
        if not found.survivors:
            continue
        yield f"\n`{found.module}`\n"
        for each in found.survivors:
            reason = known.get(found.module, {}).get(each.name, "**not looked at yet**")
            yield f"- {each.name}: {reason}"
