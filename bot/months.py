"""A month as rows of buttons, from Monday on: days that are over say nothing, and go nowhere."""

from __future__ import annotations

import re
from calendar import MONDAY, Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.dates import ways
from bot.language import spoken
from core.chat import Button

MONTHS_AHEAD = 24
"""How far somebody turns by buttons; what is later is typed."""
_OVER = "-"
"""The label of what can't be picked."""
_MONTH = re.compile(r"(\d{1,4})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def read(cls, said: str, today: date) -> Month:
        """`2026-12`, where it is one that can be turned to; else this one."""
        found, now = _MONTH.fullmatch(said), cls.of(today)
        if found is None:
            return now
        ahead = (int(found[1]) - now.year) * 12 + int(found[2]) - now.month
        return now.later(ahead) if 0 <= ahead <= MONTHS_AHEAD else now

    def later(self, months: int) -> Month:
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def name(self) -> str:
        """`December 2026`."""
        return f"{ways(spoken()).whole_months[self.month - 1]} {self.year}"

    @property
    def short(self) -> str:
        """`Dec`."""
        return ways(spoken()).months[self.month - 1]


def days(
    shown: Month, since: date, chosen: date | None, pick: Callable[[date], Button], here: Button
) -> tuple[tuple[Button, ...], ...]:
    """The names of the days, and the weeks that are not over yet; the days of the months beside
    this one are days, too. `since`: the first that can be picked. `pick`: the button of a day.
    `here`: draws the same month again."""
    names = tuple(Button(each[:2], here.line) for each in ways(spoken()).days)
    weeks = Calendar(MONDAY).monthdatescalendar(shown.year, shown.month)

    def cell(day: date) -> Button:
        if day < since:
            return Button(_OVER, here.line)
        made = pick(day)
        return Button(f"({made.label})", made.line) if day == chosen else made

    return (names, *(tuple(map(cell, week)) for week in weeks if week[-1] >= since))
