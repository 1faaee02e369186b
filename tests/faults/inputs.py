"""What somebody did."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.sandbox import Shown


@dataclass
class Input:
    """One thing that a person did."""

    kind: str
    """`add`, `ask`, `press`, `show`, or `pay`: end a plan that is paid, or not after all."""
    way: str
    """`update` (Telegram), `event` or `request` (Slack's, which it does not send again), `hook`
    (Polar's)."""
    person: str
    chat: str
    word: str
    """Names the task, or the question, and nothing else in the whole run."""
    shown: Shown = field(default_factory=Shown)

    @property
    def title(self) -> str:
        return f"Carry {self.word}"
