"""The composition root: the module that knows every part and puts them together.

Six more know adapters, each for one thing that is composed: `inbound` (the ways in), `pages` (what
the site shows people), `sharing` (what processes share), `tokens` (the sandbox), and for the
command line `operator` and `copying`.
The conversation knows none: it has the ports of core.
"""
# long: it names every part once

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial

import aiohttp
from aiohttp import web

from adapters.client_address import networks
from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from adapters.sandbox import Sandbox, serve
from adapters.sandbox.page_site import PageSite
from adapters.slack import webhook as slack_webhook
from adapters.slack.install_pages import App, InstallPages
from adapters.slack.platform import SlackPlatform
from adapters.telegram import TelegramPlatform, Webhook
from bot import logs
from bot.background import BackgroundDied, background
from bot.backlog import Backlog
from bot.clock import WallClock
from bot.conversation import Conversation
from bot.courier import Courier
from bot.inbound import Inbound, until_reached
from bot.installs import InstallBook, vault_of
from bot.jobs import Jobs
from bot.lock import only_one
from bot.manifest import SCOPES
from bot.memory import set_aside_what_stays
from bot.metrics import Metrics
from bot.pages import Front
from bot.records import Records
from bot.roles import Role
from bot.settings import Settings, SettingsError
from bot.sharing import Alone, Together, sharing
from bot.tokens import Tokens, point_at, sandbox_of, tokens_of
from bot.unread import UnreadMessages
from bot.web import make_site, run_site
from core.ids import Ids
from core.migrations import SchemaTooNew, upgrade
from core.own_workspace import OwnWorkspace
from core.ports import ChatPlatform
from core.signup import Signup
from core.site import Site as WebSite
from core.store import Store, Tools, open_store

log = logging.getLogger(__name__)

FORGET_EVERY = 3600.0
"""Seconds between two rounds of retention."""


@dataclass(slots=True)
class Service:
    """What runs, for those who start it: the address of the site, and the sandbox if there is."""

    port: int
    store: Store
    engine: DbosEngine
    sandbox: Sandbox | None
    problems: dict[str, str] = field(default_factory=dict)
    """Why a platform is not reached yet."""


