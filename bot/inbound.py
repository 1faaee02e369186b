"""The ways in to a process that takes messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import aiohttp

from adapters.slack.platform import SlackPlatform
from adapters.telegram import Polling, TelegramPlatform, Webhook
from bot.background import background
from bot.menu import FLEETING, in_every_language
from bot.polling_turn import PollingTurn
from bot.settings import Settings
from core.errors import DeliveryError, TokenRevoked
from core.site import Site

log = logging.getLogger(__name__)

CONNECT_RETRY = 5.0
"""Seconds between two tries to reach a platform at start."""


class Inbound:
    """The ways in: polling or webhook, Socket Mode or HTTP. A platform that can't be reached is
    tried again; the rest of the service does not wait for it."""

    def __init__(
        self,
        settings: Settings,
        *,
        telegram: TelegramPlatform | None,
        slack: SlackPlatform | None,
        webhook: Webhook | None,
        turn: PollingTurn | None,
        site: Site,
        problems: dict[str, str],
    ) -> None:
        """`turn`: where other processes may poll, too. `site`: is told the bot's name. `problems`:
        why a platform is not reached, kept up to date here."""
        self._public_url = settings.public_url
        self._telegram = telegram
        self._slack = slack
        self._webhook = webhook
        self._turn = turn
        self._polling = None if webhook or not telegram else Polling(telegram)
        self._site, self._problems = site, problems

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        telegram = [self._telegram_in(self._telegram)] if self._telegram else []
        slack = [until_reached("slack", self._slack.start, self._problems)] if self._slack else []
        async with background(*telegram, *slack):
            try:
                yield
            finally:
                if self._polling:
                    self._polling.stop()
                if self._slack:
                    await self._slack.stop()

    async def _telegram_in(self, telegram: TelegramPlatform) -> None:
        begin = partial(self._begin_telegram, telegram)
        await until_reached("telegram", begin, self._problems)
        if self._polling:
            poll = self._polling.run
            try:
                await (self._turn.run(poll) if self._turn else poll())
            except TokenRevoked as error:
                self._problems["telegram"] = "telegram: the token is no longer known"
                log.error("telegram: %s", error.reason)

    async def _begin_telegram(self, telegram: TelegramPlatform) -> None:
        self._site.telegram = (await telegram.identify()).username
        for language, menus in in_every_language():
            await telegram.set_menu(menus, language, FLEETING)
        await telegram.try_whispers()
        if self._webhook and self._public_url:
            await self._webhook.register(self._public_url)


def not_yet(name: str) -> dict[str, str]:
    """The problem of a platform that is not reached. There from the start: who is told before it
    that we are ready would be sent away by a webhook that does not know yet whose bot it is."""
    return {name: f"{name}: not reached yet"}


async def until_reached(
    name: str, begin: Callable[[], Awaitable[None]], problems: dict[str, str]
) -> None:
    """Begin with a platform, however often it takes, unless it refuses the token. `problems`: why
    it is not reached, kept up to date."""
    while True:
        try:
            await begin()
        except TokenRevoked as error:
            problems[name] = f"{name}: the token is not known"
            log.error("%s refused the token (%s); set another and start again", name, error)
            return
        except (DeliveryError, aiohttp.ClientError, OSError) as error:
            problems |= not_yet(name)
            log.warning("%s can't be reached (%r); trying again", name, error)
            await asyncio.sleep(CONNECT_RETRY)
        else:
            problems.pop(name, None)
            return
