"""What a platform refuses is forgotten once it is told: an error that a variable of its own
traceback holds stays until Python's next full collection, with all that the answer was made of."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram.error import TelegramError

from adapters.slack.api import SlackApi
from adapters.telegram import faults, sending
from bot import conversation
from core.addresses import Address
from core.errors import ChatGone, DeliveryError
from tests.hostile_kit import house
from tests.ports import free_port
from tests.service_kit import SLACK_TOKEN

STRANGER = 1001
"""Somebody who never pressed Start: no bot may write to them."""


@pytest.fixture(autouse=True)
def uncollected() -> Iterator[None]:
    """No collection while it is counted."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def errors() -> int:
    return sum(isinstance(each, DeliveryError | TelegramError) for each in gc.get_objects())


async def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of an answer that Telegram refuses. A log record has the error, so none is made."""
    told: list[None] = []
    later = conversation.later
    monkeypatch.setattr(conversation.log, "disabled", True)
    monkeypatch.setattr(conversation, "later", lambda *a, **of: told.append(later(*a, **of)))
    person = {"id": STRANGER, "is_bot": False, "first_name": "Ada"}
    chat = {"id": STRANGER, "type": "private", "first_name": "Ada"}
    said = {"message_id": 7, "date": int(time.time()), "from": person, "chat": chat, "text": "Milk"}
    async with house(tmp_path, free_port()) as here:
        before = errors()
        assert await here.update({"update_id": 1, "message": said}) == (200, "")
        await here.town.until(lambda: told)
        with suppress(AssertionError):
            await here.town.until(lambda: errors() <= before, 2)
        return errors() - before


async def test_of_a_refused_answer_no_error_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await kept(tmp_path, monkeypatch) == 0


async def test_with_its_traceback_it_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""

    def traced(error: TelegramError, address: Address) -> DeliveryError:
        back = error.__traceback__
        meant = faults.delivery_error(error, address)
        error.__traceback__ = back
        return meant

    monkeypatch.setattr(sending, "delivery_error", traced)
    assert await kept(tmp_path, monkeypatch) > 0


class Holder(SlackApi):
    """Has what was refused in a variable of the frame that it is raised from."""

    async def _call(self, *sent: Any) -> dict[str, Any]:
        try:
            return await super()._call(*sent)
        except DeliveryError as error:
            refused = error
        raise refused


@pytest.mark.parametrize(("kind", "stay"), [(SlackApi, False), (Holder, True)])
async def test_of_what_slack_refuses_none_stays(kind: type[SlackApi], *, stay: bool) -> None:
    """And the control."""

    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error": "channel_not_found"})

    app = web.Application()
    app.add_routes([web.post("/api/{method}", refuse)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession() as session:
            at = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
            api, before = kind(SLACK_TOKEN, at, session), errors()
            for _ in range(3):
                try:
                    await api.call("chat.postMessage", channel="C1")
                except ChatGone:
                    continue
            assert (errors() > before) == stay
    finally:
        await runner.cleanup()
