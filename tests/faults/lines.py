"""A city whose every line can be made bad: from the service to the platforms, to Polar and to its
database, and from the platforms and Polar back to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy import make_url

from adapters.sandbox import Served, serve
from tests.faults.bystander import moves_in
from tests.faults.city import A_MESSAGE, FULLEST, UNDELIVERED, UNFINISHED, City, hurry, settings
from tests.faults.crowd import enough
from tests.faults.nursery import born
from tests.faults.pair import Pair
from tests.faults.proxy import Proxy, Toxic, tcp, unix
from tests.faults.supervisor import Supervised
from tests.ports import free_port
from tests.service_kit import POLAR_SECRET, new_sandbox

ANSWERS_WITHIN = 5.0
"""Seconds in which /readyz answers, whatever is away."""
DEAD = "SELECT count(*) FROM workflow_status WHERE status NOT IN ('ENQUEUED', 'PENDING', 'SUCCESS')"
"""Jobs that were given up."""
MANY = 10_000
"""Inputs for which there are people enough: twice those of the longest run seen, a quarter of an
hour of crash points on a busy machine. With too few, somebody's list is full for a while."""
STEP = 0.5
"""Seconds between two looks at whether it is ready."""


@dataclass
class Lines:
    """The city, and its lines by what they lead to."""

    city: City
    service: Supervised
    there: dict[str, Proxy] = field(default_factory=dict)
    """On which the service calls."""
    back: dict[str, Proxy] = field(default_factory=dict)
    """On which it is called."""

    def of(self, link: str) -> list[Proxy]:
        """Both ways, where there are two."""
        return [lines[link] for lines in (self.there, self.back) if link in lines]

    @property
    def readyz(self) -> str:
        return f"http://127.0.0.1:{self.service.port}/readyz"

    async def suffer(self, link: str, toxic: Toxic, seconds: float) -> Suffered:
        """Have the link bad for so long; what came of it."""
        bad, began = self.of(link), time.time()
        before = sum(each.spoiled for each in bad)
        for each in bad:
            each.be(toxic)
        said = await self._watch(seconds)
        for each in bad:
            each.be(None)
        ended = time.time()
        steps = int((ended - began) / STEP) + 2
        # What was under way at any of these moments may have been cut, as by a kill.
        self.service.kills += [began + STEP * n for n in range(steps)]
        return Suffered(sum(each.spoiled for each in bad) - before, said)

    async def settle(self, within: float) -> int:
        """Return when everything is done and sent: within so many seconds beside those for which
        the fullest chat has to wait its turn. What was given up meanwhile, since nobody said
        whether it had arrived, is sent again as an operator would have it; how many."""
        await self.city.sandbox.settled(within)
        await self.city.sandbox.polar.settle(within)
        end, replayed = time.monotonic() + within, 0
        end += A_MESSAGE * self.city.service.count(FULLEST)
        while left := [self.city.service.count(each) for each in (UNDELIVERED, UNFINISHED, DEAD)]:
            if not any(left):
                break
            assert time.monotonic() < end, f"not at rest within {within} s: {left}"
            if left[2] and not left[1]:
                replayed += left[2]
                await self._replay()
            await asyncio.sleep(STEP)
        return replayed

    async def _replay(self) -> None:
        home = self.service.directory
        process = await born(
            "bot", "jobs", "--replay", "all",
            cwd=home, env=self.service.settings, log=home / "jobs.log",
        )  # fmt: skip
        assert await process.wait() == 0, f"see {home}"

    async def _watch(self, seconds: float) -> set[str]:
        """What the service says of itself meanwhile: `ready`, or what is away."""
        said = set[str]()
        end = time.monotonic() + seconds
        limit = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
        async with aiohttp.ClientSession(timeout=limit) as session:
            while time.monotonic() < end:
                async with session.get(self.readyz) as answer:
                    said |= set((await answer.text()).splitlines())
                await asyncio.sleep(STEP)
        return said


@dataclass
class Suffered:
    """What a toxic did."""

    spoiled: int
    """Connections and parts of what was said that it had in its hands: at most so many messages
    may have been sent without our hearing of it."""
    said: set[str]


@asynccontextmanager
async def bad_lines(
    directory: Path, url: str, mode: str, *, module: str = "bot"
) -> AsyncIterator[Lines]:
    """The lines, good, and the service on them, not started yet. `url`: of a PostgreSQL, or empty
    for a SQLite file; `mode` is Telegram's."""
    world, port = enough(MANY), free_port()
    moves_in(world)
    sandbox = new_sandbox(world)
    hurry(sandbox)
    async with AsyncExitStack() as stack:
        back = {name: Proxy(tcp(port)) for name in ("telegram", "slack", "polar")}
        for each in back.values():
            await stack.enter_async_context(each.listening())
        events = f"http://127.0.0.1:{back['slack'].port}/slack/events"
        served = await stack.enter_async_context(serve(sandbox, slack_request_url=events))
        inside = urlsplit(served.telegram_base_url).port or 0
        there = {name: Proxy(tcp(inside)) for name in ("telegram", "slack", "polar")}
        if url:
            there["postgresql"] = Proxy(unix(_socket(url)))
        for each in there.values():
            await stack.enter_async_context(each.listening())
        values = settings(served, mode, port, directory) | _moved(served, inside, there)
        if mode == "webhook":
            values["PUBLIC_URL"] = f"http://127.0.0.1:{back['telegram'].port}"
        if url:
            values["DATABASE_URL"] = _through(url, there["postgresql"].port)
        sandbox.polar.listen(f"http://127.0.0.1:{back['polar'].port}/polar/events", POLAR_SECRET)
        service = Supervised(directory, values, port, module)
        # On PostgreSQL it is asked what it holds beside the bad line.
        asked = cast(Supervised, Pair(url, [service])) if url else service
        stack.push_async_callback(service.end)
        yield Lines(City(sandbox, asked), service, there, back)


def _socket(url: str) -> str:
    """The path of the server's socket, of which the URL names the folder."""
    return f"{make_url(url).query['host']}/.s.PGSQL.5432"


def _through(url: str, port: int) -> str:
    """The same database by TCP, on this port."""
    made = make_url(url).set(host="127.0.0.1", port=port, query={})
    return made.render_as_string(hide_password=False)


def _moved(served: Served, inside: int, there: dict[str, Proxy]) -> dict[str, str]:
    """The settings that say where the platforms are: at our proxies."""

    def by(name: str, url: str) -> str:
        return url.replace(f":{inside}/", f":{there[name].port}/")

    return {
        "TELEGRAM_BASE_URL": by("telegram", served.telegram_base_url),
        "SLACK_BASE_URL": by("slack", served.slack_base_url),
        "POLAR_SERVER_URL": by("polar", served.polar_base_url),
    }
