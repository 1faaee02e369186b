"""What a line of text is read as: signs, people, and dates that nobody has to guess."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.dates import Either, when
from bot.words import Understood, plural, say_date, say_due, say_instant, understand, wait_in_words
from core.task import Due, Priority

TODAY = date(2026, 11, 25)
"""A Wednesday."""
BERLIN = "Europe/Berlin"
dates = st.dates(date(1980, 1, 1), date(2900, 1, 1))

DAYS = [
    ("today", "2026-11-25"),
    ("Today", "2026-11-25"),
    ("tomorrow", "2026-11-26"),
    ("tmr", "2026-11-26"),
    ("yesterday", "2026-11-24"),
    ("thu", "2026-11-26"),
    ("thurs", "2026-11-26"),
    ("Thursday", "2026-11-26"),
    ("fri", "2026-11-27"),
    ("on fri", "2026-11-27"),
    ("sunday", "2026-11-29"),
    ("mon", "2026-11-30"),
    ("tue", "2026-12-01"),
    ("tues", "2026-12-01"),
    ("wed", "2026-12-02"),  # today is one: the next
    ("next wed", "2026-12-02"),
    ("next fri", "2026-12-04"),  # this week's is "fri"
    ("next mon", "2026-11-30"),
    ("next tuesday", "2026-12-01"),
    ("in 1 day", "2026-11-26"),
    ("in 3 days", "2026-11-28"),
    ("in 2 weeks", "2026-12-09"),
    ("in 1 month", "2026-12-25"),
    ("in 3 months", "2027-02-25"),
    ("in 14 months", "2028-01-25"),
    ("2026-11-24", "2026-11-24"),
    ("2026-1-5", "2026-01-05"),
    ("2027-02-28", "2027-02-28"),
    ("24 nov", "2027-11-24"),  # past: the next one
    ("25 nov", "2026-11-25"),
    ("26 november", "2026-11-26"),
    ("1st dec", "2026-12-01"),
    ("2nd of", None),
    ("3rd december 2027", "2027-12-03"),
    ("nov 26", "2026-11-26"),
    ("november 26th", "2026-11-26"),
    ("Nov 26, 2028", "2028-11-26"),
    ("sept 1", "2027-09-01"),
    ("24.11.", "2027-11-24"),
    ("26.11.", "2026-11-26"),
    ("26.11", "2026-11-26"),
    ("26.11.2029", "2029-11-26"),
    ("25/12", "2026-12-25"),  # there is no 25th month
    ("12/25", "2026-12-25"),
    ("12/12", "2026-12-12"),
    ("31/12/2027", "2027-12-31"),
    ("29 feb", None),  # neither 2026 nor 2027 has one
    ("29 feb 2028", "2028-02-29"),
    ("31.4.", None),
    ("13/13", None),
    ("2026-13-01", None),
    ("0001-01-01", None),
    ("9999-12-31", None),
    ("1969-12-31", None),
    ("in 3", None),
    ("in days", None),
    ("in -3 days", None),
    ("3 days", None),
    ("someday", None),
    ("the weekend", None),
    ("fri sat", None),
    ("friday the 13th", None),
    ("", None),
    ("   ", None),
    ("!", None),
    ("\u0663", None),
]

CLOCKS = [
    ("5pm", "2026-11-25", "17:00"),
    ("at 5pm", "2026-11-25", "17:00"),
    ("5 pm", "2026-11-25", "17:00"),
    ("12am", "2026-11-25", "00:00"),
    ("12pm", "2026-11-25", "12:00"),
    ("17:00", "2026-11-25", "17:00"),
    ("9:05", "2026-11-25", "09:05"),
    ("5:30pm", "2026-11-25", "17:30"),
    ("tonight", "2026-11-25", "18:00"),
    ("tonight 9pm", "2026-11-25", "21:00"),
    ("tomorrow 5pm", "2026-11-26", "17:00"),
    ("tomorrow at 17:00", "2026-11-26", "17:00"),
    ("5pm tomorrow", "2026-11-26", "17:00"),
    ("at 17:00 on fri", "2026-11-27", "17:00"),
    ("fri 17:00", "2026-11-27", "17:00"),
    ("next fri, 8am", "2026-12-04", "08:00"),
    ("2026-12-24 18:00", "2026-12-24", "18:00"),
    ("24.12. 18:00", "2026-12-24", "18:00"),
    ("dec 24 6:15 pm", "2026-12-24", "18:15"),
    ("in 2 days 7:00", "2026-11-27", "07:00"),
]

NO_CLOCKS = [
    "25:00",
    "13pm",
    "0am",
    "5:60",
    "24:00 fri",
    "tomorrow 5",
    "5pm 6pm",
    "milk 5pm",
    "17.00",
]


@pytest.mark.parametrize(("said", "day"), DAYS)
def test_a_day(said: str, day: str | None) -> None:
    expected = Due(date.fromisoformat(day), None, BERLIN) if day else None
    assert when(said, today=TODAY, zone=BERLIN) == expected


@pytest.mark.parametrize(("said", "day", "clock"), CLOCKS)
def test_a_day_with_an_hour(said: str, day: str, clock: str) -> None:
    due = Due(date.fromisoformat(day), time.fromisoformat(clock), BERLIN)
    assert when(said, today=TODAY, zone=BERLIN) == due


@pytest.mark.parametrize("said", NO_CLOCKS)
def test_no_hour(said: str) -> None:
    assert when(said, today=TODAY, zone=BERLIN) is None


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("03/04", "2027-04-03", "2027-03-04"),
        ("1/12/2027", "2027-12-01", "2027-01-12"),
        ("03/04 5pm", "2027-04-03", "2027-03-04"),
    ],
)
def test_a_date_that_could_be_two_is_asked(said: str, first: str, second: str) -> None:
    read = when(said, today=TODAY, zone=BERLIN)
    assert isinstance(read, Either)
    assert (read.said, read.first.on.isoformat(), read.second.on.isoformat()) == (
        said,
        first,
        second,
    )
    assert read.first.time == read.second.time == (time(17) if "pm" in said else None)


PIECES = (
    "today tonight next on in 3 0 99 9999 day weeks month fri mon nov feb 29 31 30th 24.11. 3/4 "
    "31/12/9999 2026-11-24 9999-12-31 0000-01-01 5pm 17:00 25:99 at , due !"
)


@given(
    st.one_of(
        st.text(max_size=30), st.lists(st.sampled_from(PIECES.split()), max_size=6).map(" ".join)
    ),
    dates,
)
@example("in 9999 weeks", date(2900, 1, 1))
@example("31 feb", date(2024, 2, 29))
def test_any_words_are_a_date_or_none(said: str, today: date) -> None:
    read = when(said, today=today, zone=BERLIN)
    for due in (read.first, read.second) if isinstance(read, Either) else (read,):
        if due is not None:
            assert due.zone == BERLIN
            assert due.instant.tzinfo is not None  # it is an instant, and no year is too far


@given(dates, st.integers(-400, 400))
def test_a_date_that_we_say_reads_back_as_itself(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    said = say_date(day, today)
    words = said.split(maxsplit=1)
    said = words[1] if len(words) > 1 else said  # the day of the week is for people
    read = when(said, today=today, zone="UTC")
    assert isinstance(read, Due)
    assert read.on == day or (day < today and read.on.replace(year=day.year) == day)


def read(text: str) -> Understood:
    known = {"@bob", "@me"}
    return understand(text, today=TODAY, zone=BERLIN, is_person=lambda token: token in known)


def test_everything_in_one_line() -> None:
    friday = Due(date(2026, 11, 27), time(17), BERLIN)
    expected = Understood("Buy milk", Priority.HIGH, "home", "@bob", friday)
    assert read("Buy milk !high #home @bob due fri 17:00") == expected
    assert read("!1 @bob Buy milk by fri 5pm +home") == expected
    assert read("Buy milk due: fri 17:00 !high #home @bob") == expected


@pytest.mark.parametrize(
    "title",
    [
        "Buy milk",
        "Stand by me",
        "due diligence report",
        "The 9/11 Report",
        "Meet on 2nd floor",
        "Call Ann tomorrow or fri",  # a date is read behind `due` or `by` only
        "Pay by card",
        "Pay before it is due",
        "due",
        "Read chapter by chapter",
        "Ask @carol",  # nobody we know
        "Wow!",
        "Issue #42",  # a number is no category
        "C# or F#",
        "mail a@b.c",
        "50% !important",
        "time: 5pm",
        "Submit by fri the report",  # the date is not at the end
    ],
)
def test_what_stays_in_the_title(title: str) -> None:
    assert read(title) == Understood(title)


def test_quotes_keep_a_line_as_it_stands() -> None:
    assert read('"Call @bob due fri !high"') == Understood("Call @bob due fri !high")


def test_the_last_due_that_can_be_read_counts() -> None:
    assert read("Stand by me due fri") == Understood(
        "Stand by me", due=Due(date(2026, 11, 27), None, BERLIN)
    )
    assert read("Pay by card by tomorrow").title == "Pay by card"


def test_a_sign_given_twice_counts_once() -> None:
    assert read("Buy #home #work !high !low") == Understood("Buy #work !low", Priority.HIGH, "home")


def test_signs_alone_are_a_title() -> None:
    assert read("#home").title == "#home"


@given(st.text(max_size=60), st.sampled_from(["tomorrow", "fri 17:00", "24.12.", "03/04"]))
def test_no_date_is_read_in_the_middle(text: str, day: str) -> None:
    assert read(f"{text} due {day} and then some").due is None


SIGNS = 'due by fri !high #home @bob " 5pm milk #'


@given(st.lists(st.sampled_from(SIGNS.split())).map(" ".join))
def test_no_word_is_lost(text: str) -> None:
    understood = read(text)
    assert understood.title.split().count("milk") == text.split().count("milk")
    assert understood.title or not text.strip()


@given(st.text(max_size=300))
def test_any_text_is_understood(text: str) -> None:
    assert read(text).title.strip() or not text.strip()


def test_a_very_long_line_takes_no_time() -> None:
    import time as clock

    began = clock.perf_counter()
    assert read("by due " * 20_000).due is None
    assert clock.perf_counter() - began < 1


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
