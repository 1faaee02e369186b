"""What a glance at a line says of it: that nothing in it says when, where nothing does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quickadd import Understood, ends, understand
from bot.quickadd.vocabulary import _WORDS
from tests.bot.quick_add_file import Line, context_of, rows

ROWS = rows()
PIECES = sorted({piece for row in ROWS for piece in row.text.split()} | {*_WORDS})
WHO = st.sampled_from(["B", "B-", "D", "L", "N"])
LINE = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=8).map(" ".join)


def read_whole(text: str, who: str) -> Understood:
    """What a line means, read without the glance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ends, "_may_tell", lambda words: True)
        return understand(text, context_of(who))


def missed() -> list[Line]:
    """The lines of which the glance says what is not so."""
    return [
        row
        for row in ROWS
        if understand(row.text, context_of(row.who)) != read_whole(row.text, row.who)
    ]


def test_of_what_people_type_it_misses_nothing() -> None:
    assert missed() == []


@given(LINE, WHO)
def test_of_any_line_it_misses_nothing(text: str, who: str) -> None:
    assert understand(text, context_of(who)) == read_whole(text, who)


@pytest.mark.parametrize("word", ["tomorrow", "fri", "every", "evening"])
def test_a_word_that_it_did_not_know_would_be_missed(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ends, "_TELLING", ends._TELLING - {word})
    assert missed()


@pytest.mark.parametrize(
    "line", ["Buy milk", "Call mom about the cake for the party !high #home", "Mama anrufen"]
)
def test_it_is_of_use(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line in which nothing says when is looked at no further."""
    looked: list[object] = []
    monkeypatch.setattr(ends, "_back", looked.append)
    understand(line, context_of("B"))
    assert not looked
    understand(f"{line} tomorrow", context_of("B"))
    assert looked
