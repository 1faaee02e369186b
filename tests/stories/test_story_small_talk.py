"""What is said to be kind is answered kindly, and is no task but for who wants one."""

from __future__ import annotations

import pytest

from bot.small_talk import Talk, small_talk
from tests.service_kit import Town
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_thanks_are_no_task(ada: Somebody) -> None:
    for said, answer in (
        ("thanks!", "You are welcome. I made no task of it."),
        ("ok", "All right."),
        ("Bye", "See you."),
        ("yes", "If that answers a question of mine, please press its button."),
        ("Hi!", "Good to see you again."),
        ("what can you do?", "The rest, most used first"),
    ):
        await ada.writes(said, answer)
    await ada.does("list", "No open tasks.")


async def test_thanks_can_be_a_task_all_the_same(ada: Somebody) -> None:
    kind = await ada.writes("Thank you", "You are welcome.")
    await ada.presses(kind, "Add it as a task", then="#1 Thank you")
    await ada.does("add thanks!", "#2 thanks!")
    await ada.does("edit", "Which one should change?")


async def test_what_answers_a_question_or_a_card_is_not_small_talk(ada: Somebody) -> None:
    if ada.platform == "telegram":
        await ada.does("add", "What should be done?")
        card = await ada.writes("ok", "#1 ok")
    else:
        card = await ada.does("add ok", "#1 ok")
    await ada.says("thanks!", reply_to=card.id)
    await ada.hears("Noted: #1 ok" if ada.platform == "telegram" else "Noted")


async def test_thanks_in_a_group_are_answered_to_whoever_said_them(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    await ada.writes("Buy milk", "#1 Buy milk")
    by_name = "/task thanks" if ada.platform == "slack" else "@fluxbot thanks"
    await ada.says(by_name, room)
    await ada.until(lambda: ada.count("You are welcome.") or ada.count("You are welcome.", room))
    assert not ben.count("You are welcome.", room)


async def test_thanks_below_a_groups_card_are_no_note(town: Town) -> None:
    ada = newcomer(town, "telegram")
    room = group_of(town, ada)
    await ada.does("start", "Hello")
    await ada.says("/add@fluxbot Windows", room)
    card = await ada.hears("Windows", room)
    await ada.says("Thanks!", room, reply_to=card.id)
    await ada.says("the big ones first", room, reply_to=card.id)  # the control
    await ada.until(lambda: "1 note" in words(card))
    shown = await ada.does("notes 1", "the big ones first")
    assert "Thanks!" not in words(shown)


async def test_in_german(ada: Somebody) -> None:
    await ada.does("language de", "Gespeichert.")
    kind = await ada.writes("Vielen Dank!", "Gern geschehen.")
    assert "Ich habe keine Aufgabe daraus gemacht." in words(kind)
    await ada.presses(kind, "Als Aufgabe hinzufügen", then="#1 Vielen Dank!")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Ok, thanks 👍🏽", Talk.THANKS),
        ("Grüß dich", Talk.GREETING),
        ("❤️", Talk.FINE),
        ("??", Talk.LOST),
        ("nein danke", Talk.THANKS),
        ("Thank Ben", None),
        ("Thank you card for Ben", None),
        ("ok, I call Ben", None),
        ("Super glue", None),
        ("thanks\nmilk", None),
        ("🥛", None),
        ("sehr", None),
        ("", None),
    ],
)
async def test_only_what_is_small_talk_as_a_whole_is(said: str, meant: Talk | None) -> None:
    assert small_talk(said) is meant
