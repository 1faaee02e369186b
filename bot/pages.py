"""Puts together what the web site offers people: sign-in, and links from the operator's own app.

Where neither is set up and the sandbox is on, its stand-ins take their places."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from adapters.client_address import networks
from adapters.oidc import AppTokens, Provider
from adapters.oidc.app_tokens import fixed, published
from adapters.pages import AppRoute, Pages, task
from adapters.sandbox import PREFIX, Sandbox
from adapters.slack.platform import SlackPlatform
from adapters.telegram import TelegramPlatform
from bot.app_asking import AppAsking
from bot.browsing import BrowserWords
from bot.courier import Courier
from bot.errand import Errand
from bot.proofs import proofs
from bot.sessions import Sessions
from bot.settings import Settings, SettingsError
from bot.shapes import is_loopback
from bot.signing_in import SigningIn
from bot.web import reference
from bot.words import wait_in_words
from core.errors import DeliveryError, GiveUp
from core.identity import Identity
from core.ports import Clock
from core.site import Site
from core.store import Store
from core.vault import Unopenable

BaseUrl = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Front:
    """What the site's pages are made of. `base_url` gives where it is, once it listens."""

    settings: Settings
    store: Store
    courier: Courier
    session: aiohttp.ClientSession
    clock: Clock
    site: Site

    def routes(
        self,
        sandbox: Sandbox | None,
        base_url: BaseUrl,
        telegram: TelegramPlatform | None,
        slack: SlackPlatform | None,
    ) -> list[web.RouteDef]:
        """Raises `SettingsError`."""
        played = sandbox if self._may_be_played() else None
        routes = [*self._sign_in(played, base_url), *self._app(played, telegram, slack)]
        routes += task.routes(
            base_url, BrowserWords(), self.site.on_telegram, self.settings.slack_command
        )
        return [*routes, *(sandbox.app.routes(PREFIX) if sandbox else ())]

    def open(self, sandbox: Sandbox | None, base_url: BaseUrl) -> None:
        """The site listens: links may lead there."""
        if self.settings.signs_in or (sandbox and self._may_be_played()):
            self.site.sign_in = f"{base_url()}/link"
        self.site.tasks = f"{base_url()}/task/"
        self.site.reactions = self.settings.hears_reactions
        self.site.slack_command = self.settings.slack_command
        if sandbox:
            sandbox.app.api = f"{base_url()}/api/link"

    async def _chat(self, platform: str) -> str:
        """The address that opens the private chat with the bot; empty where there is none, and
        while the platform cannot be asked for it."""
        try:
            parts = urlsplit(await self.courier.entrance(platform))
        except (DeliveryError, GiveUp):
            return ""
        return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else ""

    async def _back(self, play: Callable[[], str], chat: Identity, told: bool) -> str:
        """As `WaysBack`. `play`: where the sandbox's page is, if it is there."""
        settings = self.settings
        stood_in = {"telegram": settings.telegram_sandbox, "slack": settings.slack_sandbox}
        if stood_in[chat.platform]:
            return play()
        with suppress(DeliveryError, GiveUp, Unopenable):
            return await self.courier.ask(
                chat.platform, lambda platform: platform.way_in(chat.scope, told=told)
            )
        return ""

    def _may_be_played(self) -> bool:
        """Whether stand-ins take the places of what is not set up: the sandbox's answer only this
        machine, so nobody elsewhere may be sent there."""
        public = self.settings.public_url
        return public is None or is_loopback(urlsplit(public).hostname or "")

    def _sign_in(self, played: Sandbox | None, base_url: BaseUrl) -> list[web.RouteDef]:
        provider = self._provider(played)
        if provider is None:
            return []
        sessions = Sessions(self.settings.secret_key(), self.clock)
        ways = proofs(
            self.settings,
            played,
            store=self.store,
            sessions=sessions,
            session=self.session,
            clock=self.clock,
            base_url=base_url,
        )
        visits = SigningIn(
            store=self.store,
            errand=Errand(provider, sessions, lambda: f"{base_url()}/oidc/callback", "sign-in"),
            proofs=ways,
            sessions=sessions,
            clock=self.clock,
            ways_back=partial(self._back, lambda: f"{base_url()}{PREFIX}" if played else ""),
        )
        trusted = networks(self.settings.trusted_proxies)
        pages = Pages(
            visits,
            base_url=base_url,
            trusted=trusted,
            words=BrowserWords(),
            in_words=wait_in_words,
            reference=reference,
        )
        return pages.routes()

    def _provider(self, played: Sandbox | None) -> Provider | None:
        settings, issuer = self.settings, self.settings.oidc_issuer
        if issuer and settings.oidc_client_id and settings.oidc_client_secret:
            return self._issuer(
                issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
            )
        if played is None:
            return None
        stand_in = played.issuer
        return self._issuer(stand_in.url, stand_in.client_id, stand_in.client_secret)

    def _issuer(self, issuer: str, client_id: str, client_secret: str) -> Provider:
        return Provider(
            self.session,
            issuer=issuer,
            client_id=client_id,
            client_secret=client_secret,
            clock=self.clock,
        )

    def _app(
        self,
        played: Sandbox | None,
        telegram: TelegramPlatform | None,
        slack: SlackPlatform | None,
    ) -> list[web.RouteDef]:
        tokens = self._tokens(played)
        if tokens is None:
            return []
        asking = AppAsking(
            store=self.store,
            tokens=tokens,
            telegram=partial(self._chat, telegram.name) if telegram else None,
            slack_command=self.settings.slack_command if slack else "",
        )
        trusted = networks(self.settings.trusted_proxies)
        return AppRoute(asking.ask, trusted=trusted).routes()

    def _tokens(self, played: Sandbox | None) -> AppTokens | None:
        settings = self.settings
        issuer, audience = settings.app_jwt_issuer or "", settings.app_jwt_audience or ""
        if settings.app_jwt_jwks_url:
            find = published(self.session, settings.app_jwt_jwks_url, self.clock)
        elif settings.app_jwt_key:
            try:
                find = fixed(settings.app_jwt_key.get_secret_value())
            except ValueError as problem:
                raise SettingsError([f"APP_JWT_KEY: {problem}"]) from None
        elif played:
            app = played.app
            find, issuer, audience = fixed(app.key), app.issuer, app.audience
        else:
            return None
        return AppTokens(find, issuer=issuer, audience=audience, clock=self.clock)
