"""Updates by webhook: our own route, so that nothing is read before the secret is known."""

from __future__ import annotations

import hmac
import logging
import re

from aiohttp import web
from telegram.error import TelegramError

from adapters.edge import parse_object, read_body
from adapters.telegram.faults import delivery_error
from adapters.telegram.intake import KINDS
from adapters.telegram.platform import TelegramPlatform

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 100
"""Deliveries at once, the most that Telegram makes. Source: Bot API, setWebhook."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")


class Webhook:
    """The route for one bot. Raises ValueError for a secret that is short or that Telegram
    would refuse."""

    def __init__(self, platform: TelegramPlatform, secret: str) -> None:
        if not _SECRET.fullmatch(secret):
            raise ValueError(
                "TELEGRAM_WEBHOOK_SECRET must be 32 to 256 characters of A-Z, a-z, 0-9, _ and -"
            )
        self._platform, self._secret = platform, secret

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.handle)]

    async def register(self, public_url: str) -> None:
        """Tell Telegram where to deliver. Raises DeliveryError."""
        try:
            await self._platform.client.set_webhook(
                f"{public_url.rstrip('/')}{PATH}",
                max_connections=CONNECTIONS,
                allowed_updates=KINDS,
                secret_token=self._secret,
            )
        except TelegramError as error:
            raise delivery_error(error) from None

    async def handle(self, request: web.Request) -> web.Response:
        """200 with an empty body once the update is taken: a body would be run as a call."""
        given = request.headers.getall(HEADER, [])
        if len(given) != 1 or not self._matches(given[0]):
            raise web.HTTPForbidden(text="Not from Telegram.\n")
        update = parse_object(await read_body(request))
        if not isinstance(update.get("update_id"), int):
            raise web.HTTPBadRequest(text="The body is not an update.\n")
        if not self._platform.identified:  # a moment after the start: it is sent again
            raise web.HTTPServiceUnavailable(text="Not ready yet.\n")
        try:
            await self._platform.take(update)
        except Exception as error:  # the store is down: nothing else is raised, by contract
            log.exception("update not taken, Telegram will send it again")
            raise web.HTTPServiceUnavailable(text="Try again later.\n") from error
        return web.Response()

    def _matches(self, given: str) -> bool:
        # aiohttp keeps bytes that are no UTF-8 as surrogates
        received = given.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(received, self._secret.encode())