async def run(settings: Settings, role: Role = Role.ALL) -> int:
    """Run until SIGTERM or SIGINT: 0; or until a part of it dies: 1, so that whoever supervises
    the process starts it again. Raises `SettingsError` when it cannot start."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with service(settings, role) as running:
            _say_where(settings, running)
            set_aside_what_stays()
            await stop.wait()
            log.info("stopping")
    except BackgroundDied:
        return 1
    return 0


@asynccontextmanager
async def service(settings: Settings, role: Role = Role.ALL) -> AsyncIterator[Service]:
    """The whole service, or one role of it, up while the block runs."""
    logs.redact(settings.secrets())
    _check(settings, role)
    async with AsyncExitStack() as stack:
        stack.enter_context(only_one(settings.sqlite_file))
        await asyncio.to_thread(_migrate, settings.database_url)
        settings.secret_key()
        tokens = tokens_of(settings)
        logs.redact(filter(None, (tokens.telegram, tokens.slack, tokens.slack_signing_secret)))
        logs.redact(filter(None, (tokens.slack_client_secret,)))
        sandbox = None
        if role is Role.ALL and (settings.telegram_sandbox or settings.slack_sandbox):
            sandbox = sandbox_of(tokens)
            point_at(await stack.enter_async_context(serve(sandbox)), settings, tokens)
        parts = await _parts(stack, settings, tokens, role)
        yield await _assemble(stack, settings, parts, sandbox)


def _check(settings: Settings, role: Role) -> None:
    if role is Role.ALL:
        return
    if settings.sqlite_file is not None:
        raise SettingsError(
            [f"DATABASE_URL: --role {role} needs PostgreSQL; one SQLite file has one process"]
        )
    if settings.telegram_sandbox and settings.slack_sandbox:
        raise SettingsError(
            [
                f"TELEGRAM_BOT_TOKEN, SLACK_BOT_TOKEN: --role {role} needs one of them; "
                "the sandbox lives in the one process of --role all"
            ]
        )


def _migrate(url: str) -> None:
    try:
        upgrade(url)
    except SchemaTooNew as error:
        raise SettingsError([f"DATABASE_URL: {error}"]) from None


@dataclass(slots=True)
class _Parts:
    """What is made before anything moves."""

    role: Role
    shared: Alone | Together
    engine: DbosEngine
    store: Store
    metrics: Metrics
    courier: Courier
    talk: Conversation
    telegram: TelegramPlatform | None
    slack: SlackPlatform | None
    front: Front
    installs: Callable[[Callable[[], str]], list[web.RouteDef]]
    """The pages by which workspaces install the app, if they do, given where this site is."""


async def _parts(stack: AsyncExitStack, settings: Settings, tokens: Tokens, role: Role) -> _Parts:
    """Make every part and give each what it needs; `stack` takes them down in reverse."""
    url = settings.database_url
    await asyncio.to_thread(prepare, url)
    shared = await stack.enter_async_context(sharing(url, tokens.telegram.partition(":")[0]))
    engine = DbosEngine(url=url, executor_id=shared.process)
    clock, where, own = WallClock(), WebSite(), OwnWorkspace()
    store = open_store(
        url,
        Tools(
            clock,
            engine,
            Ids(settings.secret_key()),
            process=shared.process,
            signup=Signup(settings.signup),
            site=where,
            own=own,
        ),
    )
    stack.push_async_callback(store.close)
    connector = aiohttp.TCPConnector(limit=200)
    timeout = aiohttp.ClientTimeout(total=15, connect=5)
    jar = aiohttp.DummyCookieJar()  # what one person's sign-in sets never goes with another's
    session = await stack.enter_async_context(
        aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar)
    )
    metrics = Metrics()
    platforms: dict[str, ChatPlatform] = {}
    courier = Courier(
        store=store,
        platforms=platforms,
        pacer=shared.pacer,
        metrics=metrics,
        waiting=engine.waiting,
    )
    talk = Conversation(store=store, courier=courier, metrics=metrics)
    unread = UnreadMessages(store, metrics)
    book = InstallBook(store, vault_of(settings)) if tokens.slack_client_id else None
    telegram, slack = _platforms(settings, tokens, session, talk, unread, book=book, own=own)
    alone = role is Role.ALL  # then what has no token is played by the sandbox
    parts = _Parts(
        role=role, shared=shared, engine=engine, store=store, metrics=metrics, courier=courier,
        talk=talk,
        telegram=telegram if alone or not settings.telegram_sandbox else None,
        slack=slack if alone or not settings.slack_sandbox else None,
        front=Front(settings, store, courier, session, clock, where),
        installs=_installer(settings, tokens, book, session),
    )  # fmt: skip
    platforms |= {each.name: each for each in (parts.telegram, parts.slack) if each}
    return parts


async def _assemble(
    stack: AsyncExitStack, settings: Settings, parts: _Parts, sandbox: Sandbox | None
) -> Service:
    """Set the parts going, from the back to the front."""
    role, talk, shared = parts.role, parts.talk, parts.shared
    running = Service(0, parts.store, parts.engine, sandbox)
    jobs = Jobs(store=parts.store, courier=parts.courier, engine=parts.engine)
    stack.push_async_callback(parts.engine.stop)  # and with it the loop's threads, so after:
    stack.push_async_callback(talk.drain)
    if role.runs_jobs:
        records = Records(store=parts.store, courier=parts.courier, engine=parts.engine)
        await parts.engine.start({**jobs.runners, **records.runners})
    webhook = _webhook(settings, parts.telegram) if role.takes_messages else None
    page = PageSite(sandbox) if sandbox else None
    hooks = _hooks(webhook, parts.slack if role.takes_messages else None, page)
    here = partial(_base_url, settings, running)
    if role.takes_messages:
        hooks += parts.installs(here)
        hooks += parts.front.routes(sandbox, here, parts.telegram, parts.slack)
    site = _site(settings, parts, running, hooks=hooks)
    if page:
        site.on_shutdown.append(lambda _: page.close())
    running.port = await stack.enter_async_context(run_site(site, settings.host, settings.port))
    parts.front.open(sandbox, here)
    if sandbox:
        sandbox.slack.delivery.url = f"{_here(running)}/slack/events"
    await stack.enter_async_context(_ways_in(settings, parts, webhook, running.problems))
    backlog = _watched(parts)
    await stack.enter_async_context(background(talk.sweep_for_ever(), backlog.look_for_ever()))
    if role.runs_jobs:
        await stack.enter_async_context(background(_forget(jobs, shared)))
    if role.runs_jobs and shared.leases:
        await stack.enter_async_context(background(shared.leases.sweep_for_ever(talk.sweep)))
    return running


def _ways_in(
    settings: Settings, parts: _Parts, webhook: Webhook | None, problems: dict[str, str]
) -> AbstractAsyncContextManager[None]:
    """Open while messages are taken in. A process that takes none only learns whose token it has,
    as its jobs say the workspace's name."""
    if parts.role.takes_messages:
        return Inbound(
            settings,
            telegram=parts.telegram,
            slack=parts.slack,
            webhook=webhook,
            turn=parts.shared.turn,
            problems=problems,
        ).open()
    learn = [until_reached("slack", parts.slack.introduce, problems)] if parts.slack else []
    return background(*learn)


