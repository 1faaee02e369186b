"""Bolt's app, and the way into it for HTTP and Socket Mode.

Ours is the last of Bolt's middlewares, and hands on every kind of request. A listener of Bolt's
would be looked for among others, have its arguments worked out from their names, and be waited for
by a poll of 10 ms, or without it still for a tenth of what a command costs.

A slash command goes past Bolt, which knows nothing of it that matters here, and makes a client of
slack_sdk's, a context and what it calls an authorization for each: a tenth of the work of the
event loop's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
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

T = TypeVar("T")
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
        self._whose, self._handle = whose, handle
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
            if _is_command(payload):
                return await _handed_on(self._handle, payload, await _asked(self._whose, payload))
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
        return await _handed_on(self._handle, body, req.context.get(ASKED))


def _is_command(payload: dict[str, Any]) -> bool:
    """A plain one: what says that it is something else besides is left to Bolt."""
    return kind.is_slash_command(payload) and payload.keys().isdisjoint(("type", "ssl_check"))


async def _handed_on(
    handle: Handle, payload: dict[str, Any], asked: Installed | None
) -> BoltResponse:
    try:
        answer = await handle(payload, asked)
        return BoltResponse(status=200, body=orjson.dumps(answer).decode() if answer else "")
    except NotCommitted:
        raise
    except Exception as error:
        raise NotDrawn from error


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
        asked = context[ASKED] = await _asked(whose, context[ARRIVED])
        return AuthorizeResult(
            enterprise_id=asked.us.enterprise or None,
            team_id=asked.us.team,
            bot_user_id=asked.us.bot_user,
            bot_id=asked.us.bot_id,
            bot_token=asked.api.client.token or "",
        )

    return authorize


async def kept(keeping: Awaitable[T]) -> T:
    """What comes of it. Raises `NotCommitted` where it is not kept, or Slack or the database has to
    be asked first and is away."""
    try:
        return await keeping
    except Exception as error:
        raise NotCommitted from error


async def _asked(whose: Whose, payload: dict[str, Any]) -> Installed:
    """Whom a request is for. Raises `NotInstalled`, and `ValueError` where it does not say."""
    asked = await kept(whose(payload))
    if asked is None:
        if not any(named(payload)):
            raise ValueError("a request that names no workspace")
        raise NotInstalled(spoken="command" in payload)
    return asked


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
