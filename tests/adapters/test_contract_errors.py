"""What every platform must keep: its errors by the names of `core.errors`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.sandbox.limits import Limits, Window
from core.chat import Audience, Reply
from core.errors import (
    Ambiguous,
    ChatGone,
    DeliveryError,
    MessageGone,
    RetryLater,
    TokenRevoked,
    Unsendable,
)
from core.ports import ChatPlatform
from tests.adapters.contract import CARD, TELEGRAM, Desk, desk_for, slack_at, telegram_at


async def error_of(desk: Desk, chat: str = "", edit: str = "") -> DeliveryError:
    where = desk.place.private_address if not chat else desk.place.group_address
    with pytest.raises(DeliveryError) as caught:
        await desk.platform.send(where, CARD, edit=edit)
    return caught.value


async def test_a_chat_that_cannot_be_written_to_is_gone(desk: Desk) -> None:
    desk.sandbox.world.chats[desk.place.group].with_bot = False
    assert isinstance(await error_of(desk, desk.place.group), ChatGone)
    del desk.sandbox.world.chats[desk.place.group]
    assert isinstance(await error_of(desk, desk.place.group), ChatGone)


async def test_a_person_who_blocked_the_bot_is_gone() -> None:
    async with desk_for(TELEGRAM) as desk:
        await desk.type("start")
        desk.sandbox.block("tg-ada")
        assert isinstance(await error_of(desk), ChatGone)


async def test_a_429_says_when(desk: Desk) -> None:
    desk.all_started()
    side = desk.sandbox.telegram if desk.place is TELEGRAM else desk.sandbox.slack
    side.limits = Limits([], lambda _group: [Window(1, 6.5)])
    await desk.platform.send(desk.place.private_address, CARD)
    error = await error_of(desk)
    assert isinstance(error, RetryLater)
    assert error.seconds == 7


async def test_a_message_that_is_gone_cannot_be_edited(desk: Desk) -> None:
    desk.all_started()
    sent = await desk.platform.send(desk.place.private_address, CARD)
    desk.sandbox.world.delete(desk.shown()[0])
    assert isinstance(await error_of(desk, edit=sent.message), MessageGone)
    assert isinstance(await error_of(desk, edit="no such name"), MessageGone)


async def test_a_press_on_a_message_that_is_gone_is_answered_anew(desk: Desk) -> None:
    card = await desk.asks(CARD)

    def delete_first(_: object) -> Reply:
        desk.sandbox.world.delete(card)
        return Reply(text="Done.", audience=Audience.HERE)

    desk.says = delete_first
    await desk.press(card, "Done")
    assert "Done." in desk.shown()[-1].text


@asynccontextmanager
async def answering(answer: Callable[[web.Request], web.Response]) -> AsyncIterator[str]:
    """A server that answers every call the same; its URL."""

    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return answer(request)

    app = web.Application()
    app.add_routes([web.route("*", "/{any:.*}", handle)])
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def refuse(request: web.Request) -> web.Response:
    if "/bot" in request.path:
        bad = {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}
        return web.json_response(bad, status=400)
    return web.json_response({"ok": False, "error": "invalid_blocks"})


def stranger(desk: Desk, base_url: str, session: aiohttp.ClientSession) -> ChatPlatform:
    """The adapter with a token that the platform does not know."""
    if desk.place is TELEGRAM:
        return telegram_at(base_url, session, desk.receive, "1234567891:" + "u" * 35)
    return slack_at(base_url, session, desk.receive, "xoxb-" + "9" * 32)


async def test_a_token_that_is_not_known_is_revoked(desk: Desk) -> None:
    base = str(desk.sandbox.slack.base_url).removesuffix("/slack")
    url = f"{base}/telegram" if desk.place is TELEGRAM else f"{base}/slack/api/"
    async with aiohttp.ClientSession() as session:
        platform = stranger(desk, url, session)
        with pytest.raises(TokenRevoked) as caught:
            await platform.send(desk.place.private_address, CARD)
    assert "u" * 35 not in repr(caught.value)
    assert "9" * 32 not in repr(caught.value)


async def test_a_platform_that_is_down_took_nothing(desk: Desk, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    base = url if desk.place is TELEGRAM else f"{url}/api/"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RetryLater):
            await stranger(desk, base, session).send(desk.place.private_address, CARD)


async def test_a_connection_that_breaks_after_the_request_is_ambiguous(desk: Desk) -> None:
    async with answering(hang_up) as url, aiohttp.ClientSession() as session:
        base = url if desk.place is TELEGRAM else f"{url}/api/"
        with pytest.raises(Ambiguous):
            await stranger(desk, base, session).send(desk.place.private_address, CARD)


async def test_a_refusal_for_what_it_is_is_final(desk: Desk) -> None:
    async with answering(refuse) as url, aiohttp.ClientSession() as session:
        base = url if desk.place is TELEGRAM else f"{url}/api/"
        with pytest.raises(Unsendable):
            await stranger(desk, base, session).send(desk.place.private_address, CARD)
