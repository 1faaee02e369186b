"""What every platform must keep, tried on each through its real adapter (`house.md` section 7)."""

from __future__ import annotations

from dataclasses import replace

from core.chat import Audience, Button, Kind, Menu, Reply
from tests.adapters.contract import CARD, DONE, SLACK, TELEGRAM, Desk


async def test_a_typed_command_arrives_as_its_line(desk: Desk) -> None:
    await desk.type("done 3")
    [inbound] = desk.inbound
    assert (inbound.line, inbound.kind) == ("done 3", desk.place.typed)
    assert inbound.address == desk.place.private_address
    assert (inbound.sender.platform, inbound.message) == (desk.place.name, "")


async def test_a_command_in_a_group_comes_from_the_group(desk: Desk) -> None:
    desk.all_started()
    await desk.type("add Buy milk", chat=desk.place.group)
    [inbound] = desk.inbound
    assert inbound.line == "add Buy milk"
    assert inbound.address.chat == desk.place.group_address.chat
    assert not inbound.address.private


async def test_what_is_said_to_the_bot_by_its_name_is_addressed(desk: Desk) -> None:
    desk.all_started()
    await desk.say("@fluxbot Buy milk", chat=desk.place.group)
    [inbound] = desk.inbound
    assert (inbound.kind, inbound.line) == (Kind.ADDRESSED, "Buy milk")


async def test_plain_text_in_private_is_text_and_in_a_group_none_of_our_business(
    desk: Desk,
) -> None:
    await desk.say("Buy milk\nand bread")
    await desk.say("Buy milk", chat=desk.place.group)
    assert [(each.kind, each.line) for each in desk.inbound] == [(Kind.TEXT, "Buy milk\nand bread")]


async def test_a_mention_arrives_as_its_person(desk: Desk) -> None:
    desk.all_started()
    handle = desk.place.other.partition("-")[2]
    await desk.type(f"assign 3 @{handle}", chat=desk.place.group)
    [inbound] = desk.inbound
    assert inbound.line == f"assign 3 @{handle}"
    if desk.place is SLACK:  # Telegram's @names are resolved by the core, from who wrote before
        assert inbound.people[f"@{handle}"].user_id == "U0CLEO"


async def test_a_pressed_button_arrives_as_its_line_with_its_message(desk: Desk) -> None:
    card = await desk.asks(CARD)
    await desk.press(card, "Done")
    pressed = desk.inbound[-1]
    assert (pressed.kind, pressed.line) == (Kind.PRESS, DONE.line)
    assert desk.sent[0] is not None
    assert pressed.message == desk.sent[0].message
    assert pressed.address == desk.inbound[0].address


async def test_a_menu_is_a_button_or_has_options_which_arrive_as_their_lines(desk: Desk) -> None:
    later = Button("Tomorrow", "due t:9k3f7q2m rev:17 tomorrow")
    edit = Button("Edit", "edit t:9k3f7q2m rev:17")
    due = Menu("Due", "due t:9k3f7q2m rev:17", options=(later,))
    more = Menu("More", "more t:9k3f7q2m rev:17", options=(edit,), beside=True)
    card = await desk.asks(replace(CARD, buttons=((DONE, due, edit), (more,))))
    menus = desk.place is SLACK
    shown = ["Done", "Tomorrow", "More", "Edit"] if menus else ["Done", "Due", "Edit", "More"]
    assert [each["label"] for row in card.buttons for each in row] == shown
    for button in (later if menus else due, edit, more):
        card = await desk.asks(replace(CARD, buttons=((DONE, due, edit), (more,))))
        await desk.press(card, button.label)
        assert (desk.inbound[-1].kind, desk.inbound[-1].line) == (Kind.PRESS, button.line)
        assert desk.inbound[-1].message


async def test_a_redelivery_has_the_same_key_and_another_message_never(desk: Desk) -> None:
    first = await desk.type("done 3")
    await desk.type("done 3", again=first.id)
    await desk.type("done 3")
    card = await desk.asks(CARD)
    pressed = await desk.press(card, "Done")
    await desk.press(card, "Done", again=pressed.id)
    await desk.press(card, "Done")
    keys = [each.key for each in desk.inbound]
    assert keys[0] == keys[1]
    assert keys[4] == keys[5]
    assert len(set(keys)) == len(keys) - 2


# -- out -----------------------------------------------------------------------------------------


async def test_a_press_edits_the_message_unless_the_answer_is_fresh(desk: Desk) -> None:
    card = await desk.asks(CARD)
    desk.says = lambda _: Reply(title="Buy milk", struck=True, audience=Audience.HERE)
    await desk.press(card, "Done")
    [edited] = desk.shown()
    assert (edited.id, edited.edited, edited.buttons) == (card.id, 1, [])

    card = await desk.asks(CARD)
    desk.says = lambda _: Reply(text="By the way.", audience=Audience.HERE, fresh=True)
    await desk.press(card, "Done")
    assert "By the way." in desk.shown()[-1].text
    assert "Buy milk" in desk.shown()[-2].text


async def test_an_edit_that_changes_nothing_succeeds(desk: Desk) -> None:
    card = await desk.asks(CARD)
    desk.says = lambda _: CARD
    await desk.press(card, "Done")
    assert [each.text for each in desk.shown()] == [card.text]


async def test_a_toast_alone_changes_no_message_and_reaches_who_pressed(desk: Desk) -> None:
    card = await desk.asks(CARD, chat=desk.place.group)
    desk.says = lambda _: Reply(toast="Already done.")
    shown = await desk.press(card, "Done")
    seen = [shown.text, *(each.text for each in desk.shown(desk.place.group)[1:])]
    assert "Already done." in seen
    assert card.edited == 0
    assert all("Already" not in each.text for each in desk.shown(card.chat, to=desk.place.other))


async def test_a_private_answer_in_a_group_reaches_that_person_only(desk: Desk) -> None:
    desk.all_started()
    desk.says = lambda _: Reply(text="Your secret list")
    await desk.type("list", chat=desk.place.group)
    mine = desk.shown(desk.place.group) + desk.shown()
    assert any("Your secret list" in each.text for each in mine)
    theirs = desk.shown(desk.place.group, to=desk.place.other)
    theirs += desk.shown(desk.place.others, to=desk.place.other)
    assert not any("secret" in each.text for each in theirs)

    card = await desk.asks(CARD, chat=desk.place.group)
    desk.says = lambda _: Reply(text="Your secret list")
    await desk.press(card, "Done")
    assert card.edited == 0
    assert not any(
        "secret" in each.text for each in desk.shown(desk.place.group, to=desk.place.other)
    )


async def test_what_is_sent_on_our_own_account_arrives_edits_and_replies(desk: Desk) -> None:
    desk.all_started()
    where = desk.place.private_address
    first = await desk.platform.send(where, CARD)
    again = await desk.platform.send(where, Reply(title="Buy oat milk"), edit=first.message)
    assert again.message == first.message
    quiet = Reply(text="You completed it.", silent=True)
    await desk.platform.send(where, quiet, reply_to=first.message)
    card, note = desk.shown()
    assert (card.edited, note.reply_to) == (1, card.id)
    if desk.place is TELEGRAM:  # Slack has no sound to leave out
        assert note.silent
    desk.sandbox.world.delete(card)
    await desk.platform.send(where, quiet, reply_to=first.message)
    assert len(desk.shown()) == 2
