"""The composition root: the only module that knows every part and puts them together."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from adapters.engine.dbos_engine import DbosEngine
from adapters.pacing import LocalPacer
from adapters.sandbox import Sandbox, Served, World, serve
from adapters.sandbox.page_site import PageSite
from adapters.slack import webhook as slack_webhook
from adapters.slack.platform import SlackPlatform
from adapters.telegram import Polling, TelegramPlatform, Webhook
from bot import logs
from bot.clock import WallClock
from bot.conversation import Conversation
from bot.courier import Courier
from bot.jobs import Jobs
from bot.lock import only_one
from bot.menu import telegram_menu
from bot.metrics import Metrics
from bot.settings import Settings, SettingsError
from bot.web import make_site, run_site
from core.errors import DeliveryError, TokenRevoked
from core.migrations import SchemaTooNew, upgrade
from core.ports import ChatPlatform
from core.store import Store, Tools, open_store

log = logging.getLogger(__name__)

FORGET_EVERY = 3600.0
"""Seconds between two rounds of retention."""
CONNECT_RETRY = 5.0
"""Seconds between two tries to reach a platform at start."""


@dataclass(slots=True)
class Tokens:
    """How each platform is reached: the operator's own, or the sandbox's."""

    telegram: str
    telegram_base_url: str
    slack: str
    slack_signing_secret: str | None
    slack_app_token: str | None
    slack_base_url: str


@dataclass(slots=True)
class Service:
    """What runs, for those who start it: the address of the site, and the sandbox if there is."""

    port: int
    store: Store
    engine: DbosEngine
    sandbox: Sandbox | None
    problems: dict[str, str] = field(default_factory=dict)
    """Why a platform is not reached yet."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises `SettingsError` when it cannot start."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with service(settings) as running:
        _say_where(settings, running)
        await stop.wait()
        log.info("stopping")


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[Service]:
    """The whole service, up while the block runs."""
    logs.redact(settings.secrets())
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings.sqlite_file))
        await asyncio.to_thread(_migrate, settings.database_url)
        settings.secret_key()
        tokens = _tokens(settings)
        logs.redact(filter(None, (tokens.telegram, tokens.slack, tokens.slack_signing_secret)))
        sandbox = None
        if settings.telegram_sandbox or settings.slack_sandbox:
            sandbox = _sandbox(tokens)
            _point_at(await stack.enter_async_context(serve(sandbox)), settings, tokens)
        yield await _assemble(stack, settings, tokens, sandbox)


def _migrate(url: str) -> None:
    try:
        upgrade(url)
    except SchemaTooNew as error:
        raise SettingsError([f"DATABASE_URL: {error}"]) from None


async def _assemble(
    stack: AsyncExitStack, settings: Settings, tokens: Tokens, sandbox: Sandbox | None
) -> Service:
    """Make every part and give each what it needs; `stack` takes them down in reverse."""
    metrics = Metrics()
    engine = DbosEngine(url=settings.database_url)
    await asyncio.to_thread(engine.prepare)
    store = open_store(settings.database_url, Tools(WallClock(), engine))
    stack.push_async_callback(store.close)
    connector = aiohttp.TCPConnector(limit=200)
    timeout = aiohttp.ClientTimeout(total=15, connect=5)
    session = await stack.enter_async_context(
        aiohttp.ClientSession(connector=connector, timeout=timeout)
    )
    platforms: dict[str, ChatPlatform] = {}
    courier = Courier(store=store, platforms=platforms, pacer=LocalPacer(), metrics=metrics)
    talk = Conversation(store=store, courier=courier, metrics=metrics)
    telegram, slack = _platforms(settings, tokens, session, talk)
    platforms |= {telegram.name: telegram, slack.name: slack}
    webhook = _webhook(settings, telegram)
    page = PageSite(sandbox) if sandbox else None
    running = Service(0, store, engine, sandbox)
    site = _site(settings, metrics, running, hooks=_hooks(webhook, slack, page))
    if page:
        site.on_shutdown.append(lambda _: page.close())
    jobs = Jobs(store=store, courier=courier, engine=engine)
    stack.push_async_callback(talk.drain)
    await engine.start(jobs.runners)
    stack.push_async_callback(engine.stop)
    running.port = await stack.enter_async_context(run_site(site, settings.host, settings.port))
    if sandbox:
        sandbox.slack.delivery.url = f"http://127.0.0.1:{running.port}/slack/events"
    inbound = _Inbound(settings, telegram, slack, webhook, running)
    await stack.enter_async_context(inbound.open())
    await stack.enter_async_context(_background(talk.sweep_for_ever(), _forget(jobs)))
    return running


def _sandbox(tokens: Tokens) -> Sandbox:
    """Stand-ins for the platforms that have no token, made with `tokens`."""
    return Sandbox(
        World.demo(),
        telegram_token=tokens.telegram,
        slack_bot_token=tokens.slack,
        slack_signing_secret=tokens.slack_signing_secret or "",
    )


