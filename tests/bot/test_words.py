"""How dates, counts and waits are said, and that what is said reads back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.quickadd import Context, when
from bot.words import plural, say_date, say_due, say_instant, wait_in_words
from core.task import Due

TODAY = date(2026, 11, 25)
"""A Wednesday."""
BERLIN = "Europe/Berlin"


@given(st.dates(date(1980, 1, 1), date(2900, 1, 1)), st.integers(-400, 400))
def test_a_date_that_we_say_reads_back_as_itself(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    found = when(say_date(day, today), Context(datetime.combine(today, time(12), UTC), "UTC"))
    assert found
    read = found.choices[0].on
    assert read == day or (day < today and read.replace(year=day.year) == day)


def test_how_times_are_said() -> None:
    assert say_date(TODAY, TODAY) == "today"
    assert say_date(date(2026, 11, 24), TODAY) == "yesterday"
    assert say_date(date(2026, 11, 30), TODAY) == "Mon 30 Nov"
    assert say_date(date(2027, 1, 1), TODAY) == "Fri 1 Jan 2027"
    assert say_due(Due(TODAY, time(17), BERLIN), TODAY) == "today 17:00 (Europe/Berlin)"
    assert say_due(Due(TODAY, None, BERLIN), TODAY) == "today"
    assert say_instant(datetime(2026, 11, 26, 9, 5), TODAY) == "tomorrow 09:05"  # noqa: DTZ001  # wall time
    assert [wait_in_words(timedelta(seconds=each)) for each in (0, 50, 60, 250, 3600, 7500)] == [
        "1 s", "50 s", "1 min", "4 min 10 s", "1 h", "2 h 5 min",
    ]  # fmt: skip
    assert [plural(1, "task"), plural(2, "task")] == ["1 task", "2 tasks"]
