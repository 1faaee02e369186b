"""What is shown for a moment only, a form or a toast, is not lost where it could not be shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from talking import ADA, GROUP, HOME, Talk, talking

from core.addresses import Address
from core.chat import Inbound, Kind, Reply
from core.errors import Ambiguous, RetryLater, Unsendable
from core.inbox import Inbox

FORM = "I could not open the form in time. Nothing is lost: press the button to open it."
GONE = "I can't find that task any more."


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


async def asks_for_a_form(talk: Talk, where: Address = HOME, message: str = "") -> None:
    kind = Kind.PRESS if message else Kind.COMMAND
    inbound = Inbound("f1", kind, ADA, where, "add", message=message, forms=True, token="q")
    await talk.conversation.receive(inbound)
    await talk.conversation.drain()


@pytest.mark.parametrize(
    "error", [RetryLater(1.0, "429"), Ambiguous("timeout"), Unsendable("expired_trigger_id")]
)
async def test_a_form_that_was_not_opened_leaves_a_button_that_opens_it(
    talk: Talk, error: Exception
) -> None:
    talk.platform.error = error
    await asks_for_a_form(talk, message="7")
    talk.platform.error = None
    assert await talk.given_up() == []
    assert talk.platform.told == [("1", "", FORM)]  # the pressed message stays as it is
    assert [each.line for row in talk.platform.last.buttons for each in row] == ["add"]


async def test_a_form_asked_for_in_a_group_is_offered_in_private(talk: Talk) -> None:
    talk.platform.error = RetryLater(1.0, "429")
    await asks_for_a_form(talk, GROUP)
    talk.platform.error = None
    assert await talk.given_up() == []
    assert talk.platform.told == [("1", "", FORM)]


async def test_a_form_that_was_opened_is_not_offered_again(talk: Talk) -> None:
    """Negative control."""
    await asks_for_a_form(talk)
    talk.clock.advance(seconds=1)
    assert await talk.conversation.sweep(at_start=True) == 0
    assert await talk.given_up() == []
    assert [text for _, _, text in talk.platform.told] == [""]  # the form itself


async def test_a_form_is_offered_by_whoever_comes_after_a_crash(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None: ...

    monkeypatch.setattr(talk.conversation, "_deliver", killed)
    await asks_for_a_form(talk)
    talk.clock.advance(seconds=1)
    assert await talk.conversation.sweep(at_start=True) == 1
    assert await talk.given_up() == []
    assert talk.platform.told == [("1", "", FORM)]


async def test_a_toast_that_was_not_shown_is_said(talk: Talk) -> None:
    talk.platform.error = RetryLater(1.0, "429")
    await talk.says("done t:zzzzzzzz rev:1", message="7")
    talk.platform.error = None
    assert await talk.given_up() == []
    assert talk.platform.told == [("1", "", GONE)]


async def test_a_toast_was_lost_while_it_counted_as_delivered(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(Inbox, "reopen", lambda *_: None)
    talk.platform.error = RetryLater(1.0, "429")
    await talk.says("done t:zzzzzzzz rev:1", message="7")
    talk.platform.error = None
    assert await talk.given_up() == []
    assert talk.platform.told == []


async def test_where_nothing_is_to_be_said_nothing_is_said_later(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch._presentable", lambda *_: Reply())
    talk.platform.error = RetryLater(1.0, "429")
    await talk.says("list", message="7")
    talk.platform.error = None
    assert await talk.given_up() == []
    assert talk.platform.told == []
