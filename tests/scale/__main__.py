"""Writes the tables of docs/scale.md anew, each between its two marks: `python -m tests.scale`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.scale import figures as f
from tests.scale.peak import Hour, Waited, simulate
from tests.scale.plan import PER_WORKSPACE, SIZES, Load, Plan, limits, percent, size, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"
MARK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
MIXES = ((2, 2), (2, 6))
"""Web processes and workers whose hour is played."""
SECONDS = 900.0
"""Of the busiest hour that are played: its other parts are the same."""


def given() -> Iterator[str]:
    """What is assumed, and what was measured."""
    yield from table(
        ["What", "Figure", "Where it is from"],
        [
            ["write on a day", f"{percent(f.ACTIVE)} of all", "assumed"],
            ["messages and presses of each", f"{f.MESSAGES:g}", "assumed"],
            ["the busiest hour over the mean", f"{f.PEAK:g}", "assumed"],
            ["on Telegram; the others on Slack", percent(f.ON_TELEGRAM), "assumed"],
            ["reminders told to each who writes, a day", f"{f.REMINDERS:g}", "assumed"],
            ["have a digest a day", f"{percent(f.DIGESTS)} of all", "assumed"],
            ["of them in the same minute", percent(f.AT_ONE_MINUTE), "assumed"],
            ["tasks kept of a person", f.TASKS_KEPT, "assumed"],
            [
                "Telegram takes from a bot",
                f"{f.TELEGRAM:g} a second; {f.TELEGRAM * f.SHARE:.1f} are used",
                "core.telegram.org/bots/faq; `tests/machines`",
            ],
            ["events of one Slack workspace", f"{f.EVENTS:.1f} a second", "docs.slack.dev"],
            ["so one workspace may have people", f"{PER_WORKSPACE:,}", "computed"],
            ["to one Slack channel", f"{f.CHANNEL:g} a second", "docs.slack.dev"],
            ["a worker does", f"{f.JOBS:g} jobs a second", "`make bench`, `engine`"],
            ["a web process handles", f"{f.HANDLED:g} messages a second", MEASURED],
            ["a person, a task", f"{size(f.PERSON)}, {size(f.TASK)}", MEASURED],
            ["the key of a message, kept 30 days", size(f.MESSAGE), MEASURED],
            ["a finished job, kept 7 days", size(f.JOB), MEASURED],
            ["jobs of a message", f"{f.JOBS_PER_MESSAGE:g}", MEASURED],
            ["rows written for a message", f"{f.ROWS_PER_MESSAGE:g}", MEASURED],
            ["the database's log of a message", size(f.LOG_PER_MESSAGE), MEASURED],
        ],
    )


MEASURED = "`tests/scale/measure.py`"


def load() -> Iterator[str]:
    """What people ask for in the busiest hour."""
    loads = [Load(each) for each in SIZES]
    yield from table(
        ["In the busiest hour, a second", *[f"{each:,}" for each in SIZES]],
        [
            ["messages in, and answers", *[f"{each.messages:.3g}" for each in loads]],
            ["told: reminders, digests", *[f"{each.told:.3g}" for each in loads]],
            ["sent on Telegram", *[f"{each.telegram:.3g}" for each in loads]],
            ["jobs", *[f"{each.jobs:.3g}" for each in loads]],
            ["rows written", *[f"{each.rows:,.0f}" for each in loads]],
            ["the database's log", *[size(each.log) for each in loads]],
            ["**digests of one minute**", *[f"{each.burst:,.0f}" for each in loads]],
            ["**kept in all**", *[size(each.bytes) for each in loads]],
        ],
    )


def breaks() -> Iterator[str]:
    """What of one cell breaks first."""
    yield from table(
        ["Of one cell", "How much there is", "Ends at people", "Then"],
        [[each.what, each.holds, f"{each.people:,}", each.then] for each in limits()],
    )


def plan() -> Iterator[str]:
    """What so many people need."""
    plans = [Plan(each) for each in SIZES]
    processes = [each.cells * (each.webs + each.workers) for each in plans]
    yield from table(
        ["", *[f"{each:,}" for each in SIZES]],
        [
            ["cells", *[each.cells for each in plans]],
            ["web processes of each", *[each.webs for each in plans]],
            ["workers of each", *[each.workers for each in plans]],
            ["processes in all", *processes],
            ["connections of each database", *[each.connections for each in plans]],
            ["bytes of each database", *[size(each.cell.bytes) for each in plans]],
            ["workspaces of Slack in all", *[f"{each.workspaces:,}" for each in plans]],
        ],
    )


def hour(webs: int, workers: int, *, answers_first: bool) -> Waited:
    """The busiest one of a cell of the largest plan, with the minute of the digests in it."""
    cell = Plan(SIZES[-1]).cell
    there = f.ON_TELEGRAM
    return simulate(
        Hour(
            cell.messages * there,
            cell.told * there,
            int(cell.burst * there),
            webs,
            workers,
            answers_first,
            SECONDS,
        )
    )


def peak() -> Iterator[str]:
    """What the simulation says."""
    rows = []
    for webs, workers in MIXES:
        for answers_first in (True, False):
            played = hour(webs, workers, answers_first=answers_first)
            rows.append(
                [
                    webs,
                    workers,
                    "yes" if answers_first else "no",
                    *[f"{played.answers_at(share):.2f} s" for share in (0.5, 0.99, 1.0)],
                    f"{played.last_told / 60:.1f} min",
                ]
            )
    head = ["Web", "Workers", "Answers first", "Half wait", "99 %", "All", "Last digest"]
    yield from table(head, rows)


TABLES = {each.__name__: each for each in (given, load, breaks, plan, peak)}


def written(document: str) -> str:
    """The document with its tables as they are now."""
    made: Mapping[str, str] = {name: "\n".join(each()) for name, each in TABLES.items()}
    return MARK.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}", document)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
