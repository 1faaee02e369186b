"""The eight letters of a sign-in, letter by letter."""

from __future__ import annotations

import pytest

from core import letters
from core.ids import Ids


def test_a_number_spells_eight_letters_by_its_remainders() -> None:
    assert letters.spelled(0) == "BBBBBBBB"
    assert letters.spelled(19) == "ZBBBBBBB"
    assert letters.spelled(1 + 2 * 20 + 3 * 20**2) == "CDFBBBBB"
    assert letters.spelled(20**8 - 1) == "ZZZZZZZZ"
    assert letters.spelled(20**8) == "BBBBBBBB"
    assert len(set(letters.CONSONANTS)) == 20
    assert not set(letters.CONSONANTS) & set("AEIOUY0123456789")


def test_they_are_shown_in_two_fours_and_read_back() -> None:
    assert letters.shown("BCDFGHJK") == "BCDF-GHJK"
    for typed in ("BCDF-GHJK", "bcdf ghjk", "bcdfghjk", " b c d f-g-h-j-k ", "BCDF\tGHJK"):
        assert letters.read(typed) == "BCDFGHJK"


@pytest.mark.parametrize(
    "typed", ["", "BCDFGHJ", "BCDFGHJKL", "BCDFGHJA", "BCDFGHJ1", "BCDF_GHJK", "\u0392CDFGHJK"]
)
def test_what_is_none_of_them_is_nothing(typed: str) -> None:
    assert letters.read(typed) == ""


def test_only_so_much_of_a_text_is_looked_at() -> None:
    assert letters.read("BCDFGHJK" + " " * 24) == "BCDFGHJK"
    assert letters.read(" " * 24 + "BCDFGHJK") == "BCDFGHJK"
    assert letters.read(" " * 25 + "BCDFGHJK") == ""


@pytest.mark.parametrize("letter", letters.CONSONANTS)
def test_each_of_the_letters_is_one(letter: str) -> None:
    assert letters.read(letter * 8) == letter * 8
    assert letters.looks_shown(f" {letter * 4}-{letter.lower() * 4} ")


def test_they_are_known_whatever_is_around_them() -> None:
    assert letters.looks_shown("BCDF GHJK")
    assert letters.looks_shown(" " * 40 + "BCDF-GHJK\n")


@pytest.mark.parametrize(
    "text", ["BCDFGHJK", "BCDF-GHJKL", "BCDF--GHJK", "BCDE-GHJK", "BCDF-GHJA", "aBCDF-GHJK"]
)
def test_a_title_is_not_taken_for_them(text: str) -> None:
    assert not letters.looks_shown(text)


def test_what_is_kept_needs_the_key_and_is_of_letters_alone() -> None:
    one, other = Ids(b"1" * 32), Ids(b"2" * 32)
    assert letters.kept(one, "BCDFGHJK") == letters.kept(one, "BCDFGHJK")
    assert letters.kept(one, "BCDFGHJK") != letters.kept(other, "BCDFGHJK")
    assert letters.kept(one, "BCDFGHJK") == one.keyed("letters:BCDFGHJK")
