"""The words of every language together: what each stands for, and what it means for its neighbours.

One language more is one module like `english.py` and its name here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.quickadd import english, german
from core.task import Priority

_LANGUAGES = {"en": english, "de": german}

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
UNITS = frozenset({"minute", "hour", "day", "week", "fortnight", "month", "year"})


def _all(*lists: str) -> frozenset[str]:
    return frozenset(name for each in lists for name in each.split())


JOINED = _all(english.JOINED, german.JOINED)
NUMBERED = _all(english.NUMBERED, german.NUMBERED)
OBJECT = _all(english.OBJECT, german.OBJECT)
GOES_ON = _all(english.GOES_ON, german.GOES_ON)
SUBJECTS = _all(english.SUBJECTS, german.SUBJECTS)
MEASURES = _all(english.MEASURES, german.MEASURES)
POLITE = _all(english.POLITE, german.POLITE)
MORNING = _all(english.MORNING, german.MORNING)
EVENING = _all(english.EVENING, german.EVENING)
SHORTS = _all(*english.SHORT.values(), *german.SHORT.values())
"""Abbreviations that are words, too."""
PRIORITIES: dict[str, Priority] = {
    name: Priority(level)
    for language in (english, german)
    for level, names in language.PRIORITIES.items()
    for name in names.split()
}


def _turned(words: Mapping[str, str]) -> dict[str, str]:
    return {name: said for said, names in words.items() for name in names.split()}


COUNTS = _turned(german.COUNTS) | _turned(english.COUNTS)
_COMPOUNDS = {
    f"{day}{part}": f"{said} {name}"
    for said in WEEKDAYS
    for day in german.WORDS[said].split()
    for name, parts in german.COMPOUND.items()
    for part in parts.split()
}
COMPOUNDS = frozenset(_COMPOUNDS.values())
"""A day and its part in one word, as German has them: `freitagabend` is `fri evening`."""
_WORDS = _turned(german.WORDS) | _turned(english.WORDS) | _COMPOUNDS
_CAPITALS = _turned(german.CAPITALS)
_GERMAN = frozenset(_turned(german.WORDS)) | {*_COMPOUNDS, "am", "um"}
_OPENING, _CLOSING = "([", ")],;:!?"
_DOTS = re.compile(r"\d{1,2}\.(?:\d{1,2}\.)?")
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")


@lru_cache(maxsize=8)
def _words(language: str) -> Mapping[str, str]:
    """The words, with the abbreviations of somebody's own language."""
    own = _LANGUAGES.get(language.lower()[:2])
    return _WORDS | _turned(own.SHORT) if own else _WORDS


class Word(NamedTuple):
    """A word of a text."""

    text: str
    """As it stands."""
    said: str
    """What it stands for, in small letters where it is none of our words; empty for a sign or a
    picture."""
    plain: str
    """In small letters, without punctuation around it."""


def looked_up(texts: Iterable[str], language: str) -> list[Word]:
    """The words of these texts."""
    own = _words(language)
    return [_word(text, own) for text in texts]


def sentence_words(texts: Iterable[str], language: str) -> list[Word]:
    """Those of a sentence: where `Do` is not the first it is a day."""
    read = looked_up(texts, language)
    for place, each in enumerate(read):
        if place and each.plain in SHORTS and each.text.istitle():
            read[place] = _word(each.text, _words("de"))
    return read


def _word(text: str, known: Mapping[str, str]) -> Word:
    if text[0] == '"':
        return Word(text, '"', '"')
    plain = text.casefold()
    if not plain.isalnum():
        plain = _bare(plain)
    if plain in _CAPITALS and text.isupper():
        return Word(text, _CAPITALS[plain], plain)
    return Word(text, known.get(plain, plain), plain)


def _bare(plain: str) -> str:
    """Without punctuation around it; a dot stays with the number of a day or a month."""
    if not plain.isascii():
        plain = plain.translate(_DASHES)
    if not (plain[:1].isalnum() and plain[-1:].isalnum()):
        plain = plain.lstrip(_OPENING).rstrip(_CLOSING)
    if plain.endswith(".") and not _DOTS.fullmatch(plain):
        plain = plain.rstrip(".")
    return plain


def is_blank(each: Word) -> bool:
    """Whether it is no word: a picture or punctuation."""
    return each.said not in {'"', "at", "and"} and not any(map(str.isalnum, each.text))


def is_last_verb(each: Word) -> bool:
    """Whether it looks like an infinitive of a language that puts it last."""
    return each.text.islower() and each.plain.endswith(german.INFINITIVES)


def is_german(each: Word) -> bool:
    """Whether it is one of German's own words for dates."""
    return each.plain in _GERMAN
