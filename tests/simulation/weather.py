"""What goes wrong on the network, and how often, as a seed has it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

RATES = (0.0, 0.0, 0.01, 0.05, 0.15)
"""How much of what is sent meets one kind of trouble: a seed draws one of them for each kind."""

NOT_OF = {
    "platform": {"5xx", "429"},  # what the service answers is its own affair
    "service": {"twice"},  # nobody between us and a platform sends what is no GET twice
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one request. `status`: an answer that the other side had no part in; `again`:
    seconds after which it arrives once more."""

    kind: str = ""
    there: float = 0.0
    back: float = 0.0
    status: int = 0
    wait: int = 0
    again: float = 0.0


class Weather:
    """Draws the fate of each request, until it is `calm`."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.calm = False
        self.counts = Counter[str]()
        kinds = ("refused", "cut", "silent", "5xx", "429", "slow", "twice")
        self.rates = {each: chance.choice(RATES) for each in kinds}
        self.rates["silent"] /= 3

    def count(self, what: str) -> None:
        """It happened once more."""
        self.counts[what] += 1

    def fate(self, by: str, path: str) -> Fate:
        """`by`: who asks, `service` or `platform`."""
        chance = self._chance
        there, back = chance.uniform(0.001, 0.03), chance.uniform(0.001, 0.03)
        kind = "" if self.calm else self._kind(by)
        if not kind:
            return Fate(there=there, back=back)
        self.count(kind)
        match kind:
            case "twice":
                return Fate(kind, there, back, again=chance.choice((0.0, 0.01, 1.0, 10.0)))
            case "slow":
                return Fate(there=chance.uniform(0.1, 4.0), back=chance.uniform(0.1, 4.0))
            case "5xx":
                return Fate(kind, there, back, status=chance.choice((500, 502, 503)))
            case "429":
                return Fate(kind, there, back, status=429, wait=chance.randint(1, 5))
        return Fate(kind, there, back)

    def _kind(self, by: str) -> str:
        drawn = self._chance.random()
        for kind, rate in self.rates.items():
            if kind in NOT_OF[by]:
                continue
            if drawn < rate:
                return kind
            drawn -= rate
        return ""