def _tokens(settings: Settings) -> Tokens:
    """The operator's own; made-up ones for the platforms that the sandbox plays."""
    tokens = Tokens(
        telegram=_plain(settings.telegram_bot_token) or "",
        telegram_base_url=settings.telegram_base_url,
        slack=_plain(settings.slack_bot_token) or "",
        slack_signing_secret=_plain(settings.slack_signing_secret),
        slack_app_token=_plain(settings.slack_app_token),
        slack_base_url=settings.slack_base_url,
    )
    if settings.telegram_sandbox:
        number = secrets.randbelow(10**9) + 10**9
        tokens.telegram = f"{number}:{secrets.token_hex(18)[:35]}"
    if settings.slack_sandbox:
        tokens.slack = f"xoxb-{secrets.token_hex(16)}"
        tokens.slack_signing_secret = secrets.token_hex(16)
    return tokens


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def _point_at(served: Served, settings: Settings, tokens: Tokens) -> None:
    """The same base URLs that lead to the real platforms lead to the stand-ins."""
    if settings.telegram_sandbox:
        tokens.telegram_base_url = served.telegram_base_url
    if settings.slack_sandbox:
        tokens.slack_base_url = served.slack_base_url


def _platforms(
    settings: Settings, tokens: Tokens, session: aiohttp.ClientSession, talk: Conversation
) -> tuple[TelegramPlatform, SlackPlatform]:
    telegram = TelegramPlatform(
        token=tokens.telegram,
        base_url=tokens.telegram_base_url,
        session=session,
        receive=talk.receive,
        on_chat=talk.present,
        on_moved=talk.moved,
    )
    slack = SlackPlatform(
        bot_token=tokens.slack,
        signing_secret=tokens.slack_signing_secret,
        app_token=tokens.slack_app_token,
        base_url=tokens.slack_base_url,
        session=session,
        receive=talk.receive,
        command=settings.slack_command,
    )
    return telegram, slack


def _webhook(settings: Settings, telegram: TelegramPlatform) -> Webhook | None:
    if settings.telegram_mode != "webhook" or settings.telegram_webhook_secret is None:
        return None
    return Webhook(telegram, settings.telegram_webhook_secret.get_secret_value())


def _hooks(
    webhook: Webhook | None, slack: SlackPlatform, page: PageSite | None
) -> list[web.RouteDef]:
    hooks = list(page.routes) if page else []
    if webhook:
        hooks += webhook.routes()
    if slack.signing_secret:
        hooks += slack_webhook.routes(slack)
    return hooks


def _site(
    settings: Settings, metrics: Metrics, running: Service, *, hooks: list[web.RouteDef]
) -> web.Application:
    async def ready() -> list[str]:
        await running.store.query(lambda work: work.inbox.backlog())
        return list(running.problems.values())

    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return make_site(hooks=hooks, ready=ready, metrics=metrics.render, metrics_token=token)


class _Inbound:
    """The ways in: polling or webhook, Socket Mode or HTTP. A platform that can't be reached is
    tried again; the rest of the service does not wait for it."""

    def __init__(
        self,
        settings: Settings,
        telegram: TelegramPlatform,
        slack: SlackPlatform,
        webhook: Webhook | None,
        running: Service,
    ) -> None:
        self._public_url = settings.public_url
        self._telegram = telegram
        self._slack = slack
        self._webhook = webhook
        self._polling = None if webhook else Polling(telegram)
        self._problems = running.problems

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with _background(self._telegram_in(), self._slack_in()):
            try:
                yield
            finally:
                if self._polling:
                    self._polling.stop()
                await self._slack.stop()

    async def _telegram_in(self) -> None:
        await self._until_reached("telegram", self._begin_telegram)
        if self._polling:
            try:
                await self._polling.run()
            except TokenRevoked as error:
                self._problems["telegram"] = "telegram: the token is no longer known"
                log.error("telegram: %s", error.reason)

    async def _begin_telegram(self) -> None:
        await self._telegram.identify()
        await self._telegram.set_menu(telegram_menu())
        if self._webhook and self._public_url:
            await self._webhook.register(self._public_url)

    async def _slack_in(self) -> None:
        await self._until_reached("slack", self._slack.start)

    async def _until_reached(self, name: str, begin: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await begin()
            except TokenRevoked as error:
                self._problems[name] = f"{name}: the token is not known"
                log.error("%s refused the token (%s); set another and start again", name, error)
                return
            except (DeliveryError, aiohttp.ClientError, OSError) as error:
                self._problems[name] = f"{name}: not reached yet"
                log.warning("%s can't be reached (%r); trying again", name, error)
                await asyncio.sleep(CONNECT_RETRY)
            else:
                self._problems.pop(name, None)
                return


@asynccontextmanager
async def _background(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run beside the block; cancelled at its end."""
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _forget(jobs: Jobs) -> None:
    while True:
        await asyncio.sleep(FORGET_EVERY)
        try:
            await jobs.forget()
        except Exception:
            log.exception("retention failed")


def _say_where(settings: Settings, running: Service) -> None:
    base = f"http://{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{running.port}"  # noqa: S104  # compared, not bound
    log.info("fluxbot is up at %s", base)
    if running.sandbox:
        log.info("talk to it here: %s/sandbox", base)
