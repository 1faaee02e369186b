"""Slack as a `ChatPlatform`: takes requests in, answers them, and sends on our own account."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import aiohttp
from slack_bolt.response import BoltResponse

from adapters.slack import files, intake, people, sending
from adapters.slack.addresses import own_address
from adapters.slack.answers import Answers, response_body
from adapters.slack.api import SlackApi, web_client
from adapters.slack.authors import Authors
from adapters.slack.deactivated import member
from adapters.slack.doorway import Doorway, kept
from adapters.slack.early import Early, Opens
from adapters.slack.ended import is_end
from adapters.slack.entrances import Entrances
from adapters.slack.installation import Installation
from adapters.slack.installs import Book, Installed, Installs, ManyTokens, OneToken
from adapters.slack.previews import Previews
from adapters.slack.render import draw
from adapters.slack.routing import Way, way
from adapters.slack.socket import SocketMode
from adapters.slack.surfaces import Surfaces
from adapters.slack.tabs import Tabs
from adapters.slack.ticket import Ticket
from adapters.slack.unread import unread
from core.addresses import Address, Sender
from core.chat import Home, Inbound, Reply, Sent
from core.errors import ChatGone, MessageGone
from core.installs import UNINSTALLED
from core.own_workspace import OwnWorkspace
from core.ports import ChatPlatform, KeepUnread, OnChat, OnMember, Receive


class SlackPlatform(Surfaces, Entrances, ChatPlatform):
    """One workspace, by the token of its bot; with a `book`, all those that installed the app.

    `signing_secret` is needed for `webhook.routes`, `app_token` for Socket Mode. `base_url` ends in
    `/api/`. The session is shared and stays the caller's to close. `receive` answers for what came
    in; whoever calls it then hands the reply to `answer`, unless it `rides`. `keep_unread` takes
    what cannot be given to it. `opens` says whether a line asks for a form. `own` is told what
    workspace the token is for, `on_chat` of a chat that nobody reads any more. `objects` says
    whether links to tasks are shown as Work Objects.
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
        keep_unread: KeepUnread,
        command: str = "/task",
        opens: Opens = lambda line: False,
        book: Book | None = None,
        own: OwnWorkspace | None = None,
        on_chat: OnChat | None = None,
        on_member: OnMember | None = None,
        objects: bool = False,
    ) -> None:
        self.signing_secret = signing_secret
        self._on_chat, self._on_member = on_chat, on_member
        self._early = Early(receive, opens)
        self._keep_unread = keep_unread
        self._command = command
        self._api = SlackApi(bot_token, base_url, session)
        self._installs: Installs = OneToken(self._api, own)
        if book is not None:
            self._installs = ManyTokens(book, base_url, session, bot_token, own)
        self._tabs = Tabs(command)
        self._previews = Previews(objects=objects)
        self._authors = Authors()
        self._answers = Answers(self._installs, self._send_by, command, self._early, self._tabs)
        self._doorway = Doorway(self._api.client, self._installs.of, self._handle)
        self._socket: SocketMode | None = None
        if app_token:
            self._socket = SocketMode(web_client(app_token, base_url, session), self.dispatch)

    async def start(self) -> None:
        """Learn who we are and, with an app token, connect. Raises what `Installs.start` raises."""
        await self.introduce()
        if self._socket is not None:
            await self._socket.start()

    async def introduce(self) -> None:
        """Learn who we are, and take nothing in. Raises what `Installs.start` raises."""
        await self._installs.start()

    async def stop(self) -> None:
        """Take nothing more in, and finish what is under way."""
        if self._socket is not None:
            await self._socket.stop()

    async def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """Take in a genuine payload. Returns after the commit."""
        return await self._doorway.dispatch(payload)

    async def _handle(
        self, payload: dict[str, Any], asked: Installed | None
    ) -> dict[str, Any] | None:
        if asked is None:
            if is_end(payload):  # which an app is told without the token of an install
                await kept(self._installs.ended(payload))
            return None
        payload = await kept(self._authors.named(payload, asked.api))
        try:
            inbound, known = intake.read(payload, asked.us), member(payload, asked.us)
        except Exception as error:
            return await self._set_aside(payload, asked.us, error)
        if known is not None:
            await kept(self._note(*known))
        if inbound is None:
            return None
        if asked.by:
            inbound = replace(inbound, token=Ticket.stamped(inbound.token, asked.by))
        reply = await kept(self._early.receive(inbound, asked.api))
        return response_body(inbound, reply, self._command)

    async def _note(self, person: Sender, open_: bool) -> None:
        """Somebody's account at Slack is closed, or open."""
        if not open_ and self._on_chat is not None:
            await self._on_chat(own_address(person), False)
        if self._on_member is not None:
            await self._on_member(person, None, open_)

    async def _set_aside(
        self, payload: dict[str, Any], us: Installation, broke: Exception
    ) -> dict[str, Any] | None:
        """Keep what our reader broke on. Whoever typed a command is told so: their request shows
        what its response says, whoever they are."""
        reply = await kept(self._keep_unread(unread(payload, us), broke))
        if "command" not in payload:
            return None
        return {"response_type": "ephemeral", **draw(reply, self._command)}

    def rides(self, inbound: Inbound, reply: Reply) -> bool:
        """As `ChatPlatform.rides`: a fleeting answer to a command, or a modal's next state."""
        return way(inbound, reply) is Way.RIDE

    async def acknowledge(self, inbound: Inbound, reply: Reply) -> None:
        """Nothing to do: Slack's own request was answered after the commit."""

    async def answer(self, inbound: Inbound, reply: Reply) -> Sent | None:
        """As `ChatPlatform.answer`. The trigger of a form lives for 3 seconds."""
        return await self._answers.give(inbound, reply)

    async def show(self, address: Address, home: Home) -> None:
        """As `ChatPlatform.show`."""
        reaching = [each.api for each in await self._installs.reaching(address.scope)]
        await self._tabs.show_on_all(reaching, address.chat, home)

    async def person(self, scope: str, user_id: str) -> Sender | None:
        """As the port says: a command has only the handle."""
        reaching = await self._installs.reaching(scope)
        return await people.person(reaching[0].api, scope, user_id) if reaching else None

    async def send(
        self, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        """As `ChatPlatform.send`. The audience is the chat's, whatever the reply says of it."""
        reaching = await self._installs.reaching(address.scope)
        if not reaching:
            raise ChatGone(UNINSTALLED)
        for each in reaching[:-1]:
            with suppress(ChatGone, MessageGone):  # somebody of another workspace, it seems
                return await self._send_by(each, address, reply, edit=edit, reply_to=reply_to)
        return await self._send_by(reaching[-1], address, reply, edit=edit, reply_to=reply_to)

    async def _send_by(
        self, by: Installed, address: Address, reply: Reply, *, edit: str = "", reply_to: str = ""
    ) -> Sent:
        drawn = draw(reply, self._command)
        if edit and reply.instead:
            words = draw(Reply(text=reply.instead), self._command)
            return await sending.instead(by.api, address, drawn, edit, words)
        if edit:
            return await sending.edit(by.api, address, drawn, edit)
        if reply.document is not None:
            return await files.post(by.api, address, drawn, reply.document)
        if reply.picture is not None:
            return await files.post_picture(by.api, address, drawn, reply.picture)
        return await sending.post(by.api, address, drawn, reply_to)
