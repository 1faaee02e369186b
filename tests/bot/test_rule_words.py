"""How often something comes, in words that can be typed again."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.language import speaking
from bot.months import MONTHS_AHEAD, Month, days
from bot.quickadd import repeating
from bot.rule_words import say_rule
from core.chat import Button
from core.rules import settled
from tests.bot.quick_add_file import context_of, rows

TODAY = date(2026, 11, 25)  # a Wednesday
HERE = context_of("B")
KNOWN = sorted(
    {
        word.removeprefix("rule=")
        for row in rows()
        for word in row.meaning.split()
        if "rule=" in word
    }
)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;INTERVAL=2",
         "every 2 weeks on Mon, Tue, Wed, Thu and Fri"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "every Sat and Sun"),
        ("FREQ=WEEKLY;BYDAY=FR", "every Fri"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tue"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "every month on day 5"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "every month on day 30"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", "every 3 months on the last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Fri"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tue"),
        ("FREQ=YEARLY", "every year"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "every year on 24 Dec"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "every year on 29 Feb"),
        ("FREQ=DAILY;UNTIL=20261127T235959", "every day until 27 Nov"),
        ("FREQ=DAILY;UNTIL=20270101T235959", "every day until 1 Jan 2027"),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule: str, words: str) -> None:
    assert say_rule(rule, TODAY) == words
    assert reread(words) == set(rule.split(";")) | set(settled(rule, TODAY).split(";"))


def reread(words: str) -> set[str]:
    """The parts of the rule that these words say."""
    found = repeating(words, HERE)
    assert found, words
    return set(settled(found.rule, TODAY).split(";"))


@pytest.mark.parametrize("rule", KNOWN)
def test_whatever_was_typed_is_said_so_that_it_can_be_typed(rule: str) -> None:
    said = say_rule(settled(rule, TODAY), TODAY)
    assert reread(said) == set(settled(rule, TODAY).split(";")), said


@pytest.mark.parametrize("rule", KNOWN)
def test_it_is_said_in_each_language(rule: str) -> None:
    for language in ("de", "en"):
        with speaking(language):
            assert say_rule(settled(rule, TODAY), TODAY)


@pytest.mark.parametrize(
    ("said", "rule", "at"),
    [
        ("weekdays 9:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(9)),
        ("mon,thu", "FREQ=WEEKLY;BYDAY=MO,TH", None),
        ("2 weeks", "FREQ=WEEKLY;INTERVAL=2", None),
        ("Every Fri at 5pm", "FREQ=WEEKLY;BYDAY=FR", time(17)),
        ("jeden Montag", "FREQ=WEEKLY;BYDAY=MO", None),
        ("day until 24 dec", "FREQ=DAILY;UNTIL=20261224T235959", None),
        ("sometimes", "", None), ("day until never", "", None), ("feb 30", "", None),
        ("", "", None), ("a " * 60, "", None), ("until fri", "", None),
    ],
)  # fmt: skip
def test_a_rule_as_a_whole_text(said: str, rule: str, at: time | None) -> None:
    found = repeating(said, HERE)
    assert (found.rule if found else "") == rule
    assert (found.clock if found else None) == at


# -- a month as buttons ---------------------------------------------------------------------------


def drawn(shown: str, chosen: date | None = None) -> list[list[str]]:
    pick = lambda day: Button(str(day.day), f"pick {day}")  # noqa: E731  # as short as it is
    here = Button("", "here")
    return [
        [each.label for each in row]
        for row in days(Month.read(shown, TODAY), TODAY, chosen, pick, here)
    ]


def test_days_that_are_over_say_nothing() -> None:
    names, first, *_, last = drawn("", date(2026, 11, 27))
    assert names == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert first == ["-", "-", "25", "26", "(27)", "28", "29"]
    assert last == ["30", "1", "2", "3", "4", "5", "6"]


def test_every_day_of_a_month_is_there_once() -> None:
    for ahead in range(1, MONTHS_AHEAD + 1):
        month = Month.of(TODAY).later(ahead)
        rows = drawn(str(month))
        assert all(len(row) == 7 for row in rows)
        assert 5 <= len(rows) <= 7
        flat = [label for row in rows[1:] for label in row]
        assert "-" not in flat
        assert [str(day) for day in range(1, 28)] == flat[flat.index("1") :][:27]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", "2026-11"), ("2026-12", "2026-12"), ("2028-11", "2028-11"), ("2028-12", "2026-11"),
        ("2026-10", "2026-11"), ("nonsense", "2026-11"), ("2026-\u0663", "2026-11"),
        ("99999999999999999999-1", "2026-11"), (f"{'9' * 5000}-1", "2026-11"),
    ],
)  # fmt: skip
def test_which_month_is_shown(said: str, shown: str) -> None:
    assert str(Month.read(said, TODAY)) == shown
