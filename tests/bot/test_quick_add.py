"""Quick add: what a line is understood as, and what no line can do to it."""

from __future__ import annotations

import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.grammar import straight
from bot.quickadd import MOST, Can, Context, Order, Understood, lines, understand, when
from core.task import Due, Priority
from tests.bot.quick_add_file import Line, context_of, meaning, rows, spelt

ROWS = rows()
HERE = context_of("B")


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_line_means(row: Line) -> None:
    assert meaning(understand(row.text, context_of(row.who))) == (row.title, row.meaning)


def test_there_are_lines_of_two_zones_of_dates_and_of_none() -> None:
    assert len({(row.who, row.text) for row in ROWS}) == len(ROWS) >= 400
    assert min(sum(row.who[0] == each for row in ROWS) for each in "BL") >= 100
    assert sum("due=" in row.meaning for row in ROWS) >= 200
    assert sum(row.title == straight(row.text) for row in ROWS) >= 80


# -- what holds for any line ---------------------------------------------------------------------

PIECES = (
    "buy milk the 2nd sun may 5 at by on due in 3 days next fri tomorrow tonight 5pm 17:00 24.11. "
    "3/4 2026-11-24 noon every day mon,thu weekly remind me 30m before !high !1 #home #1 +shop "
    '@alice @carol ~label " - \u2013 (by friday) https://a.b/#c add to Uhr morgen jeden Montag um '
    "am please , : 99 0 31.2. half past of last month \U0001f9b7"
)
TEXT = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join)
)
WHO = st.sampled_from(["B", "B-", "D", "L", "L@2026-11-01T00:30", "B@2027-03-28T01:30"])


@given(TEXT, WHO)
@example("9999-12-31", "B")
@example("in 9999 years", "B")
@example("every 0 days", "B")
@example('"', "B")
@example("@", "B")
def test_any_text_is_understood(text: str, who: str) -> None:
    said = understand(text, context_of(who))
    assert said.title.strip() or not text.strip()
    asked = said.ambiguity.candidates if said.ambiguity else ()
    for due in (*asked, *filter(None, [said.due])):
        assert due.instant.tzinfo is UTC


JOINTS = str.maketrans("", "", ' \t,;:-\u2013\u2014"')


def lost(text: str, said: Understood) -> list[str]:
    """What of a text stands neither in the title nor among what was read."""
    kept = f"{said.title} {' '.join(said.read)}"
    letters = set("".join(straight(text).translate(JOINTS).split())) - set(kept)
    words = [each for each in straight(text).split() if each.isalnum()]
    left = [each.strip('"') for each in kept.split()]
    return [*letters, *(each for each in words if left.count(each) < words.count(each))]


def test_what_is_lost_would_be_seen() -> None:
    assert "tomorrow" in lost("Buy milk tomorrow", Understood("Buy milk"))
    assert lost("Buy milk milk", Understood("Buy milk"))
    assert lost("Buy milk 🦷", Understood("Buy milk")) == ["🦷"]
    assert not lost("Buy milk, tomorrow", Understood("Buy milk", read=("tomorrow",)))


@given(TEXT, WHO)
def test_no_word_is_lost(text: str, who: str) -> None:
    """Every word stands in the title or was read; only what joined them may go."""
    assert lost(text, understand(text, context_of(who))) == []


@given(TEXT, WHO)
def test_what_cant_be_kept_stays(text: str, who: str) -> None:
    said = understand(text, replace(context_of(who), can=frozenset()))
    assert (said.labels, said.rule, said.reminder) == ((), "", None)


@given(TEXT.map(lambda text: straight(text).replace('"', "").strip()), WHO)
def test_text_in_quotes_is_left_as_it_is(text: str, who: str) -> None:
    assume(text and "\n" not in text and len(text.splitlines()) == 1)
    context = context_of(who)
    once = understand(f'"{text}"', context)
    assert once == Understood(text)
    assert understand(f'"{once.title}" !low', context).title == once.title


def rendered(said: Understood) -> str:
    """A line that says the same, as plainly as can be."""
    words = [f'"{said.title}"', f"!{said.priority.value}"]
    words += [f"#{said.category}"] if said.category else []
    words += [said.person, *(f"~{each}" for each in said.labels)]
    if said.due:
        clock_ = f" {said.due.time:%H:%M}" if said.due.time else ""
        words.append(f"due {said.due.on}{clock_}")
    if said.reminder is not None:
        words.append(f"remind {int(said.reminder.total_seconds()) // 60} min before")
    return " ".join(filter(None, words))


