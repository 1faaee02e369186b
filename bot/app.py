"""The composition root: the module that knows every part and puts them together.

Some more know adapters, each for one thing that is composed: `parts` (what is made before anything
moves), `inbound` (the ways in), `pages` (what the site shows people), `billing` (Polar), `sharing`
(what processes share), `tokens` (the sandbox), and for the command line `operator`,
`telegram_operator`, `recorded`, `billing_operator`, `copying` and `restoring`.
The conversation knows none: it has the ports of core.
"""
# long: it names every part once

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.waits import waiting
from adapters.polar.hooks import read as read_hook
from adapters.rates import per_second
from adapters.sandbox import Sandbox, serve
from adapters.sandbox.page_site import PageSite
from adapters.slack import webhook as slack_webhook
from adapters.telegram import TelegramPlatform, Webhook
from bot import logs, upkeep
from bot.background import BackgroundDied, background
from bot.backlog import Backlog
from bot.broadcasting import Broadcasting
from bot.charting import Charts
from bot.damage import refuse_damaged
from bot.dates import read_languages
from bot.files import bytes_of
from bot.home_tabs import HomeTabs, draw_for_ever
from bot.inbound import Inbound, not_yet, until_reached
from bot.introducing import Introducing
from bot.jobs import Jobs
from bot.lock import only_one
from bot.memory import set_aside_what_stays
from bot.parts import Parts, make_parts
from bot.reacting import Reacting
from bot.records import Records
from bot.reminding import remind_for_ever
from bot.retention import forget_for_ever
from bot.roles import Role
from bot.serving import LEAVING, NOTICE, run_site
from bot.settings import Settings, SettingsError
from bot.shapes import sqlite_file
from bot.tokens import point_at, sandbox_of, tokens_of
from bot.unfurling import Unfurling
from bot.web import make_site
from core.desk import Desk
from core.migrations import SchemaTooNew, upgrade
from core.ports import Runner
from core.store import Store, StoreAway

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Service:
    """What runs, for those who start it: the site, and the sandbox if there is."""

    settings: Settings
    store: Store
    engine: DbosEngine
    sandbox: Sandbox | None
    desk: Desk
    port: int = 0
    """Of the site; 0 until it listens."""
    problems: dict[str, str] = field(default_factory=dict)
    """Why a platform is not reached yet."""
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as it is to stop: /readyz says so, and each answer ends its connection."""

    @property
    def here(self) -> str:
        """The site's address on this machine."""
        return f"http://127.0.0.1:{self.port}"

    def base_url(self) -> str:
        """Where people and platforms reach the site, as it is configured, never as a request
        says."""
        return self.settings.public_url or self.here


async def run(settings: Settings, role: Role = Role.ALL) -> int:
    """Run until SIGTERM or SIGINT: 0; or until a part of it dies: 1, so that whoever supervises
    the process starts it again. Raises `SettingsError` when it cannot start."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with service(settings, role) as running:
            _say_where(running)
            set_aside_what_stays()
            await stop.wait()
            log.info("stopping")
            running.leaving.set()
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
        logs.redact(tokens.secret())
        sandbox = None
        if role is Role.ALL and (settings.telegram_sandbox or settings.slack_sandbox):
            sandbox = sandbox_of(tokens)
            point_at(await stack.enter_async_context(serve(sandbox)), settings, tokens)
        parts = await make_parts(stack, settings, tokens, role)
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
    refuse_damaged(sqlite_file(url))
    try:
        upgrade(url)
    except SchemaTooNew as error:
        raise SettingsError([f"DATABASE_URL: {error}"]) from None


async def _assemble(
    stack: AsyncExitStack, settings: Settings, parts: Parts, sandbox: Sandbox | None
) -> Service:
    """Set the parts going, from the back to the front."""
    role, talk = parts.role, parts.talk
    running = Service(settings, parts.store, parts.engine, sandbox, parts.desk)
    running.problems |= not_yet("slack") if parts.slack else {}
    running.problems |= not_yet("telegram") if parts.telegram and role.takes_messages else {}
    jobs = Jobs(store=parts.store.behind(), courier=parts.courier, engine=parts.engine)
    stack.push_async_callback(parts.engine.stop)  # and with it the loop's threads, so after:
    stack.push_async_callback(talk.drain)
    if role.runs_jobs:
        await parts.engine.start(_runners(parts, jobs, running))
    webhook = _webhook(settings, parts.telegram) if role.takes_messages else None
    page = PageSite(sandbox) if sandbox else None
    hooks = list(page.routes) if page else []
    if role.takes_messages:
        hooks += _hooks(parts, webhook, running)
    site = _site(settings, parts, running, hooks=hooks)
    running.leaving = site[LEAVING]
    if page:
        site.on_shutdown.append(lambda _: page.close())
    notice = NOTICE if parts.shared.leases and role.takes_messages else 0.0
    served = run_site(site, settings.host, settings.port, notice=notice)
    running.port = await stack.enter_async_context(served)
    parts.front.open(sandbox, running.base_url)
    await upkeep.look(parts.store, parts.desk)
    if sandbox:
        _call_here(sandbox, parts, running)
    await stack.enter_async_context(_ways_in(settings, parts, webhook, running.problems))
    await stack.enter_async_context(background(*_going_on(parts, jobs, settings.database_url)))
    return running


def _runners(parts: Parts, jobs: Jobs, running: Service) -> Mapping[str, Runner]:
    """What runs the jobs, by their names."""
    records = Records(store=parts.store, courier=parts.courier, engine=parts.engine)
    tabs = HomeTabs(parts.store, parts.courier)
    charts = Charts(parts.store, parts.courier)
    reacting = Reacting(parts.store, parts.courier)
    runners = {**jobs.runners, **records.runners, **tabs.runners, **charts.runners}
    runners |= {**reacting.runners, **Unfurling(parts.store, parts.courier).runners}
    runners |= Introducing(parts.courier).runners
    told = Broadcasting(parts.store.behind(), parts.courier, parts.desk, parts.engine.waiting)
    runners |= told.runners
    if parts.billing:
        runners |= parts.billing.runners(parts.courier, running.base_url)
    return runners


def _hooks(parts: Parts, webhook: Webhook | None, running: Service) -> list[web.RouteDef]:
    """All that others may call, and the pages."""
    here, slack = running.base_url, parts.slack
    hooks = webhook.routes() if webhook else []
    if slack and slack.signing_secret:
        hooks += slack_webhook.routes(slack)
    hooks += parts.installs(here)
    hooks += parts.front.routes(running.sandbox, here, parts.telegram, slack)
    return [*hooks, *(parts.billing.routes(here) if parts.billing else ())]


def _call_here(sandbox: Sandbox, parts: Parts, running: Service) -> None:
    """Let the stand-ins call us as the platforms would."""
    sandbox.slack.delivery.url = f"{running.here}/slack/events"
    sandbox.slack.unfurl_domains = {urlsplit(running.base_url()).hostname or ""}
    if parts.billing:
        parts.billing.listen(sandbox, running.here)


def _going_on(parts: Parts, jobs: Jobs, url: str) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on as long as the service does."""
    role, shared, talk = parts.role, parts.shared, parts.talk
    yield asyncio.to_thread(read_languages)
    yield talk.sweep_for_ever()
    yield upkeep.look_for_ever(parts.store, parts.desk)
    yield _watched(parts, url).look_for_ever()
    if parts.billing:
        yield from parts.billing.background(runs_jobs=role.runs_jobs)
    if role.runs_jobs:
        yield forget_for_ever(jobs, shared)
        yield remind_for_ever(parts.store, parts.metrics.late)
        yield draw_for_ever(parts.store)
    if role.runs_jobs and shared.leases:
        yield shared.leases.sweep_for_ever(talk.sweep)


