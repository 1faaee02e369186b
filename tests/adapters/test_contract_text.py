"""What every platform must keep: text is text, whatever it says and however long it is."""

from __future__ import annotations

import pytest

from core.chat import Audience, Reply
from tests.adapters.contract import DONE, TELEGRAM, Desk
from tests.adapters.hostile_text import FIELDS, HOSTILE, inert, largest, reply_of


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{len(each)}-{each[:8]!a}" for each in HOSTILE])
async def test_hostile_text_arrives_inert_in_every_field(desk: Desk, text: str) -> None:
    desk.all_started()
    for name in FIELDS:
        reply = reply_of({name: text})
        sent = await desk.platform.send(desk.place.private_address, reply)
        await desk.platform.send(desk.place.private_address, reply, edit=sent.message)
    await desk.platform.send(desk.place.group_address, reply_of({name: text for name in FIELDS}))
    for message in [*desk.shown(), *desk.shown(desk.place.group)]:
        assert inert(desk.place.name, message.sent) == []


async def test_without_escaping_the_same_check_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.all_started()
    monkeypatch.setattr("adapters.telegram.render.escape", lambda text: text)
    monkeypatch.setattr("adapters.slack.render.escape", lambda text, limit: text[:limit])
    text = "<i>hello</i>" if desk.place is TELEGRAM else "<!channel>"
    await desk.platform.send(desk.place.private_address, reply_of({"text": text}))
    assert inert(desk.place.name, desk.shown()[0].sent) != []


async def test_ordinary_text_is_not_mangled(desk: Desk) -> None:
    said = "if a<b && c>d: *x* _y_ `z` ~w~ <b>bold</b> 100 % \U0001f95b"
    card = await desk.asks(Reply(text=said, title=said, audience=Audience.HERE))
    assert card.text.count(said) == 2


async def test_a_reply_at_the_limits_is_split_or_cut_and_never_fails(desk: Desk) -> None:
    desk.all_started()
    for reply in largest():
        sent = await desk.platform.send(desk.place.private_address, reply)
        assert sent.message
        await desk.platform.send(desk.place.private_address, reply, edit=sent.message)
        await desk.asks(reply)


async def test_long_text_is_split_without_a_loss(desk: Desk) -> None:
    words = " ".join(f"word{number}" for number in range(900))
    desk.all_started()
    await desk.platform.send(desk.place.private_address, Reply(text=words, buttons=((DONE,),)))
    shown = desk.shown()
    assert "".join("".join(each.text for each in shown).split()) == "".join(words.split())
    assert [bool(each.buttons) for each in shown] == [False] * (len(shown) - 1) + [True]
