"""Socket Mode: Slack's requests over a WebSocket that we open, so that no public URL is needed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.guard import checked

log = logging.getLogger(__name__)

Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]
CONNECT = 10.0
"""Seconds that `start` waits for the first connection; it goes on trying after that."""
DRAIN = 5.0
"""Seconds that `stop` waits for what is under way."""
PING = 5.0
"""Seconds between pings, and before another try to connect."""


class SocketMode:
    """One connection, renewed for as long as it is started.

    An envelope is acknowledged after its commit. What is not kept is not acknowledged: Slack sends
    events again, and tells the person whose command or press it was that the app did not respond.
    """

    def __init__(self, client: AsyncWebClient, dispatch: Dispatch, *, ping: float = PING) -> None:
        self._web = client
        self._dispatch = dispatch
        self._ping = ping
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Connect. Returns when connected, or after `CONNECT` seconds with the tries going on."""
        client = SocketModeClient(
            app_token=self._web.token or "", web_client=self._web, ping_interval=self._ping
        )
        client.proxy = self._web.proxy
        client.socket_mode_request_listeners.append(self._take)
        self._client = client
        self._connecting = asyncio.ensure_future(
            client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        )
        await asyncio.wait({self._connecting}, timeout=CONNECT)

    async def stop(self) -> None:
        """Take nothing more, let what is under way be acknowledged, and disconnect."""
        client, self._client = self._client, None
        if client is None:
            return
        client.socket_mode_request_listeners.clear()
        if self._running:
            await asyncio.wait(self._running, timeout=DRAIN)
        if self._connecting is not None:
            self._connecting.cancel()
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        started = (
            self._connecting,
            client.message_processor,
            client.current_session_monitor,
            client.message_receiver,
        )
        await asyncio.gather(*filter(None, started), return_exceptions=True)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:  # slack_sdk makes one for each message and forgets it
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        try:
            response = await self._dispatch(checked(request.payload))
        except web.HTTPBadRequest:
            response = BoltResponse(status=400)
        if response.status != 200:
            log.warning("A Slack envelope was not acknowledged: status %s", response.status)
            return
        payload = json.loads(response.body) if response.body.startswith("{") else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