@given(TEXT, WHO)
def test_said_plainly_it_means_the_same(text: str, who: str) -> None:
    context = context_of(who)
    said = understand(text, context)
    assume(said.title and '"' not in said.title and not said.rule and not said.ambiguity)
    assume(said.title.strip() == said.title and said.title == " ".join(said.title.split()))
    again = understand(rendered(said), context)
    same = ("title", "priority", "category", "person", "labels", "due", "reminder")
    assert [getattr(again, each) for each in same] == [getattr(said, each) for each in same]


@given(
    st.text(alphabet="xyzäß ,.!", max_size=40),
    st.sampled_from(["tomorrow", "fri 17:00", "24.12.", "due 3/4", "every day", "morgen"]),
)
def test_no_date_is_read_in_the_middle(text: str, day: str) -> None:
    said = understand(f"see {text} {day} {text} and then some", HERE)
    assert (said.due, said.ambiguity, said.rule) == (None, None, "")


def test_few_mentions_are_looked_up() -> None:
    asked: list[str] = []
    context = replace(HERE, is_person=lambda token: bool(asked.append(token)))
    said = understand("plan it @ann " * 100, context)
    assert len(asked) <= 8
    assert said.title.count("@ann") == 100


# -- clocks --------------------------------------------------------------------------------------

CHANGES = [
    ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2027, 3, 14, 10, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 11, 1, 9, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
]


@given(st.sampled_from(CHANGES), st.integers(-300, 300), st.integers(1, 600))
def test_hours_and_minutes_are_what_a_clock_counts(
    change: tuple[str, datetime], before: int, minutes: int
) -> None:
    zone, at = change
    now = at + timedelta(minutes=before)
    due = understand(f"call in {minutes} min", Context(now, zone)).due
    assert due
    assert due.instant == now + timedelta(minutes=minutes)


@given(st.sampled_from(CHANGES), st.integers(-3000, 3000), st.integers(1, 9))
def test_days_are_the_calendars(change: tuple[str, datetime], before: int, days: int) -> None:
    zone, at = change
    now = at + timedelta(minutes=before)
    due = understand(f"call in {days} days", Context(now, zone)).due
    assert due == Due(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days), None, zone)


@given(st.times(), st.integers(0, 23), st.integers(0, 59))
def test_a_time_alone_is_the_next_one(now: time, hour: int, minute: int) -> None:
    wall = datetime.combine(date(2026, 11, 25), now, ZoneInfo("Europe/Berlin"))
    said = understand(f"call {hour:02}:{minute:02}", Context(wall, "Europe/Berlin"))
    assert said.due
    ahead = said.due.instant - wall.replace(second=0, microsecond=0).astimezone(UTC)
    assert timedelta(0) < ahead <= timedelta(days=1)
    assert said.moved == (said.due.on == date(2026, 11, 26))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["mon", "tue", "wed", "sun"]))
def test_next_is_a_day_of_the_week_that_follows(today: date, name: str) -> None:
    context = Context(datetime.combine(today, time(12), UTC), "UTC")
    plain, following = (understand(f"call {each}", context).due for each in (name, f"next {name}"))
    assert plain
    assert following
    assert 1 <= (plain.on - today).days <= 7
    monday = today + timedelta(days=7 - today.weekday())
    assert 0 <= (following.on - monday).days < 7


