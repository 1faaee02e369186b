"""`python -m tests.bench [GROUP ...] [--quick] [--check]`: measure, print, write down, judge.

Exit codes with `--check`: 0 all bars hold, 1 one is missed, 2 too noisy to say."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson

from tests.bench.bars import Results, bar_of, check
from tests.bench.billing import polar_webhook
from tests.bench.cards import cards
from tests.bench.chart import draw
from tests.bench.commands import slack_command, telegram_add
from tests.bench.contender import PEERS_PYTHON
from tests.bench.databases import Place, on_postgresql
from tests.bench.engine import engine
from tests.bench.fanout import fanout
from tests.bench.figures import Figure
from tests.bench.growth import growth
from tests.bench.idle import idle
from tests.bench.machine import LOAD_CORE, pin
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.quick_add import quick_add
from tests.bench.reminders import reminders
from tests.bench.sending import send
from tests.bench.standin import StandIn, stand_in
from tests.bench.starting import start

Group = Callable[[Plan, Path, StandIn], Awaitable[dict[str, Figure]]]
Placed = Callable[[Plan, Path, StandIn, Place], Awaitable[dict[str, Figure]]]


def _on_postgresql(group: Placed) -> Group:
    """The same with our service on PostgreSQL. The others keep their SQLite files: the ratios of
    both stand on the same ground."""

    async def beside(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
        with on_postgresql(folder) as place:
            return await group(plan, folder, platform, place)

    return beside


GROUPS: dict[str, Group] = {
    each.__name__: each
    for each in (
        *(telegram_add, slack_command, polar_webhook, growth, send, start, engine),
        *(quick_add, cards, reminders, idle, fanout),
    )
}
GROUPS |= {
    f"{each.__name__}_postgresql": _on_postgresql(each)
    for each in (telegram_add, slack_command, polar_webhook, growth, start)
}
HERE = Path(__file__).parent


async def measure(names: list[str], plan: Plan) -> dict[str, dict[str, Figure]]:
    """One group after the other, each with databases of its own."""
    results = {}
    for name in names:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="fluxbot-bench-") as folder:
            async with stand_in() as platform:
                results[name] = await GROUPS[name](plan, Path(folder), platform)
        _print(name, results[name], time.perf_counter() - began)
    return results


def _print(name: str, figures: dict[str, Figure], seconds: float) -> None:
    print(f"\n{name} ({seconds:.0f} s)")  # noqa: T201  # a bench talks to a terminal
    for key, figure in figures.items():
        bar = bar_of(name, key)
        must = f"must be {bar}: {bar.judge(figure).name.lower()}" if bar else ""
        print(f"  {key:22} {figure!s:>16}  {must}")  # noqa: T201


def _write(results: Results, plan: Plan) -> None:
    """Both files; groups that were not measured now keep their figures."""
    file = HERE / "bench.json"
    known = orjson.loads(file.read_bytes()) if file.exists() else {}
    for name, figures in results.items():
        known[name] = {key: round(figure.value, 3) for key, figure in figures.items()}
        known[name]["spread"] = {key: round(each.spread, 3) for key, each in figures.items()}
        known[name]["cycles"] = plan.cycles
    file.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    (HERE / "bench.svg").write_text(draw(_read(known)))


def _read(known: dict[str, dict[str, float | dict[str, float]]]) -> Results:
    """The figures as they were written."""
    results: dict[str, dict[str, Figure]] = {}
    for name, group in known.items():
        spread = group["spread"]
        assert isinstance(spread, dict)
        results[name] = {key: Figure(float(group[key]), spread[key]) for key in spread}  # type: ignore[arg-type]  # a number
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--quick", action="store_true", help="a quarter of the cycles, no verdict")
    parser.add_argument("--check", action="store_true", help="exit by the bars that must hold")
    given = parser.parse_args()
    if unknown := set(given.groups) - GROUPS.keys():
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    if not PEERS_PYTHON.exists():
        parser.error("the peers are not installed: run `make bench`")
    pin(LOAD_CORE)
    plan = QUICK if given.quick else FULL
    results = asyncio.run(measure(given.groups or list(GROUPS), plan))
    if plan.verdict:
        _write(results, plan)
    return check(results) if given.check else 0


if __name__ == "__main__":
    sys.exit(main())
