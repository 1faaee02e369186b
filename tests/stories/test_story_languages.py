"""Everybody is spoken to in their own language, whoever caused it."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def german(somebody: Somebody) -> None:
    """They ask for German, and are answered in it."""
    await somebody.does("start", "Hello")
    said = await somebody.does("language de", "Gespeichert.")
    assert "Sprache: Deutsch" in words(said)


async def test_add_list_and_complete_in_german_beside_somebody_english(
    ada: Somebody, ben: Somebody
) -> None:
    await german(ada)
    await ben.does("start", "Hello")
    card = await ada.does(f"add Milch kaufen !high @{ben.handle} morgen 17 Uhr", "Hinzugefügt: ")
    assert f"angeboten: @{ben.name}" in words(card)
    assert "hoch" in words(card)
    assert "Erledigt" in labels(card)
    got = await ben.hears("assigned a task to you. Do you take it?")
    assert "high" in words(got)
    await ben.presses(got, "Accept", then="accepted by you")
    await ada.hears(f"{ben.name} hat die Aufgabe angenommen: Milch kaufen")
    await ada.until(lambda: f"angenommen von @{ben.name}" in words(card))
    listed = await ada.does("list", "Offene Aufgaben 1-1 von 1")
    assert "morgen 17:00" in words(listed)
    await ben.presses(got, "Done", then="Done by")
    await ada.hears(f"{ben.name} hat die Aufgabe erledigt: Milch kaufen")
    await ada.until(lambda: f"Erledigt von {ben.name}" in words(card))
    await ada.writes("Brot kaufen", "Hinzugefügt: ")
    await ada.does("done 2", "Erledigt von")
    await ada.does("done 99", "Ich finde keine Aufgabe #99.")


async def test_a_language_is_the_accounts_in_all_its_chats(town: Town) -> None:
    here, there = newcomer(town, "telegram"), newcomer(town, "slack")
    await link(here, there)
    await here.does("language de", "Gespeichert.")
    await there.does("add Milch kaufen", "Hinzugefügt: ")
    await there.does("done 1", "Erledigt von")
    await here.does("language en", "Saved.")
    await there.does("list", "No open tasks.")


async def test_the_language_is_chosen_from_those_there_are(ada: Somebody) -> None:
    await ada.does("start", "Hello")
    asked = await ada.does("language", "Which language shall I speak? Now: English")
    await ada.presses(asked, "Deutsch", then="Gespeichert.")


async def test_a_language_of_nobody_is_answered_in_english(ada: Somebody) -> None:
    await ada.does("language fr-CA", "Saved.")
    await ada.does("language <!here>", "as a language")


async def test_telegram_says_what_somebody_speaks(town: Town) -> None:
    cleo = newcomer(town, "telegram", "Cleo", language="de-at")
    await cleo.writes("Milch kaufen", "Hallo Cleo, schön, dich kennenzulernen.")


async def test_slack_says_what_somebody_speaks_when_it_is_asked(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", full="Cleo Patra", language="de")
    await cleo.does("start", "Hello")  # a command has no language with it
    for _ in range(100):
        await asyncio.sleep(0.05)
        await cleo.does("whoami", "leo")
        if any("Du bist Cleo Patra" in words(each) for each in cleo.seen()):
            return
    raise AssertionError("the profile was not asked")


async def test_in_a_group_each_is_answered_in_their_language(ada: Somebody, ben: Somebody) -> None:
    await german(ada)
    await ben.does("start", "Hello")
    room = group_of(ada.town, ada, ben)
    await ada.does("add Blumen gießen", "Blumen gießen", room)
    await ben.does("add Water the roses", "Water the roses", room)
    german_card = await ada.hears("Blumen gießen", room)
    assert "Übernehmen" in labels(german_card)
    assert "Claim" in labels(await ben.hears("Water the roses", room))


async def test_what_was_asked_can_be_answered_in_german_words(ada: Somebody) -> None:
    await german(ada)
    await ada.does("add Milch kaufen morgen 17 Uhr", "Hinzugefügt: ")
    said = await ada.does("assign 1 ich", "@")
    assert f"@{ada.name}" in words(said)
    await ada.does("list heute", "Nichts passt zu")
    await ada.does("list offen", "Offene Aufgaben 1-1 von 1")
    await ada.does("assign 1 niemand", "Niemandem zugewiesen.")
    await ada.does("remind 1 aus", "Keine Erinnerung, wenn sie fällig ist.")
    await ada.does("due 1 kein datum", "Kein Datum mehr.")
    await ada.does("due 1 freitag 9 Uhr", "Datum gesetzt.")
