"""From the code that Slack's page gives to a bot's token (`oauth.v2.access`)."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from adapters.edge import parse_object
from adapters.slack.api import SlackApi, web_client
from adapters.slack.errors import WAIT
from adapters.slack.fields import id_at, text_at
from adapters.slack.markup import clean
from core.errors import Ambiguous, DeliveryError, RetryLater
from core.installs import Granted

log = logging.getLogger(__name__)

_TOKEN = re.compile(r"[!-~]{1,512}")
"""What a header can say."""


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
    given = granted(await _call(session, url, authorization, form, deadline))
    try:
        us = await SlackApi(given.token, base_url, session).identify()
    except DeliveryError as error:
        if isinstance(error, RetryLater | Ambiguous):
            raise
        raise Refused("the token is not accepted") from error
    return replace(given, bot_user=given.bot_user or us.bot_user, bot_id=us.bot_id)


def granted(answer: dict[str, Any]) -> Granted:
    """What an answer grants, as far as it says. Raises `Refused`."""
    if answer.get("ok") is not True:
        raise Refused(text_at(answer, "error") or "no reason given")
    token, team = text_at(answer, "access_token"), id_at(answer, "team", "id")
    enterprise = id_at(answer, "enterprise", "id")
    whole = answer.get("is_enterprise_install") is True
    bot = answer.get("token_type") == "bot" and _TOKEN.fullmatch(token)
    if not bot or not (enterprise if whole else team):
        raise Refused("no bot token")
    if "expires_in" in answer:  # it would end after 12 hours, as if the app were uninstalled
        log.error("Slack's token rotation is on for this app: such tokens are not renewed here")
        raise Refused("the token expires")
    return Granted(
        team="" if whole else team,
        enterprise=enterprise,
        bot_user=id_at(answer, "bot_user_id"),
        token=token,
        app=id_at(answer, "app_id"),
        name=clean(text_at(answer, "team", "name") or text_at(answer, "enterprise", "name"))[:128],
        scopes=text_at(answer, "scope"),
        installed_by=id_at(answer, "authed_user", "id"),
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
    return answered(status, said)


def answered(status: int, said: bytes) -> dict[str, Any]:
    """What Slack says. Raises `RetryLater` where that was not Slack, or not now."""
    try:
        answer = parse_object(said)
    except web.HTTPBadRequest:
        raise RetryLater(WAIT, f"HTTP {status}") from None
    if status == 429 or status >= 500:
        raise RetryLater(WAIT, f"HTTP {status}")
    return answer
