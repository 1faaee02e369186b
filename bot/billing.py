"""Puts together what paid plans need: Polar, its webhook, the jobs that ask it, the sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.pages import paid
from adapters.polar import webhook
from adapters.polar.gateway import PolarGateway
from adapters.sandbox import Sandbox
from bot.billing_jobs import BillingJobs
from bot.billing_watch import BillingWatch
from bot.browsing import BrowserWords
from bot.courier import Courier
from bot.in_flight import in_time
from bot.metrics import Metrics
from bot.reconciling import Reconciler
from bot.settings import Settings, SettingsError
from bot.tokens import PolarAccess
from core.billing_facts import Hook
from core.outcomes import OPEN
from core.ports import Clock, Runner
from core.sales import Sales
from core.store import Store

log = logging.getLogger(__name__)

BaseUrl = Callable[[], str]
FORGED = "forged"
"""As an outcome in the metrics: what was not from Polar."""


def sales_of(settings: Settings, access: PolarAccess | None) -> Sales:
    """What is sold, and where that is not said."""
    hidden = frozenset({"telegram"} if settings.telegram_billing == "hidden" else ())
    if access is None:
        return Sales(hidden=hidden)
    return Sales(on=True, plans=access.products, hidden=hidden)


def gateway_of(access: PolarAccess) -> PolarGateway:
    """Polar, which nobody has called yet."""
    return PolarGateway(access.token, server=access.server, url=access.url)


@dataclass(frozen=True, slots=True)
class Billing:
    """What there is where something is sold."""

    access: PolarAccess
    gateway: PolarGateway
    store: Store
    metrics: Metrics
    clock: Clock
    reconciler: Reconciler
    watch: BillingWatch

    def runners(self, courier: Courier, base_url: BaseUrl) -> Mapping[str, Runner]:
        """The jobs that wait for Polar."""
        jobs = BillingJobs(
            store=self.store,
            courier=courier,
            gateway=self.gateway,
            success_url=lambda: f"{base_url()}{paid.PATH}",
        )
        return jobs.runners

    def routes(self, base_url: BaseUrl) -> list[web.RouteDef]:
        """The webhook, and the page to which a browser comes back. Raises `SettingsError`."""

        def forged() -> None:
            self.metrics.billing_hook(FORGED)

        try:
            hooks = webhook.routes(self.receive, self.access.secrets, self.clock, forged)
        except ValueError as problem:
            raise SettingsError([f"POLAR_WEBHOOK_SECRET: {problem}"]) from None
        return [*hooks, *paid.routes(base_url, BrowserWords())]

    async def receive(self, hook: Hook) -> None:
        """Keep what Polar says, and whatever follows from it."""
        outcome = await in_time(self.store.mutate(lambda work: work.hooks.receive(hook)))
        self.metrics.billing_hook(outcome)
        if outcome in OPEN:
            kind = hook.type[:64].encode("unicode_escape").decode()  # one line of the log
            log.warning("a call of Polar (%s) came to nothing: %s", kind, outcome)

    def listen(self, sandbox: Sandbox, here: str) -> None:
        """Let the sandbox's Polar call us."""
        if self.access.url == sandbox.polar.url:
            sandbox.polar.listen(f"{here}{webhook.PATH}", self.access.secrets[0])

    def background(self, *, runs_jobs: bool) -> list[Coroutine[Any, Any, None]]:
        """What goes on as long as the service does."""
        sweep = [self._warm(), self.reconciler.run_for_ever()] if runs_jobs else []
        return [self.watch.look_for_ever(), *sweep]

    async def _warm(self) -> None:
        """Whoever asks first does not wait for polar-sdk to be imported."""
        try:
            await self.gateway.warm()
        except Exception:
            log.exception("Polar's library could not be loaded; the first who asks tries again")


def billing_of(
    access: PolarAccess | None, store: Store, metrics: Metrics, clock: Clock, process: str
) -> Billing | None:
    """None where nothing is sold."""
    if access is None:
        return None
    gateway = gateway_of(access)
    reconciler = Reconciler(
        store=store, gateway=gateway, process=process, repaired=metrics.billing_repaired
    )
    watch = BillingWatch(store, metrics)
    return Billing(access, gateway, store, metrics, clock, reconciler, watch)
