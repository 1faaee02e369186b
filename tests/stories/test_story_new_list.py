"""A list that is named for the first time, perhaps by a slip, is offered: nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.service_kit import labels
from tests.stories.cast import Somebody, group_of, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_list_that_nobody_knows_is_offered(ada: Somebody) -> None:
    first = await ada.writes("Milk #home", "There is no list #home yet. Create it?")
    assert "Added #1 Milk #home" in words(first)  # the very first one is offered, too
    assert labels(first)[-2:] == ["Create #home", "No list"]
    await ada.presses(first, "Create #home", then="#1 Milk\n")
    card = await ada.writes("Bread #shopping !high", "There is no list #shopping yet. Create it?")
    assert "#2 Bread #shopping" in words(card)
    assert labels(card)[-2:] == ["Create #shopping", "No list"]
    await ada.presses(card, "Create #shopping", then="#2 Bread\n")
    assert "Create it?" not in words(card)
    await ada.does("list #shopping", "#2 Bread")
    await ada.presses(card, "Undo", then="#2 Bread #shopping")
    await ada.writes("Tea", "#3 Tea")
    await ada.does("edit 2 category:shopping", "Saved.")
    known = await ada.writes("Oat #shopping", "#4 Oat\n")
    assert "#shopping" in words(known)
    assert "Create it?" not in words(known)


async def test_a_slip_of_the_finger_offers_the_list_that_is_there(ada: Somebody) -> None:
    await ada.does("add category:home Milk", "#1 Milk")
    await ada.does("done 1", "Done by")  # a list is known as long as a task was in it
    card = await ada.writes("Bread tomorrow #hmoe", "There is no list #hmoe yet. Create it?")
    assert labels(card)[-3:] == ["Create #hmoe", "#home", "No list"]
    await ada.presses(card, "#home", then="#2 Bread\n")
    await ada.does("list #home", "#2 Bread")
    card = await ada.writes("Tea #hoem", "Create it?")
    await ada.presses(card, "No list")
    await ada.until(lambda: "Create #hoem" not in labels(card))
    assert "#3 Tea #hoem" in words(card)


async def test_a_list_in_a_sentence_stays_a_word_of_it(ada: Somebody) -> None:
    await ada.does("add category:home Milk", "#1 Milk")
    card = await ada.writes("Post it in #general", "There is no list #general yet.")
    await ada.presses(card, "Create #general")
    await ada.until(lambda: "Create #general" not in labels(card))
    assert "#2 Post it in #general\n" in words(card)
    assert words(card).count("#general") == 2


async def test_no_list_has_a_name_of_a_page(ada: Somebody) -> None:
    name = "x" * 41
    card = await ada.writes(f"Milk #{name}", f"#1 Milk #{name}")
    assert "stayed in the title: a list's name has at most 40 characters." in words(card)
    if ada.platform == "telegram":  # Slack shows less of the notes
        long = await ada.writes(f"{'milk ' * 95}#{name}", "#2 milk")
        assert f"#{name}" in words(long)  # among the notes, where the title has no room


async def test_what_says_it_by_name_and_a_group_are_not_asked(ada: Somebody, ben: Somebody) -> None:
    await ada.does("add category:home Milk", "#1 Milk")
    card = await ada.does("add category:office Report", "#2 Report")
    assert "Create it?" not in words(card)
    room = group_of(ada.town, ada, ben)
    await ada.does("start", "Good to see you")
    await ada.says(ada.spelled("add Windows #flat", group=True), room)
    card = await ada.hears("Windows", room)
    assert "Create it?" not in words(card)
    assert "#flat" in words(card)


async def test_in_german(ada: Somebody) -> None:
    await ada.does("language de", "Gespeichert.")
    await ada.does("add category:haus Milch", "#1 Milch")
    card = await ada.writes("Brot #laden", "Es gibt noch keine Liste #laden. Soll ich sie anlegen?")
    assert labels(card)[-2:] == ["#laden anlegen", "Keine Liste"]


async def test_it_is_still_offered_where_the_card_is_drawn_again(ada: Somebody) -> None:
    card = await ada.writes("Milk #home tomorrow 17:00", "There is no list #home yet. Create it?")
    await ada.does("note 1 the blue one", "Noted")  # as when a zone is told meanwhile
    await ada.until(lambda: "1 note" in words(card))
    assert "There is no list #home yet. Create it?" in words(card)
    await ada.presses(card, "Create #home", then="#1 Milk\n")
    await ada.does("note 1 and the green one", "Noted")
    await ada.until(lambda: "2 notes" in words(card))
    assert "Create it?" not in words(card)
