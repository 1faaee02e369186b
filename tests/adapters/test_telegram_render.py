"""Text arrives inert and within the limits, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_server import Html

from adapters.telegram.render import TEXT_LIMIT, Page, render
from adapters.telegram.text import clean, units
from core.chat import Button, Fact, Hint, Item, Link, Moment, Reply, Style


def keys(page: Page) -> list[list[dict[str, Any]]]:
    assert page.keyboard is not None
    rows: list[list[dict[str, Any]]] = page.keyboard["inline_keyboard"]
    return rows


HOSTILE = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("<>&\"'/bs;!\u202e\0\n 😀"))
)
REPLIES = st.builds(
    Reply,
    text=st.one_of(HOSTILE, HOSTILE.map(lambda text: text * 900)),
    title=st.one_of(HOSTILE, HOSTILE.map(lambda text: text * 900)),
    struck=st.booleans(),
    facts=st.lists(st.builds(Fact, HOSTILE, HOSTILE), max_size=4).map(tuple),
    items=st.lists(st.builds(Item, HOSTILE, HOSTILE), max_size=4).map(tuple),
    hints=st.lists(st.builds(Hint, HOSTILE, HOSTILE), max_size=2).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(REPLIES, st.booleans())
def test_any_text_is_inert_and_fits(reply: Reply, single: bool) -> None:
    pages = render(reply, single=single)
    assert len(pages) == 1 or not single
    for page in pages:
        read = Html(page.html)  # raises for a tag that is not ours
        assert read.text == page.plain
        assert set(read.tags) <= {"b", "s"}
        assert 1 <= units(page.plain.strip()) <= units(page.plain) <= TEXT_LIMIT
        assert clean(page.plain) == page.plain


@settings(max_examples=100, deadline=None)
@given(HOSTILE.map(lambda text: text * 500))
def test_long_text_is_split_and_nothing_is_lost(text: str) -> None:
    pages = render(Reply(text=text, title="T"))
    got = "".join(page.plain for page in pages)
    assert "".join(("T" + clean(text)).split()) == "".join(got.split())


def test_unescaped_text_would_not_be_inert() -> None:
    """Negative control of the reader: it sees a tag that slipped through."""
    with pytest.raises(ValueError, match="unsupported"):
        Html("<i>x</i>")
    assert Html("<b>x</b>").text != "<b>x</b>"


def test_everything_in_its_order() -> None:
    [page] = render(
        Reply(
            text="Added.",
            title="#42 Buy <milk>",
            struck=True,
            facts=(Fact("Open"), Fact("high"), Moment("Tue 24 Nov 17:00 (UTC)", 0, "Due")),
            items=(Item("One", "today"), Item("Two")),
            hints=(Hint("done 3", "marks it done"), Hint("undo")),
        )
    )
    assert page.html == (
        "<b><s>#42 Buy &lt;milk&gt;</s></b>\nAdded.\nOpen - high - Due: Tue 24 Nov 17:00 (UTC)"
        "\n\nOne - today\nTwo\n\n/done 3 - marks it done\n/undo"
    )


def test_facts_break_into_lines_that_a_phone_shows() -> None:
    [page] = render(Reply(title="T", facts=(Fact("a" * 40), Fact("b" * 40), Fact("c"))))
    assert page.plain.split("\n") == ["T", "a" * 40, "b" * 40 + " - c"]


def test_buttons() -> None:
    items = tuple(Item(f"task {n}", button=Button(str(n), f"show t:{n}")) for n in range(9, 15))
    [page] = render(
        Reply(
            text="Open tasks",
            items=items,
            buttons=(
                (Button("Done", "done 3", Style.PRIMARY), Button("Delete", "x", Style.DANGER)),
                (Link("Open", "https://example.org/"), Button("L" * 99, "y")),
            ),
        )
    )
    rows = keys(page)
    assert [len(row) for row in rows] == [4, 2, 2, 1, 1]
    assert page.plain.split("\n")[2] == "9. task 9"
    assert rows[0][0] == {"text": "9", "callback_data": "show t:9"}
    assert rows[2][0] == {"text": "Done", "callback_data": "done 3", "style": "primary"}
    assert rows[2][1]["style"] == "danger"
    assert rows[3][0] == {"text": "Open", "url": "https://example.org/"}
    assert units(rows[4][0]["text"]) == 64


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("Done", "Due", "Edit", "Undo"), [4]),
        (("Weekdays 08:30", "Every day 08:30", "Mondays 08:30"), [2, 1]),
        (("Tarif", "Verlängerungen melden", "Neues vom Tarif"), [2, 1]),
        (("No", "Delete all that I keep about you"), [1, 1]),
    ],
)
def test_a_row_is_parted_where_a_phone_would_cut_its_labels(
    labels: tuple[str, ...], rows: list[int]
) -> None:
    row = tuple(Button(each, "x") for each in labels)
    [page] = render(Reply(text="x", buttons=(row,)))
    assert [len(each) for each in keys(page)] == rows


@pytest.mark.parametrize("line", ["", "x" * 65, "é" * 33])
def test_a_button_that_telegram_would_refuse_is_a_defect(line: str) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        render(Reply(text="x", buttons=((Button("B", line),),)))
    assert render(Reply(text="x", buttons=((Button("B", "é" * 32),),)))


def test_long_text_is_several_messages_and_the_last_has_the_buttons() -> None:
    pages = render(Reply(text="word " * 1000, title="T", buttons=((Button("B", "b"),),)))
    assert [page.keyboard is None for page in pages] == [True, False]
    assert pages[0].plain.endswith("word ")
    assert pages[0].plain.startswith("T\nword ")


def test_an_edit_is_one_message_and_short_parts_stay_whole() -> None:
    [page] = render(Reply(text="😀" * 5000, title="Buy milk", facts=(Fact("Open"),)), single=True)
    assert page.plain.startswith("Buy milk\n😀")
    assert page.plain.endswith("…\nOpen")
    assert TEXT_LIMIT - 2 <= units(page.plain) <= TEXT_LIMIT


def test_a_reply_without_a_visible_character_can_still_be_sent() -> None:
    assert render(Reply(title="\u202e\0 "))[0].html == "…"
