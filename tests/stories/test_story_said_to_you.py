"""Words fit whoever reads them: what is theirs is "you", one task is "it", and a question about who
somebody is stands alone."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import CODE, Somebody, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_offer_to_you_says_so_and_to_others_by_name(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", f"offered to @{ben.name}")
    got = await ben.hears("assigned a task to you")
    assert "offered to you" in words(got)
    mine = await ben.does("list", "Open tasks 1-1 of 1")
    assert "offered to you" in words(mine)
    await ben.does("accept 1", "accepted by you")
    theirs = await ada.does("list", "Open tasks 1-1 of 1")
    assert f"accepted by @{ben.name}" in words(theirs)


async def test_nobody_is_greeted_inside_a_question_about_who_they_are(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    code = CODE.search(words(await ada.does("link", "Send me this code")))
    assert code
    asked = await office.does(f"link {code[0]}", "Connect to the account of")
    assert "nice to meet you" not in words(asked)
    new = newcomer(town, "slack")
    assert "nice to meet you" in words(await new.writes("Buy milk", "Added "))  # the control


async def test_one_task_is_moved_as_it_and_two_as_them(town: Town) -> None:
    for titles, button in ((("Milk",), "Move it"), (("Milk", "Bread"), "Move them")):
        ada = newcomer(town, "telegram")
        await ada.does("timezone Europe/London", "Europe/London")
        for title in titles:
            await ada.writes(f"{title} tomorrow 9:00", "Added ")
        asked = await ada.does("timezone Berlin", "Your time zone is Europe/Berlin")
        assert button in labels(asked)


async def test_the_changed_screens_in_german(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ben.does("language de", "Gespeichert.")
    await ada.does("language de", "Gespeichert.")
    card = await ada.does(f"add Brot kaufen @{ben.handle}", "angeboten")
    got = await ben.hears("Nimmst du sie?")
    assert "dir angeboten" in words(got)
    if ada.platform == "telegram":
        await ada.presses(card, "Zuweisen")
        await ada.until(lambda: labels(card) == ["Ich", "Ben", "Niemand", "Lassen"])
        await ada.presses(card, "Lassen", then="Brot kaufen")
    else:
        assert {"Notiz", "\u22ef", "Link kopieren"} <= {*labels(card)}
        assert "Mehr" not in labels(card)
    await ada.writes("\n".join(f"Nummer {each}" for each in range(11)), "11 Aufgaben")
    page = await ada.does("list", "Offene Aufgaben")
    assert "Fertig" in labels(page)
    assert "Erledigt" not in labels(page)
    numbers = " ".join(str(each) for each in range(2, 13))
    asked = await ada.does(f"cancel {numbers}", "11 Aufgaben abbrechen?")
    await ada.presses(asked, "11 abbrechen", then="Abgebrochen: 11 Aufgaben.")
    asked = await ada.does(f"reopen {numbers}", "geöffnet")
    asked = await ada.does(f"snooze {numbers} 2h", "an 11 Aufgaben erinnern?")
    assert any(each.startswith("11 ") for each in labels(asked))
