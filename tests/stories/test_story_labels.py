"""Labels are put on a task and taken off, typed and pressed."""

from __future__ import annotations

import pytest

from tests.service_kit import labels
from tests.stories.cast import Somebody, group_of, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_typed(ada: Somebody) -> None:
    await ada.writes("Buy milk ~cheap", "#1 Buy milk")
    card = await ada.does("label 1 ~home, errand", "~cheap ~home ~errand")
    assert "Saved." in words(card)
    await ada.does("list ~home", "#1 Buy milk")
    card = await ada.does("label 1 -home", "Saved.")
    assert "~cheap ~errand" in words(card)
    await ada.does("label 1 ~cheap", "Nothing changed.")
    card = await ada.does("label 1 none", "Saved.")
    assert "~" not in words(card)
    await ada.does("undo", "~cheap ~errand")


async def test_pressed(ada: Somebody) -> None:
    await ada.writes("Buy bread ~errand", "#1 Buy bread")
    card = await ada.writes("Buy milk ~cheap", "#2 Buy milk")
    if ada.platform == "telegram":
        await ada.presses(card, "More")
        await ada.until(lambda: "Labels" in labels(card))
        await ada.presses(card, "Labels", then="Which label?")
    else:
        card = await ada.does("label 2", "Which label?")
    assert labels(card) == ["~errand", "Without ~cheap", "Another", "Back"]
    await ada.presses(card, "~errand", then="~cheap ~errand")
    card = await ada.does("label 2", "Which label?")
    await ada.presses(card, "Without ~cheap")
    await ada.until(lambda: "~cheap" not in words(card))
    card = await ada.does("label 2", "Which label?")
    await ada.presses(card, "Another")
    if ada.platform == "slack":
        await ada.fills(names="urgent")
        await ada.hears("~errand ~urgent")
    else:
        await ada.hears("Labels? Words, such as errand cheap")
        await ada.writes("urgent", "~errand ~urgent")


async def test_what_only_begins_like_it_is_a_task(ada: Somebody) -> None:
    await ada.does("label the boxes", "#1 label the boxes")


async def test_a_group_is_shown_nobodys_labels(ada: Somebody, ben: Somebody) -> None:
    await ada.writes("Buy bread ~secret", "#1 Buy bread")
    room = group_of(ada.town, ada, ben)
    await ada.does("add Windows ~flat", "Windows", room)
    shown = await ada.does("label 2", "Which label?")
    assert "~secret" in labels(shown)  # the control: in private they are there
    before = ben.ids(room)
    await ada.says(ada.spelled("label 2", group=True), room)
    await ada.until(lambda: ada.count("Which label?") > 1 or ada.count("Which label?", room))
    assert not [each for each in ben.seen(room) if "~secret" in labels(each)]
    assert before <= ben.ids(room)


async def test_in_german(ada: Somebody) -> None:
    await ada.does("language de", "Gespeichert.")
    await ada.writes("Milch ~billig", "#1 Milch")
    card = await ada.does("label 1", "Welches Label?")
    assert labels(card) == ["Ohne ~billig", "Andere", "Zurück"]
