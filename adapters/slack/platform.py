"""Slack as a `ChatPlatform`: takes requests in, answers them, and sends on our own account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
from slack_bolt.response import BoltResponse

from adapters.slack import intake
from adapters.slack.answers import Answers, response_body
from adapters.slack.api import SlackApi, web_client
from adapters.slack.doorway import Doorway, NotCommitted
from adapters.slack.errors import THREAD
from adapters.slack.installation import Installation
from adapters.slack.render import draw
from adapters.slack.routing import Way, way
from adapters.slack.socket import SocketMode
from adapters.slack.ticket import message_ref, split_ref
from core.addresses import Address, Sender
from core.chat import Inbound, Reply, Sent
from core.errors import MessageGone, Unsendable
from core.ports import ChatPlatform, Receive

QUIET = {"unfurl_links": False, "unfurl_media": False}
"""No previews: fetching one would spend a one-time link."""


class SlackPlatform(ChatPlatform):
    """One workspace, by the bot token of one installation.

    `signing_secret` is needed for `webhook.routes`, `app_token` for Socket Mode. `base_url` ends in
    `/api/`. The session is shared and stays the caller's to close. `receive` answers for what came
    in; whoever calls it then hands the reply to `answer`, unless it `rides`.
    """

    name = "slack"

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str | None,
        app_token: str | None,
        base_url: str,
        session: aiohttp.ClientSession,
        receive: Receive,
        command: str = "/task",
    ) -> None:
        self.signing_secret = signing_secret
        self._receive = receive
        self._command = command
        self._installation: Installation | None = None
        self._api = SlackApi(bot_token, base_url, session)
        self._answers = Answers(self._api, self.send, self.identify, command)
        self._doorway = Doorway(self._api.client, self.identify, self._handle)
        self._socket: SocketMode | None = None
        if app_token:
            self._socket = SocketMode(web_client(app_token, base_url, session), self.dispatch)

    async def identify(self) -> Installation:
        """Whose the token is, asked once. Raises `TokenRevoked` for an unknown one."""
        if self._installation is None:
            self._installation = await self._api.identify()
        return self._installation

    async def start(self) -> None:
        """Learn who we are and, with an app token, connect. Raises what `identify` raises."""
        await self.identify()
        if self._socket is not None:
            await self._socket.start()

    async def stop(self) -> None:
        """Take nothing more in, and finish what is under way."""
        if self._socket is not None:
            await self._socket.stop()

    async def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """Take in a genuine payload. Returns after the commit."""
        return await self._doorway.dispatch(payload)

    async def _handle(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        inbound = intake.read(payload, await self.identify())
        if inbound is None:
            return None
        try:
            reply = await self._receive(inbound)
        except Exception as error:
            raise NotCommitted from error
        return response_body(inbound, reply, self._command)

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """As `ChatPlatform.rides`: a fleeting answer to a command, or a modal's next state."""
        return way(inbound, reply) is Way.RIDE

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Nothing to do: Slack's own request was answered after the commit."""

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """As `ChatPlatform.answer`. The trigger of a form lives for 3 seconds."""
        return await self._answers.give(inbound, reply)

    async def person(self, scope: str, user_id: str) -> Sender | None:
        """As the port says: a command has only the handle."""
        return await self._api.person(scope, user_id)

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """As `ChatPlatform.send`. The audience is the chat's, whatever the reply says of it."""
        drawn = draw(reply, self._command)
        if edit:
            return await self._edit(address, drawn, edit)
        thread = split_ref(reply_to)[1] or address.thread
        message = {"channel": address.chat, **drawn, **QUIET}
        try:
            answer = await self._post(message, thread)
        except (MessageGone, Unsendable) as error:
            if not thread or error.reason not in THREAD:
                raise
            answer = await self._post(message, "")
            address = replace(address, thread="")
        channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
        return Sent(address, message_ref(channel, ts))

    async def _post(self, message: dict[str, Any], thread: str) -> dict[str, Any]:
        in_thread = {"thread_ts": thread} if thread else {}
        return await self._api.call("chat.postMessage", **message, **in_thread)

    async def _edit(self, address: Address, drawn: dict[str, Any], ref: str) -> Sent:
        channel, ts = split_ref(ref)
        if not ts:
            raise MessageGone("no message of ours")
        await self._api.call("chat.update", channel=channel, ts=ts, **drawn)
        return Sent(address, ref)