def _ways_in(
    settings: Settings, parts: Parts, webhook: Webhook | None, problems: dict[str, str]
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
            site=parts.front.site,
            problems=problems,
        ).open()
    learn = [until_reached("slack", parts.slack.introduce, problems)] if parts.slack else []
    return background(*learn)


def _watched(parts: Parts, url: str) -> Backlog:
    """The numbers that the parts keep, shown among the metrics."""
    metrics, store = parts.metrics, parts.store
    backlog = Backlog(store, parts.engine.count_dead, waiting(url))
    backlog.show(metrics)
    desk = parts.desk
    desk.numbers, desk.waiting = lambda: backlog.numbers, waiting(url)
    text = "Whether people are asked to wait: 1, else 0"
    metrics.watch("maintenance", text, lambda: desk.closed_since is not None)
    metrics.watch_store(lambda: asdict(store.counts))
    metrics.watch_jobs(parts.engine.counts)
    text = "Seconds since the oldest message arrived that is being handled and not committed"
    metrics.watch("inbound_lag_seconds", text, parts.talk.in_flight.lag)
    text = "What the event loop has begun and not ended: it grows only if something is never ended"
    metrics.watch("asyncio_tasks", text, lambda: len(asyncio.all_tasks()))
    if file := sqlite_file(url):
        metrics.watch_files(partial(bytes_of, file))
    return backlog


def _webhook(settings: Settings, telegram: TelegramPlatform | None) -> Webhook | None:
    secret = settings.telegram_webhook_secret
    if telegram is None or settings.telegram_mode != "webhook" or secret is None:
        return None
    return Webhook(telegram, secret.get_secret_value())


def _site(
    settings: Settings, parts: Parts, running: Service, *, hooks: list[web.RouteDef]
) -> web.Application:
    def problems() -> dict[str, str]:
        return {**running.problems, **parts.courier.problems}

    async def ready() -> list[str]:
        try:
            await running.store.query(lambda work: work.inbox.backlog())
        except StoreAway:
            return ["database: not reached", *problems().values()]
        return list(problems().values())

    metrics, names = parts.metrics, [each.name for each in (parts.telegram, parts.slack) if each]
    parts.desk.platforms, parts.desk.problems, parts.desk.pace = names, problems, per_second
    parts.desk.hook = read_hook if parts.billing else None
    metrics.watch_platforms(lambda: {name: name not in problems() for name in names})
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return make_site(
        hooks=hooks,
        ready=ready,
        notes=lambda: upkeep.notes(parts.desk),
        metrics=metrics.render,
        metrics_token=token,
        hook_failed=metrics.webhook_failed,
        link_failed=metrics.link_failed,
    )


def _say_where(running: Service) -> None:
    host = running.settings.host
    base = running.here if host == "0.0.0.0" else f"http://{host}:{running.port}"  # noqa: S104  # compared, not bound
    log.info("fluxbot is up at %s", base)
    if running.sandbox:
        log.info("talk to it here: %s/sandbox", base)
