"""A file goes with a message on either platform, whole, or is refused with its reason."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from core.chat import Audience, Document, Reply
from core.errors import ChatGone, RetryLater, Unsendable
from tests.adapters.contract import Desk

NAME = 'x "y" \u00e9 \u202e<b>.csv'


def with_file(content: bytes, text: str = "Here <b>it</b> is & more.", name: str = NAME) -> Reply:
    return Reply(text=text, document=Document(name, content), audience=Audience.HERE)


def shown(desk: Desk) -> tuple[str, str, bytes]:
    """Words, name and content of the newest message."""
    message = desk.sandbox.world.messages(desk.place.private)[-1]
    block = next(each for each in message.blocks if each["kind"] == "file")
    kept = desk.sandbox.world.files.get(block["file"])
    assert kept is not None
    return message.text.strip(), kept.name, kept.content


@pytest.fixture(autouse=True)
async def _started(desk: Desk) -> None:
    await desk.say("hello")


@pytest.mark.parametrize("size", [1, 70_000, 6_000_000])
async def test_a_file_arrives_whole(desk: Desk, size: int) -> None:
    content = os.urandom(size)
    sent = await desk.platform.send(desk.place.private_address, with_file(content, name="a.zip"))
    assert sent.address.chat == desk.place.private_address.chat
    assert shown(desk) == ("Here <b>it</b> is & more.", "a.zip", content)


async def test_a_hostile_name_stays_a_name(desk: Desk) -> None:
    await desk.platform.send(desk.place.private_address, with_file(b"x"))
    assert shown(desk)[1].endswith(".csv")


async def test_long_words_beside_it_are_cut(desk: Desk) -> None:
    await desk.platform.send(desk.place.private_address, with_file(b"x", "\U0001f95b" * 3000))
    assert shown(desk)[0].startswith("\U0001f95b" * 100)


async def test_a_chat_that_is_gone_is_said_so(desk: Desk) -> None:
    nowhere = replace(desk.place.private_address, chat="9999")
    with pytest.raises(ChatGone):
        await desk.platform.send(nowhere, with_file(b"x"))


async def test_a_file_that_did_not_arrive_was_not_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.place.name != "slack":
        return  # Telegram takes it in one request: there is no between

    monkeypatch.setattr(type(desk.sandbox.slack.uploads), "get", lambda *_: None)
    before = len(desk.sandbox.world.messages(desk.place.private))
    with pytest.raises(RetryLater):
        await desk.platform.send(desk.place.private_address, with_file(b"x"))
    assert len(desk.sandbox.world.messages(desk.place.private)) == before


async def test_what_telegram_does_not_take_is_not_tried(desk: Desk) -> None:
    if desk.place.name == "telegram":
        with pytest.raises(Unsendable, match="50 MB"):
            await desk.platform.send(desk.place.private_address, with_file(bytes(50_000_001)))


async def test_slack_is_sent_no_bytes_elsewhere(desk: Desk) -> None:
    if desk.place.name == "slack":
        desk.sandbox.slack.base_url = "http://evil.example/slack"
        with pytest.raises(Unsendable, match="foreign_upload_url"):
            await desk.platform.send(desk.place.private_address, with_file(b"x"))
