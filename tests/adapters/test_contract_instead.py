"""A reply that takes the place of a pressed message by deleting it (`Reply.instead`)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.sandbox import slack_methods, telegram_methods
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.telegram_api import bad_request
from core.chat import Audience, Reply
from core.errors import DeliveryError
from tests.adapters.contract import CARD, SLACK, Desk

OLD, NEW = "Buy milk", "Here is another one."
ANEW = Reply(text=NEW, audience=Audience.HERE, instead="I wrote below.")


async def pressed(desk: Desk, reply: Reply, chat: str = "") -> list[str]:
    """What stands in the chat once a card's button was answered with this."""
    card = await desk.asks(CARD, chat=chat)
    desk.says = lambda _: reply
    await desk.press(card, "Done")
    return [each.text for each in desk.shown(chat)]


def refuses(desk: Desk, patch: pytest.MonkeyPatch, *methods: int) -> None:
    """The platform refuses these: 0 deletes a message, 1 edits one, 2 sends one."""
    slack = desk.place is SLACK
    module, names = (slack_methods, ("chat.delete", "chat.update", "chat.postMessage"))
    if not slack:
        module, names = telegram_methods, ("deletemessage", "editmessagetext", "sendmessage")  # type: ignore[assignment]  # of one shape

    async def refuse(*_: object) -> bool:
        raise SlackError("cant_delete_message") if slack else bad_request("can't be deleted")

    for each in methods:
        patch.setitem(module.METHODS, names[each], refuse)


def keeps(desk: Desk, patch: pytest.MonkeyPatch, *, edits: bool) -> None:
    """The platform deletes no message; with `edits` it lets one be edited."""
    refuses(desk, patch, *((0,) if edits else (0, 1)))


async def test_the_pressed_message_is_deleted_once_the_new_one_is_there(desk: Desk) -> None:
    assert await pressed(desk, ANEW) == [NEW]
    sent = desk.sent[-1]
    assert sent is not None
    assert sent.message.endswith(desk.shown()[-1].id)


async def test_without_it_the_message_is_edited_in_its_place(desk: Desk) -> None:
    """The control: a message of the same words that deletes nothing."""
    card = await desk.asks(CARD)
    desk.says = lambda _: replace(ANEW, instead="")
    await desk.press(card, "Done")
    [edited] = desk.shown()
    assert (edited.id, edited.text, edited.edited) == (card.id, NEW, 1)


async def test_what_the_platform_keeps_says_that_there_is_a_newer_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps(desk, monkeypatch, edits=True)
    assert await pressed(desk, ANEW) == ["I wrote below.", NEW]
    assert desk.shown()[0].buttons == []


async def test_where_even_that_fails_the_answer_is_there_and_the_old_button_works(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps(desk, monkeypatch, edits=False)
    old, new = await pressed(desk, ANEW)
    assert OLD in old
    assert new == NEW
    await desk.press(desk.shown()[0], "Done")
    assert [each.text for each in desk.shown()][1:] == [NEW, NEW]


async def test_what_others_read_is_left_as_it_is(desk: Desk) -> None:
    desk.all_started()
    old, *_ = await pressed(desk, ANEW, desk.place.group)
    assert OLD in old
    await pressed(desk, replace(ANEW, audience=Audience.PRIVATE), desk.place.group)
    theirs = desk.shown(desk.place.group, to=desk.place.other)
    assert [each.edited for each in theirs if OLD in each.text] == [0, 0]


async def test_on_our_own_account_it_goes_the_same_way(desk: Desk) -> None:
    desk.all_started()
    address = desk.place.private_address
    old = await desk.platform.send(address, Reply(text=OLD))
    await desk.platform.send(address, ANEW, edit=old.message)
    assert [each.text for each in desk.shown()] == [NEW]


async def test_where_the_new_one_cannot_be_sent_the_old_one_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No code is lost by a deletion: what was pressed is there still, and can be pressed again."""
    desk.all_started()
    address = desk.place.private_address
    old = await desk.platform.send(address, Reply(text=OLD))
    with monkeypatch.context() as patch:
        refuses(desk, patch, 2)
        with pytest.raises(DeliveryError):
            await desk.platform.send(address, ANEW, edit=old.message)
    assert [each.text for each in desk.shown()] == [OLD]
    await desk.platform.send(address, ANEW, edit=old.message)  # the control
    assert [each.text for each in desk.shown()] == [NEW]