def _base_url(settings: Settings, running: Service) -> str:
    """Where people and platforms reach the site, as it is configured, never as a request says."""
    return settings.public_url or _here(running)


def _here(running: Service) -> str:
    """The site's address on this machine."""
    return f"http://127.0.0.1:{running.port}"


def _watched(parts: _Parts) -> Backlog:
    """The numbers that the parts keep, shown among the metrics."""
    backlog = Backlog(parts.store, parts.engine.count_dead)
    parts.metrics.watch_store(lambda: asdict(parts.store.counts))
    parts.metrics.watch_jobs(parts.engine.counts)
    parts.metrics.watch_dead_letters(lambda: backlog.dead_letters)
    parts.metrics.watch_undelivered(lambda: backlog.undelivered)
    parts.metrics.watch_oldest_undelivered(lambda: backlog.oldest)
    return backlog


def _platforms(
    settings: Settings,
    tokens: Tokens,
    session: aiohttp.ClientSession,
    talk: Conversation,
    unread: UnreadMessages,
    *,
    book: InstallBook | None,
    own: OwnWorkspace,
) -> tuple[TelegramPlatform, SlackPlatform]:
    telegram = TelegramPlatform(
        token=tokens.telegram,
        base_url=tokens.telegram_base_url,
        session=session,
        receive=talk.receive,
        keep_unread=unread.keep,
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
        keep_unread=unread.keep,
        command=settings.slack_command,
        book=book,
        own=own,
    )
    return telegram, slack


def _installer(
    settings: Settings, tokens: Tokens, book: InstallBook | None, session: aiohttp.ClientSession
) -> Callable[[Callable[[], str]], list[web.RouteDef]]:
    """The pages by which workspaces install our Slack app; none without a book."""
    if book is None:
        return lambda here: []
    app = App(
        client_id=tokens.slack_client_id,
        client_secret=tokens.slack_client_secret,
        scopes=SCOPES,
        base_url=tokens.slack_base_url,
        command=settings.slack_command,
    )
    trusted = networks(settings.trusted_proxies)
    return lambda here: InstallPages(app, book, session, here, trusted).routes()


def _webhook(settings: Settings, telegram: TelegramPlatform | None) -> Webhook | None:
    secret = settings.telegram_webhook_secret
    if telegram is None or settings.telegram_mode != "webhook" or secret is None:
        return None
    return Webhook(telegram, secret.get_secret_value())


def _hooks(
    webhook: Webhook | None, slack: SlackPlatform | None, page: PageSite | None
) -> list[web.RouteDef]:
    hooks = list(page.routes) if page else []
    if webhook:
        hooks += webhook.routes()
    if slack and slack.signing_secret:
        hooks += slack_webhook.routes(slack)
    return hooks


def _site(
    settings: Settings, parts: _Parts, running: Service, *, hooks: list[web.RouteDef]
) -> web.Application:
    def problems() -> dict[str, str]:
        return {**running.problems, **parts.courier.problems}

    async def ready() -> list[str]:
        await running.store.query(lambda work: work.inbox.backlog())
        return list(problems().values())

    metrics, names = parts.metrics, [each.name for each in (parts.telegram, parts.slack) if each]
    metrics.watch_platforms(lambda: {name: name not in problems() for name in names})
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return make_site(
        hooks=hooks,
        ready=ready,
        metrics=metrics.render,
        metrics_token=token,
        hook_failed=metrics.webhook_failed,
    )


async def _forget(jobs: Jobs, shared: Alone | Together) -> None:
    while True:
        await asyncio.sleep(FORGET_EVERY)
        try:
            await jobs.forget()
            await shared.forget()
        except Exception:
            log.exception("retention failed")


def _say_where(settings: Settings, running: Service) -> None:
    base = f"http://{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{running.port}"  # noqa: S104  # compared, not bound
    log.info("fluxbot is up at %s", base)
    if running.sandbox:
        log.info("talk to it here: %s/sandbox", base)
