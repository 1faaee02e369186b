"""From the code that Slack's page gives to a bot's token (`oauth.v2.access`)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import orjson
from yarl import URL

from adapters.slack.api import SlackApi, web_client
from adapters.slack.errors import WAIT
from adapters.slack.fields import text_at
from adapters.slack.markup import clean
from core.errors import Ambiguous, DeliveryError, RetryLater
from core.installs import Granted

log = logging.getLogger(__name__)


class Refused(Exception):
    """Slack gave no token of a bot: the code was used, is too old or wrong, or so is our secret.
    The message is Slack's own word for it."""


async def exchange(
    session: aiohttp.ClientSession,
    base_url: str,
    *,
    authorization: str,
    form: dict[str, str],
    deadline: float,
) -> Granted:
    """What was granted, after one call with the token. Raises `Refused`, and `DeliveryError` where
    Slack does not answer as it should."""
    url = URL(base_url).join(URL("oauth.v2.access"))
    answer = await _call(session, url, authorization, form, deadline)
    if answer.get("ok") is not True:
        raise Refused(text_at(answer, "error") or "no reason given")
    token, team = text_at(answer, "access_token"), text_at(answer, "team", "id")
    enterprise = text_at(answer, "enterprise", "id")
    if answer.get("is_enterprise_install") is True:
        team = ""
    if not token or answer.get("token_type") != "bot" or not (team or enterprise):
        raise Refused("no bot token")
    if "expires_in" in answer:  # it would end after 12 hours, as if the app were uninstalled
        log.error("Slack's token rotation is on for this app: such tokens are not renewed here")
        raise Refused("the token expires")
    try:
        us = await SlackApi(token, base_url, session).identify()
    except DeliveryError as error:
        if isinstance(error, RetryLater | Ambiguous):
            raise
        raise Refused("the token is not accepted") from error
    return Granted(
        team=team,
        enterprise=enterprise,
        bot_user=text_at(answer, "bot_user_id") or us.bot_user,
        token=token,
        app=text_at(answer, "app_id"),
        bot_id=us.bot_id,
        name=clean(text_at(answer, "team", "name") or text_at(answer, "enterprise", "name"))[:128],
        scopes=text_at(answer, "scope"),
        installed_by=text_at(answer, "authed_user", "id"),
    )


async def _call(
    session: aiohttp.ClientSession,
    url: URL,
    authorization: str,
    form: dict[str, str],
    deadline: float,
) -> dict[str, Any]:
    """By hand: slack_sdk logs its arguments at DEBUG, and here they are secrets."""
    proxy = web_client("", str(url), session).proxy
    headers = {"Authorization": authorization}
    try:
        async with (
            asyncio.timeout(deadline),
            session.post(
                url, data=form, headers=headers, allow_redirects=False, proxy=proxy
            ) as response,
        ):
            said = await response.read()
            status = response.status
    except (TimeoutError, aiohttp.ClientError) as error:
        raise RetryLater(WAIT, type(error).__name__) from None
    try:
        answer = orjson.loads(said)
    except orjson.JSONDecodeError:
        raise RetryLater(WAIT, f"HTTP {status}") from None
    if status == 429 or status >= 500 or not isinstance(answer, dict):
        raise RetryLater(WAIT, f"HTTP {status}")
    return answer
