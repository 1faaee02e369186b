"""How people get to the direct message with the app from elsewhere."""

from __future__ import annotations

import asyncio
import logging
import time

from adapters.slack.addresses import app_redirect
from adapters.slack.fields import text_at
from adapters.slack.installs import Installed, Installs
from core.errors import ChatGone, Unsendable

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds that a page waits for Slack to say which app this is."""
AGAIN = 60.0
"""Seconds until it is asked once more: pages that refuse something are shown uncounted, and each
would be a call."""


class Entrances:
    """Of all workspaces that installed the app."""

    _installs: Installs
    _app = ""
    """The app's id, once Slack said it."""
    _asks_from = 0.0
    """By the monotonic clock."""

    async def entrance(self) -> str:
        """None is needed: a bot may begin a direct message."""
        return ""

    async def way_in(self, scope: str, *, told: bool) -> str:
        """As `ChatPlatform.way_in`. Which of an organisation's workspaces somebody is in, only
        Slack knows: it chooses one, where the app is in several or in all of them."""
        reaching = await self._installs.reaching(scope)
        if not reaching:
            return ""
        team = reaching[0].us.team if told and len(reaching) == 1 else ""
        return app_redirect(await self._app_id(reaching[0]), team)

    async def _app_id(self, by: Installed) -> str:
        """An install says it; of a fixed token `bots.info` does, which `users:read` allows
        (https://docs.slack.dev/reference/methods/bots.info). Nobody else asks meanwhile. Raises
        `DeliveryError` where Slack cannot be asked now."""
        known, now = by.us.app or self._app, time.monotonic()
        if known or not by.us.bot_id or now < self._asks_from:
            return known
        self._asks_from = now + AGAIN
        try:
            async with asyncio.timeout(PATIENCE):
                found = await by.api.form("bots.info", bot=by.us.bot_id)
        except (TimeoutError, ChatGone, Unsendable) as error:
            log.info("bots.info: %r", error)
            return ""
        self._app = text_at(found, "bot", "app_id")
        return self._app
