"""The lines of `quick_add.tsv`: who writes what when, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.quickadd import Can, Context, Understood
from core.task import Due, Priority

FILE = Path(__file__).parent / "quick_add.tsv"
WHO = {
    "B": ("Europe/Berlin", ""),
    "D": ("Europe/Berlin", "de"),
    "L": ("America/Los_Angeles", "en-US"),
    "N": ("America/New_York", ""),
}
"""Zone and language of who writes."""
NOW = "2026-11-25T10:00"
"""A Wednesday, on the wall of who writes."""
PEOPLE = {"@alice", "@bob", "@me"}


@dataclass(frozen=True)
class Line:
    """One row: its own name, who writes it, and what it means."""

    number: int
    who: str
    text: str
    title: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.number} {self.who} {self.text}"


def rows() -> list[Line]:
    """Every row of the file."""
    lines = enumerate(FILE.read_text().splitlines(), 1)
    split = [(number, line.split("\t")) for number, line in lines if line and line[0] != "%"]
    return [Line(number, *cells) for number, cells in split]


def context_of(who: str) -> Context:
    """`B`, `L@2026-11-01T00:30`, `B-`: a minus for a service that keeps neither labels, rules nor
    reminders."""
    name, _, now = who.rstrip("-").partition("@")
    zone, language = WHO[name]
    return Context(
        now=datetime.fromisoformat(now or NOW).replace(tzinfo=ZoneInfo(zone)),
        zone=zone,
        language=language,
        is_person=lambda token: token.lower() in PEOPLE,
        can=frozenset() if who.endswith("-") else frozenset(Can),
    )


def meaning(said: Understood) -> tuple[str, str]:
    """The title, and everything else as the file has it."""
    words = [] if said.priority is Priority.MEDIUM else [said.priority.value]
    words += [f"#{said.category}"] if said.category else []
    words += [said.person] if said.person else []
    words += [f"~{each}" for each in said.labels]
    words += [f"due={spelt(said.due)}"] if said.due else []
    words += ["moved"] if said.moved else []
    words += [f"rule={said.rule}"] if said.rule else []
    words += [f"remind={_length(said.reminder)}"] if said.reminder is not None else []
    words += [f"left={each}" for each in said.unread]
    if asked := said.ambiguity:
        words += [f"ask={'|'.join(map(spelt, asked.candidates))}"]
    return said.title, " ".join(words)


def spelt(due: Due) -> str:
    return f"{due.on}" if due.time is None else f"{due.on}T{due.time:%H:%M}"


def _length(length: timedelta) -> str:
    return f"{int(length.total_seconds()) // 60}m"
