"""What follows a failed attempt: wait and try again, or give up. Pure, the same in every engine."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Ambiguous, GiveUp, RetryLater

MAX_ATTEMPTS = 8
"""Attempts that failed for reasons of ours. With the waits below they span about a minute."""
FIRST_WAIT = 0.5
"""Seconds after the first failed attempt; doubled after each further one."""
LONGEST_WAIT = 60.0
"""Seconds. No back-off is longer."""
MAX_ASKED = 3600.0
"""Seconds a job may wait in all because a platform said so; its chat waits with it."""
SHORTEST_ASKED = 0.25
"""Seconds. The least wait when a platform asks for none, so that a job never spins."""
REASON_LIMIT = 500
"""Characters of a reason that are kept."""


class GaveUp(Exception):
    """The job becomes a dead letter; the text is for the operator."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went: `ok`, `later`, `ambiguous`, `failed` or `give_up`."""

    kind: str
    seconds: float = 0.0
    """The wait that the platform asked for, with `later`."""
    reason: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Outcome:
        """What a runner's exception means."""
        match error:
            case RetryLater():
                return cls("later", float(error.seconds), error.reason or "asked to wait")
            case Ambiguous():
                return cls("ambiguous", reason=error.reason or "no answer")
            case GiveUp():
                return cls("give_up", reason=error.reason)
            case _:
                return cls("failed", reason=f"{type(error).__name__}: {error}"[:REASON_LIMIT])


@dataclass(slots=True)
class Retries:
    """One job's history; the same outcomes always give the same waits."""

    failed: int = 0
    ambiguous: int = 0
    asked: float = 0.0

    def wait_after(self, outcome: Outcome) -> float:
        """Seconds until the next attempt. Raises `GaveUp` when there is none."""
        match outcome.kind:
            case "give_up":
                raise GaveUp(outcome.reason)
            case "later":
                return self._as_asked(outcome)
            case "ambiguous":
                self.ambiguous += 1
                if self.ambiguous > 1:
                    raise GaveUp(f"may have been delivered: {outcome.reason}")
                return FIRST_WAIT
            case _:
                return self._backed_off(outcome)

    def _as_asked(self, outcome: Outcome) -> float:
        wait = max(outcome.seconds, SHORTEST_ASKED)
        self.asked += wait
        if not self.asked <= MAX_ASKED:  # written so that NaN ends here too
            raise GaveUp(f"told to wait {self.asked:.0f} s in all: {outcome.reason}")
        return wait

    def _backed_off(self, outcome: Outcome) -> float:
        self.failed += 1
        if self.failed >= MAX_ATTEMPTS:
            raise GaveUp(f"failed {self.failed} times, last: {outcome.reason}")
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self.failed - 1)))
