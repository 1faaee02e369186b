"""What is said, in every language: each sentence of the code has a translation with the same values
in it, and nothing else stands in a catalogue."""

from __future__ import annotations

import re
from datetime import date

import pytest
from babel.messages.catalog import Catalog, Message

from bot import commands as _table  # fills the table  # noqa: F401
from bot.dates import short, ways, whole, with_weekday
from bot.language import (
    ENGLISH,
    LANGUAGES,
    _,
    accepted,
    catalogue,
    known,
    ngettext,
    pgettext,
    speaking,
)
from bot.reading import parse
from bot.topics import TOPICS
from bot.turn import commands
from bot.words import number, say_date
from tests import catalogue as words

OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
_VALUES = re.compile(r"%\(\w+\)s|\{\w*\}")
"""Of templates, and of the rest."""


@pytest.fixture(params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def translated(language: str) -> Catalog:
    return words.catalogue_of(language)


def forms(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, tuple | list) else (str(said or ""),)


def unlike(message: Message) -> bool:
    """Whether a translation has other values than its sentence. A form for one thing alone may do
    without the number."""
    wanted = {frozenset(_VALUES.findall(each)) for each in forms(message.id)}
    got = {frozenset(_VALUES.findall(each)) for each in forms(message.string)}
    numbers = {"{n}", "%(n)s"}
    if isinstance(message.id, str):
        return wanted != got
    return {each - numbers for each in wanted} != {each - numbers for each in got}


def ids(catalog: Catalog) -> set[tuple[object, object]]:
    return {(each.context, each.id) for each in catalog if each.id}


def test_every_sentence_is_translated(translated: Catalog) -> None:
    left = [each.id for each in words.untranslated(translated)]
    missing = sorted(map(str, ids(words.template()) - ids(translated)))
    gone = sorted(map(str, ids(translated) - ids(words.template())))
    assert (left, missing, gone) == ([], [], []), "`make words`, then translate what is empty"


def test_nothing_is_guessed_or_left_over(translated: Catalog) -> None:
    assert not [each.id for each in translated if each.fuzzy and each.id]
    assert not translated.obsolete


def test_the_same_values_stand_in_a_translation(translated: Catalog) -> None:
    assert not [each.id for each in translated if each.id and unlike(each)]
    assert not [each.id for each in translated if list(each.check(translated))]


def test_every_plural_has_all_its_forms(translated: Catalog) -> None:
    plurals = [each for each in translated if isinstance(each.id, tuple | list)]
    assert plurals
    assert not [each.id for each in plurals if len(forms(each.string)) != translated.num_plurals]


def test_what_help_says_of_each_command_is_translated(language: str) -> None:
    said = catalogue(language).said
    assert not [each.name for each in commands if each.summary not in said]


def test_a_line_to_try_can_be_typed(language: str) -> None:
    lines = [line for _text, lines in TOPICS.values() for line in lines]
    with speaking(language):
        assert any(_(line) != line for line in lines)
        for line in lines:
            assert type(parse(_(line))) is type(parse(line))


def test_a_sentence_without_translation_is_found() -> None:
    made = Catalog(locale="de")
    made.add("Done.", "Erledigt.")
    made.add(("{n} task", "{n} tasks"), ("{n} Aufgabe", ""))
    made.add("Open")
    assert [each.id for each in words.untranslated(made)] == [("{n} task", "{n} tasks"), "Open"]


def test_another_value_in_a_translation_is_found() -> None:
    assert unlike(Message("Added {task}.", "{tsk} hinzugefügt."))
    assert unlike(Message(("{n} of {all}", "{n} of {all}"), ("eine", "{n} von {all}")))
    assert not unlike(Message(("{n} of {all}", "{n} of {all}"), ("einer von {all}", "{n}, {all}")))


# -- speaking -------------------------------------------------------------------------------------


def test_a_language_is_spoken_until_the_end_of_its_block() -> None:
    assert _("Open tasks") == "Open tasks"
    with speaking("de"):
        assert _("Open tasks") == "Offene Aufgaben"
        with speaking(""):
            assert _("Open tasks") == "Open tasks"
        assert ngettext("{n} task", "{n} tasks", 1) == "1 Aufgabe"
        assert ngettext("{n} task", "{n} tasks", 0) == "0 Aufgaben"
        assert (pgettext("verb", "Open"), _("Open")) == ("Öffnen", "Offen")
    assert ngettext("{n} task", "{n} tasks", 2) == "2 tasks"


def test_what_somebody_wrote_is_never_a_sentence() -> None:
    with speaking("de"):
        assert _("Done by {name}", name="{n} Open") == "Erledigt von {n} Open"
        assert _("no such sentence {at} all") == "no such sentence {at} all"
        assert _("") == ""


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-US", "en"), ("fr", "en"), ("", "en")],
)
def test_a_tag_means_a_language(tag: str, spoken: str) -> None:
    assert known(tag) == spoken


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR,en;q=0.5,de;q=0.7", "de"),
        ("en,de;q=nonsense", "en"),
        ("fr,*;q=0.1", "en"),
        ("x" * 600 + ",de", "en"),
    ],
)
def test_what_a_browser_asks_for(header: str, spoken: str) -> None:
    assert accepted(header) == spoken


def test_days_and_numbers_are_written_as_each_language_does() -> None:
    day, today = date(2026, 3, 3), date(2026, 3, 2)
    assert (short(day, today), with_weekday(day, today)) == ("3 Mar", "Tue 3 Mar")
    with speaking("de"):
        assert (short(day, today), with_weekday(day, today)) == ("3. Mär", "Di 3. Mär")
        assert whole(day) == "3. März"
        assert say_date(day, today) == "morgen"
        assert number(1234567) == "1.234.567"
        assert ways("de").point == ","
