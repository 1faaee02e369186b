"""What a check found: one line, for a person or a program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    OK = "ok"
    NOTE = "note"
    """Works, and the operator may want it otherwise; or was not tried, and why."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """Plain English without a secret."""

    check: str
    state: State
    says: str
    fix: str = ""
    """What to do about it; empty where there is nothing."""

    @property
    def line(self) -> str:
        """For a terminal."""
        text = f"{self.says}; {self.fix}" if self.fix else self.says
        return f"{self.state:<5}  {self.check}: {text}"


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, says)


def note(check: str, says: str, fix: str = "") -> Finding:
    """To be known."""
    return Finding(check, State.NOTE, says, fix)


def wrong(check: str, says: str, fix: str) -> Finding:
    """To be mended."""
    return Finding(check, State.WRONG, says, fix)
