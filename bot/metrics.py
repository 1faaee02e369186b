"""What the program counts, for Prometheus. One registry of our own, so that two programs in one
process (tests) do not share numbers. No label ever holds what a person wrote."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

Count = Callable[[], float]
Counts = Callable[[], Mapping[str, int]]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)
"""Buckets in seconds; 3.0 is when Slack gives a command up."""


_OF_LINKS = frozenset(("CodeRefused", "LinkRefused"))
"""Refusals of whoever wants to link a chat."""


class _Watched(Collector):
    """Counts or states that somebody else keeps, under one name."""

    def __init__(
        self,
        name: str,
        text: str,
        label: str,
        counts: Counts,
        kind: type[CounterMetricFamily | GaugeMetricFamily] = CounterMetricFamily,
    ) -> None:
        self._about = (f"fluxbot_{name}", text)
        self._label = label
        self._counts = counts
        self._kind = kind

    def collect(self) -> Iterator[Metric]:
        family = self._kind(*self._about, labels=(self._label,))
        with suppress(Exception):  # as `_or_nan`: the others are still to be had
            for value, count in self._counts().items():
                family.add_metric((value,), count)
        yield family


class Metrics:
    """Counts by meaning. Safe to call from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, processor, descriptors, start
        self._inbound = self._counter("inbound", "What people did", "platform", "kind", "outcome")
        self._inbound_seconds = Histogram(
            "fluxbot_inbound_seconds",
            "Seconds from a message's arrival to its commit",
            ("platform",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._duplicates = self._counter("duplicates", "Redeliveries answered again", "platform")
        self._sends = self._counter("sends", "Calls that send or edit", "platform", "outcome")
        self._wait_429 = self._counter(
            "wait_429_seconds", "Seconds that platforms told us to wait", "platform"
        )
        self._defects = self._counter("handler_defects", "Handlers that failed", "command")
        self._refusals = self._counter(
            "refusals", "Commands that were refused, by why", "command", "refusal"
        )
        self._webhook_failures = self._counter(
            "webhook_failures", "Webhook calls that were not answered 2xx", "route", "status"
        )
        self._unread = self._counter("unread", "Messages that could not be read", "platform")
        self._hooks = self._counter(
            "billing_hooks", "Calls of Polar, by what came of them", "outcome"
        )
        self._repaired = self._counter(
            "billing_repaired", "Subscriptions of which a comparison knew what no call had said"
        )
        self._link_failures = self._counter(
            "link_failures", "Tries to link a chat that came to nothing", "way"
        )
        self._late = self._counter(
            "late_reminders", "Reminders told a minute or more after their time"
        )
        # There from the start, at 0: of what first appears at 1, no rate is seen.
        for counter in (self._duplicates, self._wait_429, self._unread):
            for platform in ("telegram", "slack"):
                counter.labels(platform)
        for way in ("chat", "web", "app"):
            self._link_failures.labels(way)
        # For each message: finding the child of its labels costs five times the counting.
        self._inbound_of = cache(self._inbound.labels)
        self._inbound_seconds_of = cache(self._inbound_seconds.labels)
        self._sends_of = cache(self._sends.labels)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"fluxbot_{name}", text, labels, registry=self._registry)

    def inbound(self, platform: str, kind: str, outcome: str, seconds: float) -> None:
        """A message was handled, committed `seconds` after it arrived."""
        self._inbound_of(platform, kind, outcome).inc()
        self._inbound_seconds_of(platform).observe(seconds)

    def duplicate(self, platform: str) -> None:
        """A message came again and was answered from its key row."""
        self._duplicates.labels(platform).inc()

    def sent(self, platform: str, outcome: str) -> None:
        """A call to a platform ended: `ok`, or the kind of delivery error."""
        self._sends_of(platform, outcome).inc()

    def waited(self, platform: str, seconds: float) -> None:
        """A platform said 429 and asked to wait that long."""
        self._wait_429.labels(platform).inc(seconds)

    def handler_defect(self, command: str) -> None:
        """A command's handler raised something that is not a refusal."""
        self._defects.labels(command).inc()

    def refused(self, command: str, refusal: str) -> None:
        """A command was refused."""
        self._refusals.labels(command, refusal).inc()
        if refusal in _OF_LINKS:
            self.link_failed("chat")

    def link_failed(self, way: str) -> None:
        """Somebody could not link a chat: by a code or a question in a `chat`, by the pages on the
        `web`, or by the operator's own `app`."""
        self._link_failures.labels(way).inc()

    def late(self, count: int) -> None:
        """So many reminders were told late (`core.backlog.LATE`)."""
        self._late.inc(count)

    def webhook_failed(self, route: str, status: int) -> None:
        """A call to one of our webhooks was not answered 2xx: by a stranger (4xx), or when nothing
        could be kept (503), after which the platform calls again."""
        self._webhook_failures.labels(route, str(status)).inc()

    def unread(self, platform: str) -> None:
        """An adapter's reader broke on a genuine message, which is kept for the operator."""
        self._unread.labels(platform).inc()

    def billing_hook(self, outcome: str) -> None:
        """Somebody called Polar's webhook: Polar, with one of `core.hooks.Outcome`, or not
        (`forged`)."""
        self._hooks.labels(outcome).inc()

    def billing_repaired(self, count: int) -> None:
        """A comparison with Polar knew so much that no call had said."""
        self._repaired.inc(count)

    def watch_store(self, counts: Counts) -> None:
        """Ask `counts` at each scrape what the store did: commits, functions in them, replays
        after a conflict or a failed batch, failures."""
        self._registry.register(_Watched("store", "What the store did", "what", counts))

    def watch_jobs(self, counts: Counts) -> None:
        """Ask `counts` at each scrape how attempts at jobs ended: finished, retried, dead."""
        self._registry.register(_Watched("jobs", "How attempts at jobs ended", "outcome", counts))

    def watch_platforms(self, states: Counts) -> None:
        """Ask `states` at each scrape which platforms are reached and know our token: 1, else 0."""
        text = "Whether a platform is reached and knows our token"
        self._registry.register(
            _Watched("platform_reached", text, "platform", states, GaugeMetricFamily)
        )

    def watch_files(self, bytes_of: Counts) -> None:
        """Ask `bytes_of` at each scrape how large the database's files are, and what is free."""
        text = "Bytes of the SQLite file, of its log, and free on its disk"
        self._registry.register(_Watched("disk_bytes", text, "what", bytes_of, GaugeMetricFamily))

    def watch(self, name: str, text: str, count: Count) -> None:
        """Ask `count` at each scrape for one number, which is shown as `fluxbot_<name>`."""
        gauge = Gauge(f"fluxbot_{name}", text, registry=self._registry)
        gauge.set_function(lambda: _or_nan(count))

    def render(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self._registry)


def _or_nan(count: Count) -> float:
    """One number that cannot be had must not hide all the others."""
    try:
        return float(count())
    except Exception:
        return math.nan
