"""Bolt's app, and the way into it for HTTP and Socket Mode.

Ours is the last of Bolt's middlewares, and hands on every kind of request. A listener of Bolt's
would be looked for among others, have its arguments worked out from their names, and be waited for
by a poll of 10 ms, or without it still for a tenth of what a command costs.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request import payload_utils as kind
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
            signing_secret="",
            # The guard has verified the raw bytes; over a socket there is nothing to verify.
            request_verification_enabled=False,
            logger=_bolt,
        )
        self._app.use(_HandOn(handle))
        self._app.error(_failed)

    async def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """What to answer to Slack: 200; 503 for what is not kept, to have it sent again; 400 for
        what cannot be made sense of."""
        try:
            request = AsyncBoltRequest(body=payload, mode="socket_mode", context={ARRIVED: payload})
            return await self._app.async_dispatch(request)
        except Exception as error:  # of Bolt itself, by a payload of a shape it does not expect
            return await _failed(error)


class _HandOn(AsyncMiddleware):
    """Hands on what a person did, and what happened; the response waits for the commit."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        body = req.body
        if kind.is_view_closed(body) or kind.is_options(body):
            return BoltResponse(status=200)
        if not _means_something(body):
            return await next()  # type: ignore[no-any-return]  # to Bolt's own refusal
        try:
            answer = await self._handle(body, req.context.get(ASKED))
        except NotCommitted:
            raise
        except Exception as error:
            raise NotDrawn from error
        return BoltResponse(status=200, body=answer or "")


def _means_something(body: dict[str, Any]) -> bool:
    """Unknown events do, too: Slack would repeat them on a refusal."""
    return (
        kind.is_slash_command(body)
        or kind.is_event(body)
        or kind.is_action(body)
        or kind.is_view_submission(body)
        or kind.is_shortcut(body)
    )


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
