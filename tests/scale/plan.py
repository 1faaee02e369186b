"""The arithmetic of docs/scale.md: from people to messages a second, and from these to bots,
processes, connections and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from tests.scale import figures as f

DAY = 86_400.0
SIZES = (10**4, 10**5, 10**6, 10**7)


@dataclass(frozen=True)
class Load:
    """What so many people ask for, a second, in the busiest hour."""

    people: float

    @property
    def active(self) -> float:
        """On a day."""
        return self.people * f.ACTIVE

    @property
    def messages(self) -> float:
        """Taken in, and answered."""
        return self.active * f.MESSAGES / DAY * f.PEAK

    @property
    def told(self) -> float:
        """Reminders and digests, but for the minute in which most digests come."""
        daily = self.active * f.REMINDERS + self.people * f.DIGESTS * (1 - f.AT_ONE_MINUTE)
        return daily / DAY * f.PEAK

    @property
    def jobs(self) -> float:
        return self.messages * f.JOBS_PER_MESSAGE + self.told

    @property
    def telegram(self) -> float:
        """Messages that Telegram is sent."""
        return (self.messages + self.told) * f.ON_TELEGRAM

    @property
    def burst(self) -> float:
        """Digests of one minute."""
        return self.people * f.DIGESTS * f.AT_ONE_MINUTE

    @property
    def rows(self) -> float:
        """Written."""
        return self.messages * f.ROWS_PER_MESSAGE

    @property
    def log(self) -> float:
        """Bytes of PostgreSQL's log."""
        return self.messages * f.LOG_PER_MESSAGE

    @property
    def bytes(self) -> float:
        """That are kept."""
        daily = self.active * f.MESSAGES
        keys = daily * f.MESSAGE * f.KEYS_FOR
        told = self.active * f.REMINDERS + self.people * f.DIGESTS
        jobs = (daily * f.JOBS_PER_MESSAGE + told) * f.JOB * f.JOBS_FOR
        return self.people * (f.PERSON + f.TASKS_KEPT * f.TASK) + keys + jobs


def most(used: Callable[[Load], float], limit: float) -> int:
    """People with whom so much is used; all that is used grows as their number does."""
    return int(limit / used(Load(1.0)))


@dataclass(frozen=True)
class Limit:
    """Something that ends, and for how many people of one cell."""

    what: str
    holds: str
    """How much there is, in words."""
    people: int
    then: str
    """What is done about it."""


def limits() -> Sequence[Limit]:
    """Of one cell: one bot, one database. The first to break first."""
    found = [
        Limit(
            "the bot's messages a second, on Telegram",
            f"{f.TELEGRAM * f.SHARE:.1f}, {percent(f.FULL)} used",
            PER_BOT,
            "another bot, and so another cell",
        ),
        Limit(
            "digests of one minute, on Telegram, told within ten",
            f"{f.TELEGRAM * f.SHARE:.1f} a second less what else is sent",
            most(
                lambda load: load.burst * f.ON_TELEGRAM / 600 + load.telegram,
                f.TELEGRAM * f.SHARE,
            ),
            "the same; or Telegram's paid broadcast",
        ),
        Limit(
            "one worker's jobs a second",
            f"{f.JOBS:.0f}, {percent(f.FULL)} used",
            most(lambda load: load.jobs, f.JOBS * f.FULL),
            "more workers",
        ),
        Limit(
            "one web process's messages a second",
            f"{f.HANDLED:.0f}, {percent(f.FULL)} used",
            most(lambda load: load.messages, f.HANDLED * f.FULL),
            "more web processes",
        ),
        Limit(
            "one database's rows written a second",
            f"{f.DATABASE_ROWS:,.0f}, {percent(f.FULL)} used",
            most(lambda load: load.rows, f.DATABASE_ROWS * f.FULL),
            "a second cell",
        ),
        Limit(
            "one database's bytes",
            size(f.DATABASE_BYTES),
            most(lambda load: load.bytes, f.DATABASE_BYTES),
            "a second cell",
        ),
    ]
    return sorted(found, key=lambda each: each.people)


PER_WORKSPACE = most(lambda load: load.messages, f.EVENTS * f.FULL)
"""People of one, if they all use the bot: Slack sends no more."""
PER_BOT = most(lambda load: load.telegram, f.TELEGRAM * f.SHARE * f.FULL)


@dataclass(frozen=True)
class Plan:
    """What so many people need."""

    people: int

    @property
    def cells(self) -> int:
        """One bot, one app of Slack and one database each."""
        return ceil(self.people / min(each.people for each in limits()))

    @property
    def cell(self) -> Load:
        return Load(self.people / self.cells)

    @property
    def webs(self) -> int:
        """Of a cell; at least as many as workers, since they share the bot's pace alike."""
        needed = ceil(self.cell.messages / (f.HANDLED * f.FULL)) + f.SPARE
        return max(needed, self.workers)

    @property
    def workers(self) -> int:
        """Of a cell."""
        return ceil(self.cell.jobs / (f.JOBS * f.FULL)) + f.SPARE

    @property
    def connections(self) -> int:
        """Of a cell's database."""
        return self.webs * f.WEB_CONNECTIONS + self.workers * f.WORKER_CONNECTIONS

    @property
    def workspaces(self) -> int:
        """Of all cells."""
        return ceil(self.people * (1 - f.ON_TELEGRAM) / f.WORKSPACE)


def percent(share: float) -> str:
    """As it is read."""
    return f"{100 * share:.0f} %"


def size(number: float) -> str:
    """Bytes, as they are read."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} TB"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Lines of Markdown."""
    for each in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(map(str, each)) + " |"
