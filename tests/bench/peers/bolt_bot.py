"""Slack's Bolt as its documentation shows it: acknowledge, work, say; with the ORM store."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from common import given, serve
from orm import Tasks
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    options = given()
    tasks = Tasks(options.db)
    client = AsyncWebClient(options.token, base_url=f"{options.api}/api/")
    bolt = AsyncApp(client=client, signing_secret=options.secret)

    @bolt.command("/task")
    async def task(ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        user, title = command["user_id"], command["text"].partition(" ")[2]
        text = await tasks.add(command["trigger_id"], user, user, title)
        if text:
            await client.chat_postMessage(channel=user, text=text)

    async def handle(request: web.Request) -> web.Response:
        answer = await bolt.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    await serve(app, options.port)


if __name__ == "__main__":
    asyncio.run(main())
