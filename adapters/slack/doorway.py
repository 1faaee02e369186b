"""Bolt's app with one listener per kind of request, and the way into it for HTTP and Socket Mode.

Bolt looks through its listeners one by one, so there is one for each kind and none for a command.
`process_before_response` lets the response wait for the listener, so for the commit, and spares the
10 ms poll by which Bolt otherwise waits for `ack`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installation import whose as named
from adapters.slack.installs import Installed

log = logging.getLogger(__name__)

Handle = Callable[[dict[str, Any], Installed | None], Awaitable[dict[str, Any] | None]]
"""From a payload and whom it is for to the body of the response, if it has one. None is given for
the events that tell of the end of an install."""
Whose = Callable[[dict[str, Any]], Awaitable[Installed | None]]
ANY = re.compile("")
SENSELESS = "This request makes no sense to us."
NOT_INSTALLED = (
    "This app is no longer installed in this workspace. Your tasks are kept for a while: \
ask an administrator to install it again."
)
ARRIVED, ASKED = "fluxbot_arrived", "fluxbot_asked"
"""What we put into Bolt's context: the payload, and whom it is for."""

_bolt = logging.getLogger("slack_bolt.doorway")
# Bolt finds SLACK_BOT_TOKEN in the environment by itself, and says that it does not use it.
_bolt.addFilter(lambda record: "`token` will be unused" not in record.getMessage())


class NotCommitted(Exception):
    """What the person did is not kept: Slack must hear of it and send it again."""


class NotDrawn(Exception):
    """A defect of ours in the response, after what was done is kept."""


class NotInstalled(Exception):
    """The app has no token for the workspace that this is for. `spoken`: somebody waits for
    words."""

    def __init__(self, *, spoken: bool) -> None:
        super().__init__()
        self.spoken = spoken


class Doorway:
    """Takes in payloads that are known to be genuine."""

    def __init__(self, client: AsyncWebClient, whose: Whose, handle: Handle) -> None:
        self._app = AsyncApp(
            name=__name__,
            client=AsyncWebClient(base_url=client.base_url, session=client.session),
            authorize=_authorizer(whose),
            process_before_response=True,
            signing_secret="",
            # The guard has verified the raw bytes; over a socket there is nothing to verify.
            request_verification_enabled=False,
            logger=_bolt,
        )
        self._register(handle)

    async def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """What to answer to Slack: 200; 503 for what is not kept, to have it sent again; 400 for
        what cannot be made sense of."""
        try:
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context={ARRIVED: payload})
            return await self._app.async_dispatch(request)
        except Exception as error:  # of Bolt itself, by a payload of a shape it does not expect
            return await _failed(error)

    def _register(self, handle: Handle) -> None:
        async def listen(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
            try:
                answer = await handle(body, context.get(ASKED))
            except NotCommitted:
                raise
            except Exception as error:
                raise NotDrawn from error
            await ack(answer if answer is not None else "")

        async def ignore(ack: AsyncAck) -> None:
            await ack()

        self._app.command(ANY)(listen)
        self._app.action(ANY)(listen)
        self._app.view(ANY)(listen)
        self._app.shortcut(ANY)(listen)
        self._app.event(ANY)(listen)  # also the unknown ones: Slack would repeat them on a 404
        self._app.view_closed(ANY)(ignore)
        self._app.options(ANY)(ignore)
        self._app.error(_failed)


def _authorizer(whose: Whose) -> Callable[[AsyncBoltContext], Awaitable[AuthorizeResult]]:
    """Bolt's `authorize`: a plain function, since Bolt would fill in a method's `self`. Bolt does
    not ask it about the events that tell of the end of an install."""

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        payload = context[ARRIVED]
        try:
            asked = await whose(payload)
        except Exception as error:  # Slack or the database is away, or a token does not open
            raise NotCommitted from error
        if asked is None:
            if not any(named(payload)):
                raise ValueError("a request that names no workspace")
            raise NotInstalled(spoken="command" in payload)
        context[ASKED] = asked
        return AuthorizeResult(
            enterprise_id=asked.us.enterprise or None,
            team_id=asked.us.team,
            bot_user_id=asked.us.bot_user,
            bot_id=asked.us.bot_id,
            bot_token=asked.api.client.token or "",
        )

    return authorize


async def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, NotCommitted):
        log.error("A Slack request was not kept", exc_info=error.__cause__)
        return BoltResponse(status=503, body="Not kept. Please send it again.")
    if isinstance(error, NotInstalled):
        said = {"response_type": "ephemeral", "text": NOT_INSTALLED}
        return BoltResponse(status=200, body=said if error.spoken else "")
    if isinstance(error, NotDrawn):  # a refusal would have it done again, or the app switched off
        log.error("The response to Slack could not be drawn", exc_info=error.__cause__)
        return BoltResponse(status=200)
    log.warning("Bolt expects another shape of a Slack request: %r", error)
    return BoltResponse(status=400, body=SENSELESS)
