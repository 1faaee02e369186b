"""A seed told line by line, for whoever looks for what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.simulation import nature
from tests.simulation.journal import Watched

if TYPE_CHECKING:
    from tests.simulation.run import Simulation

WIDTH = 700
"""Characters of a line."""


def told(simulation: Simulation) -> list[str]:
    """What was done, sent and seen, in the order in which it was."""
    lines = sorted(_lines(simulation), key=lambda pair: pair[0])
    return [f"{at - nature.BEGAN:9.3f} {line}"[:WIDTH] for at, line in lines]


def _lines(simulation: Simulation) -> Iterator[tuple[float, str]]:
    for said in simulation.people.said:
        shown = f"{said.shown.id} {said.shown.error}"
        yield said.at, f"{said.person} {said.kind} {said.word} in {said.chat} {shown}"
    world = simulation.sandbox.world
    assert isinstance(world, Watched)
    for seen in world.journal:
        yield seen.at, f"    {seen.kind} {seen.chat} {seen.viewers} {seen.text!r}"
    yield from ((at, "the service dies") for at in simulation.machine.crashes)
    for call in simulation.network.calls:
        if not call.path.endswith("/getUpdates"):
            what = f"{call.path[-40:]} {call.status} done={call.done} heard={call.heard}"
            yield call.at, f"  {call.method} {what} {call.body[:160]!r}"
