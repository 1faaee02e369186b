"""What Slack knows of somebody beside what their messages say."""

from __future__ import annotations

import logging
from typing import Any

from adapters.slack.api import SlackApi
from adapters.slack.fields import object_at, text_at
from adapters.slack.markup import clean
from core.addresses import Sender
from core.errors import ChatGone, Unsendable

log = logging.getLogger(__name__)


async def person(api: SlackApi, scope: str, user_id: str) -> Sender | None:
    """Somebody's name, zone and language; None where the app may not ask (`users:read`)."""
    found = await _user(api, user_id)
    if not found:
        return None
    name = text_at(found, "profile", "real_name") or text_at(found, "real_name")
    return Sender(
        "slack",
        scope,
        user_id,
        name=clean(name),
        handle=text_at(found, "name"),
        timezone=text_at(found, "tz"),
        language=text_at(found, "locale")[:16],
    )


async def home_of(api: SlackApi, user_id: str) -> str:
    """Whose somebody is: their organisation, else their workspace; empty where it can't be told."""
    found = await _user(api, user_id)
    return text_at(found, "enterprise_user", "enterprise_id") or text_at(found, "team_id")


async def _user(api: SlackApi, user_id: str) -> dict[str, Any]:
    """Nothing where the app may not ask. Slack reads no JSON here: without a form it would answer
    that there is no such user (https://docs.slack.dev/apis/web-api, POST bodies)."""
    try:
        found = await api.form("users.info", user=user_id, include_locale="true")
    except (ChatGone, Unsendable) as error:
        log.info("users.info: %s", error.reason)
        return {}
    return object_at(found, "user")
