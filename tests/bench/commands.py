"""`telegram_add` and `slack_command`: a task added and answered, against a floor and a peer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import (
    OURS,
    SLACK_FLOOR,
    SLACK_PEER,
    TELEGRAM_FLOOR,
    TELEGRAM_PEER,
    Burst,
    Contender,
    Kind,
    at_rest,
    contenders,
    there_and_back,
)
from tests.bench.databases import Place, in_file
from tests.bench.figures import Figure, median, percentile, ratio, tail_ratio
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

Make = Callable[[int, str], payloads.Request]
Rounds = dict[str, list[Burst]]
BURST = 128
RATE = 100.0
"""Requests a second of the open loop: far below what any contender can do."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to whom."""

    kinds: Sequence[Kind]
    make: Make
    line: str


async def telegram_add(
    plan: Plan, folder: Path, platform: StandIn, place: Place = in_file
) -> dict[str, Figure]:
    said = Said((OURS, TELEGRAM_PEER, TELEGRAM_FLOOR), payloads.telegram, "/add buy milk")
    closed, paced = await _measure(plan, said, folder, platform, place)
    return {
        "rate_vs_peer": _rates(closed, "peer"),
        "cpu_vs_floor": _cpu(closed, "floor"),
        "p99_open_vs_peer": tail_ratio(_answers(paced, "ours"), _answers(paced, "peer")),
        **_absolute(closed, paced),
    }


async def slack_command(
    plan: Plan, folder: Path, platform: StandIn, place: Place = in_file
) -> dict[str, Figure]:
    """Our answer is the task's card, sent by `chat.postMessage`, since it will be edited later;
    `p50_ms` is until both the response and that message have arrived."""
    said = Said((OURS, SLACK_PEER, SLACK_FLOOR), payloads.slack, "add buy milk")
    closed, paced = await _measure(plan, said, folder, platform, place)
    return {
        "rate_vs_peer": _rates(closed, "peer"),
        "cpu_vs_floor": _cpu(closed, "floor"),
        "p50_ms": _each_ms(_answers(paced, "ours"), 0.5),
        "p50_response_ms": _each_ms([burst.timed.responses for burst in paced["ours"]], 0.5),
        **_absolute(closed, paced),
    }


async def _measure(
    plan: Plan, said: Said, folder: Path, platform: StandIn, place: Place
) -> tuple[Rounds, Rounds]:
    async with contenders(said.kinds, folder, platform, place) as up:
        turns = {each.kind.name: 0 for each in up}

        async def burst(each: Contender, size: int, rate: float | None = None) -> Burst:
            first = turns[each.kind.name]
            turns[each.kind.name] += size
            requests = [said.make(first + number, said.line) for number in range(size)]
            return await each.burst(requests, platform, rate=rate)

        for each in up:
            await burst(each, payloads.USERS)
            await burst(each, BURST)
        await at_rest(up)
        closed: Rounds = {each.kind.name: [] for each in up}
        paced: Rounds = {each.kind.name: [] for each in up}
        for cycle in range(plan.cycles):
            for each in there_and_back(up, cycle):
                closed[each.kind.name].append(await burst(each, BURST))
        for cycle in range(plan.open_cycles):
            for each in there_and_back(up, cycle):
                paced[each.kind.name].append(await burst(each, int(RATE), RATE))
        for each in up:
            each.count()
    return closed, paced


def _rates(closed: Rounds, other: str) -> Figure:
    return ratio([each.rate for each in closed["ours"]], [each.rate for each in closed[other]])


def _cpu(closed: Rounds, other: str) -> Figure:
    mine, theirs = closed["ours"], closed[other]
    return ratio([each.cpu_each for each in mine], [each.cpu_each for each in theirs])


def _answers(paced: Rounds, name: str) -> list[list[float]]:
    return [burst.timed.answers for burst in paced[name]]


def _each_ms(cycles: Sequence[Sequence[float]], share: float) -> Figure:
    """The median over the cycles of a percentile of each."""
    return median([percentile(cycle, share) * 1000 for cycle in cycles])


def _absolute(closed: Rounds, paced: Rounds) -> dict[str, Figure]:
    """For orientation only: absolutes are the machine's."""
    found = {}
    for name, bursts in closed.items():
        found[f"{name}_per_second"] = median([each.rate for each in bursts])
        found[f"{name}_cpu_us"] = median([each.cpu_each * 1e6 for each in bursts])
        pooled = [each for cycle in _answers(paced, name) for each in cycle]
        found[f"{name}_p50_open_ms"] = Figure(percentile(pooled, 0.5) * 1000)
        found[f"{name}_p99_open_ms"] = Figure(percentile(pooled, 0.99) * 1000)
    return found
