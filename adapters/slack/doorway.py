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
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installation import Installation
from core.errors import DeliveryError

log = logging.getLogger(__name__)

Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""From a payload to the body of the response, if it has one."""
Whose = Callable[[], Awaitable[Installation]]
ANY = re.compile("")
SENSELESS = "This request makes no sense to us."

_bolt = logging.getLogger("slack_bolt.doorway")
# Bolt finds SLACK_BOT_TOKEN in the environment by itself, and says that it does not use it.
_bolt.addFilter(lambda record: "`token` will be unused" not in record.getMessage())


class NotCommitted(Exception):
    """What the person did is not kept: Slack must hear of it and send it again."""


class NotRead(Exception):
    """A defect of ours in reading a payload."""


class Doorway:
    """Takes in payloads that are known to be genuine."""

    def __init__(self, client: AsyncWebClient, whose: Whose, handle: Handle) -> None:
        self._app = AsyncApp(
            name=__name__,
            client=AsyncWebClient(base_url=client.base_url, session=client.session),
            authorize=_authorizer(whose, client.token or ""),
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
            request = AsyncBoltRequest(body=payload, mode="socket_mode")
            return await self._app.async_dispatch(request)
        except Exception as error:  # of Bolt itself, by a payload of a shape it does not expect
            return await _failed(error)

    def _register(self, handle: Handle) -> None:
        async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
            try:
                answer = await handle(body)
            except NotCommitted:
                raise
            except Exception as error:
                raise NotRead from error
            await ack(answer if answer is not None else "")

        async def ignore(ack: AsyncAck) -> None:
            await ack()

        self._app.command(ANY)(listen)
        self._app.action(ANY)(listen)
        self._app.view(ANY)(listen)
        self._app.event(ANY)(listen)  # also the unknown ones: Slack would repeat them on a 404
        self._app.view_closed(ANY)(ignore)
        self._app.shortcut(ANY)(ignore)
        self._app.options(ANY)(ignore)
        self._app.error(_failed)


def _authorizer(whose: Whose, token: str) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Bolt's `authorize`: a plain function, since Bolt would fill in a method's `self`."""

    async def authorize() -> AuthorizeResult:
        try:
            us = await whose()
        except DeliveryError as error:
            raise NotCommitted from error
        return AuthorizeResult(
            enterprise_id=us.enterprise or None,
            team_id=us.team,
            bot_user_id=us.bot_user,
            bot_id=us.bot_id,
            bot_token=token,
        )

    return authorize


async def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, NotCommitted):
        log.error("A Slack request was not kept", exc_info=error.__cause__)
        return BoltResponse(status=503, body="Not kept. Please send it again.")
    if isinstance(error, NotRead):
        log.error("A Slack request could not be read", exc_info=error.__cause__)
    else:
        log.warning("Bolt expects another shape of a Slack request: %r", error)
    return BoltResponse(status=400, body=SENSELESS)