# -- a date as a whole text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("tomorrow", "2026-11-26"),
        ("yesterday", "2026-11-24"),
        ("fri 17:00", "2026-11-27T17:00"),
        ("Nov 26, 2028", "2028-11-26"),
        ("2026-12-24 18:00", "2026-12-24T18:00"),
        ("in 14 months", "2028-01-25"),
        ("dec 24 6:15 pm", "2026-12-24T18:15"),
        ("03/04 5pm", "2027-04-03T17:00|2027-03-04T17:00"),
        ("1/12/2027", "2027-12-01|2027-01-12"),
        ("12/12", "2026-12-12"),
        ("24:00", ""), ("25:00", ""), ("13pm", ""), ("0am", ""), ("5:60", ""), ("5pm 6pm", ""),
        ("29 feb", ""), ("31.4.", ""), ("13/13", ""), ("2026-13-01", ""), ("0001-01-01", ""),
        ("9999-12-31", ""), ("1969-12-31", ""), ("in 3", ""), ("in days", ""), ("3 days", ""),
        ("someday", ""), ("fri sat", ""), ("friday the 13th", ""), ("17.00", ""), ("milk 5pm", ""),
        ("", ""), ("   ", ""), ("!", ""), ("\u0663", ""), ("in 9999 weeks ago", ""),
    ],
)  # fmt: skip
def test_a_date_by_itself(said: str, due: str) -> None:
    found = when(said, HERE)
    assert "|".join(map(spelt, found.choices if found else ())) == due


@pytest.mark.parametrize(
    ("language", "zone", "order"),
    [
        ("", "Europe/Berlin", None),
        ("en", "America/New_York", None),
        ("en-US", "America/New_York", Order.MONTH_FIRST),
        ("en-US", "Europe/Berlin", None),
        ("en-GB", "Europe/London", Order.DAY_FIRST),
        ("de", "Europe/Berlin", Order.DAY_FIRST),
        ("ja", "Asia/Tokyo", Order.MONTH_FIRST),
    ],
)
def test_who_writes_the_day_first(language: str, zone: str, order: Order | None) -> None:
    assert replace(HERE, language=language, zone=zone).order is order


def test_a_reminder_of_nothing_stays_a_word() -> None:
    assert understand("Dentist remind 30m", HERE) == Understood("Dentist remind 30m")
    assert understand("Dentist 3/4 remind 30m", HERE).ambiguity


def test_add_is_read_once() -> None:
    text = "Add tests for the parser"
    assert understand(text, HERE).title == "tests for the parser"
    assert understand(text, replace(HERE, verb=False)).title == text


# -- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Buy milk", ["Buy milk"]),
        ("Buy milk\n\n  Call mom  \r\nGym", ["Buy milk", "Call mom", "Gym"]),
        ("- milk\n* bread\n• eggs\n\u2013 tea", ["milk", "bread", "eggs", "tea"]),
        ("- [ ] milk\n- [x] bread\n[] eggs\n☐ tea", ["milk", "bread", "eggs", "tea"]),
        ("1. milk\n2. bread\n3) eggs", ["milk", "bread", "eggs"]),
        ("3. Mai Zahnarzt", ["3. Mai Zahnarzt"]),
        ("3. Mai Zahnarzt\n24. Dezember Gans", ["3. Mai Zahnarzt", "24. Dezember Gans"]),
        ("-5 degrees outside", ["-5 degrees outside"]),
        ("*bold* move", ["*bold* move"]),
        ("-\nmilk", ["-", "milk"]),
        ("[link] read it", ["[link] read it"]),
        ("\n\n", []),
    ],
)
def test_lines(text: str, expected: list[str]) -> None:
    assert lines(text) == expected
    assert len(expected) <= MOST


# -- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    ['"', '"a ', "@", "#a ", "a", " ", "tomorrow ", "every mon and ", "at 5 ", "in 3 ", "1/2 ",
     "1.", "5", "the ", "remind ", "(", "jeden ", "- ", "1. a\n", "!high ", "by due "],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """`promises.md` T18, for any text and for the longest that is read. What else the machine does
    only adds to it: the least of ten tries is what the text takes."""
    for size in (100_000, 4_000):
        text = (piece * size)[:size]
        took = []
        while len(took) < 10 and min(took, default=1.0) >= 0.01:
            began = clock.process_time()
            understand(text, HERE)
            lines(text)
            when(text, HERE)
            took.append(clock.process_time() - began)
        assert min(took) < 0.01


def test_all_of_it_together() -> None:
    said = understand("Buy milk !high #home @alice ~errand tomorrow 5pm remind 1h", HERE)
    assert said.title == "Buy milk"
    assert (said.priority, said.category, said.person) == (Priority.HIGH, "home", "@alice")
    assert (said.labels, said.reminder) == (("errand",), timedelta(hours=1))
    assert said.due == Due(date(2026, 11, 26), time(17), "Europe/Berlin")
    assert Can.LABELS in HERE.can
