"""The stand-in for Slack, over sockets, with slack_sdk against it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox import Sandbox, World, serve

ADA, CLEO, HERS, GENERAL = "sl-ada", "sl-cleo", "slack:D0ADA", "slack:C0GENERAL"
SECRET = "signing-secret"
Answer = Callable[[dict], Awaitable[web.Response] | web.Response]


@dataclass
class App:
    """An app behind the request URL: checks signatures, keeps what came, answers as told."""

    answer: Answer = lambda _: web.Response()
    got: list[dict] = field(default_factory=list)
    retries: list[tuple[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers))
        if request.content_type == "application/json":
            payload = json.loads(body)
        else:
            payload = dict(parse_qsl(body.decode(), keep_blank_values=True))
            payload = json.loads(payload["payload"]) if "payload" in payload else payload
        self.got.append(payload)
        headers = (request.headers.get(f"x-slack-retry-{name}", "") for name in ("num", "reason"))
        self.retries.append(tuple(headers))
        result = self.answer(payload)
        return await result if isinstance(result, Awaitable) else result

    @asynccontextmanager
    async def listen(self, port: int = 0) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/slack/events", self.take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def slack(app: App | None = None) -> AsyncIterator[tuple[Sandbox, AsyncWebClient, App]]:
    sandbox = Sandbox(
        World.demo(), telegram_token="1:t", slack_bot_token="xoxb-1",
        slack_signing_secret=SECRET, slack_app_token="xapp-1",
    )  # fmt: skip
    app = app or App()
    sandbox.slack.echo = False
    async with (
        app.listen() as url,
        serve(sandbox, slack_request_url=url) as served,
        aiohttp.ClientSession() as session,
    ):
        client = AsyncWebClient("xoxb-1", base_url=served.slack_base_url, session=session)
        client.retry_handlers.clear()
        yield sandbox, client, app


async def error_of(call: Awaitable[object]) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


async def test_a_slash_command_and_its_answer():
    app = App(lambda _: web.json_response({"text": "Added *Milk*"}))
    async with slack(app) as (sandbox, _, _):
        shown = await sandbox.say(ADA, GENERAL, "/task add <Milk> @cleo #general")
        assert (shown.text, shown.message.ephemeral_for) == ("Added Milk", ADA)
        assert sandbox.world.messages(GENERAL, CLEO) == []
        [got] = app.got
        assert got["text"] == "add &lt;Milk&gt; <@U0CLEO|cleo> <#C0GENERAL|general>"
        assert (got["command"], got["user_id"], got["team_id"]) == ("/task", "U0ADA", "T0ACME")
        again = await sandbox.say(ADA, GENERAL, "", again=shown.id)
        assert app.got[1] == got
        assert again.id == shown.id
        assert "not a valid command" in (await sandbox.say(ADA, HERS, "/nothing")).error


async def test_a_command_without_an_answer_in_three_seconds_fails_and_is_not_sent_again():
    async def hang(_: dict) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    async with slack(App(hang)) as (sandbox, _, app):
        assert sandbox.slack.delivery.ack_within == 3.0
        sandbox.slack.delivery.ack_within = 0.2
        shown = await sandbox.say(ADA, HERS, "/task list")
        assert shown.error == '/task failed with the error "operation_timeout"'
        app.answer = lambda _: web.Response(status=500)
        assert "http_service_error" in (await sandbox.say(ADA, HERS, "/task list")).error
        sandbox.slack.delivery.url = "http://127.0.0.1:9/none"
        assert "dispatch_failed" in (await sandbox.say(ADA, HERS, "/task list")).error
        assert len(app.got) == 2


async def test_a_button_that_is_there_no_more_cannot_be_pressed():
    async with slack() as (sandbox, client, _):
        sent = await client.chat_postMessage(channel="D0ADA", text="Once", blocks=[])
        with pytest.raises(LookupError, match="not there any more"):
            await sandbox.press(ADA, HERS, sent["ts"], {"block_id": "b", "action_id": "a"})


async def test_messages_that_the_bot_hears():
    async with slack() as (sandbox, _, app):
        await sandbox.say(ADA, GENERAL, "hello @cleo")
        await sandbox.say(ADA, GENERAL, "@fluxbot list & more")
        await sandbox.say(CLEO, "slack:D0CLEO", "Buy milk")
        await sandbox.settled()
        events = {each["event"]["type"]: each for each in app.got}
        assert len(app.got) == 2
        assert events["app_mention"]["event"]["text"] == "<@U0FLUXBOT> list &amp; more"
        assert events["message"]["event"]["channel_type"] == "im"
        assert events["message"]["event"]["user"] == "U0CLEO"
        assert sandbox.slack.delivery.acknowledged == {each["event_id"] for each in app.got}


async def test_an_event_is_sent_again_three_times_with_its_id_then_lost():
    async with slack(App(lambda _: web.Response(status=500))) as (sandbox, _, app):
        sandbox.slack.delivery.retry_unit = 0.001
        shown = await sandbox.say(ADA, HERS, "Buy milk")
        await sandbox.settled()
        assert [each["event_id"] for each in app.got] == [shown.id] * 4
        assert app.retries == [("", ""), *((str(number), "http_error") for number in (1, 2, 3))]
        assert sandbox.slack.delivery.lost == {shown.id}
        app.answer = lambda _: web.Response(status=500, headers={"x-slack-no-retry": "1"})
        await sandbox.say(ADA, HERS, "Buy milk")
        await sandbox.settled()
        assert len(app.got) == 5
        app.answer = lambda _: web.Response()
        await sandbox.say(ADA, HERS, "", again=shown.id)
        await sandbox.settled()
        assert app.got[-1]["event_id"] == shown.id


async def test_a_bot_hears_itself_in_direct_messages():
    async with slack() as (sandbox, client, app):
        sandbox.slack.echo = True
        sent = await client.chat_postMessage(channel="U0ADA", text="hi")
        await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="hello")
        await sandbox.settled()
        posted, changed = (each["event"] for each in app.got)
        assert posted["bot_id"] == "B0FLUXBOT"
        assert changed["subtype"] == "message_changed"


async def test_socket_mode_carries_everything_in_place_of_the_request_url():
    async with slack() as (sandbox, client, app):
        seen: list[str] = []

        async def take(socket: SocketModeClient, request) -> None:  # slack_sdk's
            seen.append(request.type)
            body = {"text": "hi"} if request.type == "slash_commands" else None
            await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, body))

        socket = SocketModeClient("xapp-1", web_client=client)
        socket.socket_mode_request_listeners.append(take)
        await socket.connect()
        assert (await sandbox.say(ADA, HERS, "/task list")).text == "hi"
        await sandbox.say(ADA, HERS, "Buy milk")
        await sandbox.settled()
        assert seen == ["slash_commands", "events_api"]
        await socket.close()
        assert app.got == []
        while sandbox.slack.delivery.sockets.connected:  # noqa: ASYNC110  # the peer says so
            await asyncio.sleep(0.01)
        await sandbox.say(ADA, HERS, "/task list")
        assert len(app.got) == 1
