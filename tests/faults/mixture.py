"""Ten thousand messages over platforms that limit, fail, stall and hang up, on the simulation's
clock: `python -m tests.faults.mixture [--without PROTECTION]` says as JSON what came of them."""

from __future__ import annotations

from tests.simulation import nature

nature.take_over()  # before anything asks for the time

import argparse  # noqa: E402  # as all that follow
import asyncio  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import re  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter, defaultdict  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from functools import partial  # noqa: E402
from itertools import pairwise  # noqa: E402
from random import Random  # noqa: E402
from typing import Any  # noqa: E402

from aiohttp import web  # noqa: E402
from yarl import URL  # noqa: E402

from adapters import pacing  # noqa: E402
from adapters.sandbox import Sandbox, World, polar_shape, polar_time, slack_objects  # noqa: E402
from bot import sharing  # noqa: E402
from core.addresses import Address  # noqa: E402
from core.work import Work  # noqa: E402
from tests.service_kit import new_sandbox  # noqa: E402
from tests.simulation import engine, store  # noqa: E402
from tests.simulation.disk import Disk, template  # noqa: E402
from tests.simulation.loop import SimLoop  # noqa: E402
from tests.simulation.machine import HERE, SANDBOX, Machine, opened  # noqa: E402
from tests.simulation.network import Answer, Network  # noqa: E402
from tests.simulation.weather import Weather  # noqa: E402

PRIVATE, GROUPS, CHANNELS = 700, 50, 250
"""Chats on Telegram, groups there, channels on Slack: a thousand."""
EACH = 10
"""Messages of each chat, where nothing else is said."""
FIRST = "state = 'new' GROUP BY queue, part HAVING min(priority) >= 0"
"""The next job of each chat: to read all ten thousand at every look would take a minute in all."""
RATES = {"429": 0.20, "5xx": 0.10, "silent": 0.05, "cut": 0.02}
"""B12's. What is silent arrived, as what is cut: of both nobody hears so."""
SENDS = ("sendMessage", "chat.postMessage")
A_SECOND, BURST = 30.0, 3
"""Messages that Telegram takes from a bot, and those that a chat takes at once."""
SLACK = 0.01
"""Seconds by which what is sent may be early: the loop's own steps take time, too."""
SAID = re.compile(r"Notice (\d+) of (\d+)")
LEFT = "SELECT count(*) FROM memory_job WHERE state = 'new'"
DEAD = "SELECT count(*) FROM memory_job WHERE state = 'dead'"
GIVES_UP_AFTER = 3600.0


class Storm(Weather):
    """Trouble for what is sent, and for nothing else."""

    def __init__(self, chance: Random) -> None:
        super().__init__(chance)
        self.rates = RATES

    def fate(self, by: str, path: str) -> Any:
        self.calm = not path.endswith(SENDS)
        return super().fate(by, path)


@dataclass
class Sends:
    """Of one chat: when each began, until when none may, and how many did all the same."""

    at: list[float] = field(default_factory=list)
    held_until: float = 0.0
    early: int = 0


class Watched(Network):
    """Looks at every call that sends."""

    def __init__(self, weather: Weather) -> None:
        super().__init__(weather)
        self.chats: defaultdict[str, Sends] = defaultdict(Sends)
        self.outcomes: Counter[str] = Counter()

    async def exchange(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes, patience: float
    ) -> Answer:
        if not url.path.endswith(SENDS):
            return await super().exchange(method, url, headers, body, patience)
        chat = self.chats[_chat_of(body)]
        began = time.time()
        chat.early += began < chat.held_until
        chat.at.append(began)
        try:
            answer = await super().exchange(method, url, headers, body, patience)
        except Exception:
            self.outcomes["ambiguous"] += 1
            raise
        self.outcomes[str(answer.status)] += 1
        if answer.status == 429:
            asked = int(answer.headers.get("Retry-After", "0"))
            asked = asked or int(json.loads(answer.body)["parameters"]["retry_after"])
            chat.held_until = max(chat.held_until, time.time() + asked)
        return answer


def _chat_of(body: bytes) -> str:
    found = re.search(rb'"?(?:chat_id|channel)"?\s*[:=]\s*"?([-\w]+)', body)
    assert found is not None, body
    return found[1].decode()


class Holdless(pacing.LocalPacer):
    """Forgets what a 429 asks for. A control."""

    def hold(self, address: Address, seconds: float) -> None:
        """Nothing."""


def world() -> World:
    """A thousand chats."""
    made = World.crowd(PRIVATE, CHANNELS)
    made.started |= set(made.people)  # or nobody may write to them
    for number in range(GROUPS):
        made.add_chat("telegram", f"-100{number}", f"group {number}", [f"tg-p{number + 1}"])
    return made


def addresses(made: World) -> list[Address]:
    """Of all chats."""
    found = []
    for each in made.chats.values():
        scope = each.team if each.platform == "slack" else ""
        found.append(Address(each.platform, scope, each.platform_id, private=each.private))
    return found


def put(work: Work, where: Address, number: int, each: int) -> None:
    """All messages of one chat."""
    chat = work.chats.get(where).id
    for n in range(each):
        text = {"text": f"Notice {n} of {number}"}
        work.put_in_chat(chat, name="say", id=f"say:{number}:{n}", payload=text)


async def run(disk: Disk, figures: dict[str, Any], each: int, *, ordered: bool) -> None:
    chance = Random(12)  # noqa: S311  # no secret
    network = Watched(Storm(chance))
    sandbox, machine = new_sandbox(world()), Machine(disk, network, chance, webhook=False)
    sandbox.limit(False)  # the limits are counted where we send, before the wire shifts anything
    machine.ordered = ordered
    site = web.Application(client_max_size=2**26)
    site.add_routes(sandbox.routes())
    machine.install()
    await opened(network, site, [SANDBOX])
    await sandbox.start(base_url=f"http://{SANDBOX}/sandbox")
    sandbox.slack.delivery.url = f"http://{HERE}/slack/events"
    await machine.start()
    assert machine.service is not None
    for number, where in enumerate(addresses(sandbox.world)):
        await machine.service.store.mutate(partial(put, where=where, number=number, each=each))
    began = time.time()
    while disk.rows(LEFT)[0][0] and time.time() < began + GIVES_UP_AFTER:  # noqa: ASYNC110  # it is a row
        await asyncio.sleep(1)
    figures["seconds"] = time.time() - began
    figures["messages"] = (number + 1) * each
    figures["dead letters"] = disk.rows(DEAD)[0][0]
    judge(sandbox, network, figures)
    await machine.crash()
    await sandbox.stop()


def judge(sandbox: Sandbox, network: Watched, figures: dict[str, Any]) -> None:
    """What everybody saw, against what was to be said."""
    seen: Counter[tuple[int, int]] = Counter()
    disorder = 0
    for chat in sandbox.world.chats:
        said = [SAID.search(each.text) for each in sandbox.world.messages(chat)]
        told = [(int(each[2]), int(each[1])) for each in said if each]
        first = list(dict.fromkeys(told))
        disorder += sum(later < earlier for earlier, later in pairwise(first))
        seen.update(told)
    telegram = [each.at for chat, each in network.chats.items() if chat.lstrip("-").isdigit()]
    groups = [each.at for chat, each in network.chats.items() if chat.startswith("-")]
    every = sorted(at for each in telegram for at in each)
    chats = network.chats.values()
    figures |= {
        "delivered": len(seen),
        "extra copies": seen.total() - len(seen),
        "ambiguous": network.outcomes["ambiguous"],
        "answers of 429": network.outcomes["429"],
        "out of order": disorder,
        "before the wait was over": sum(each.early for each in network.chats.values()),
        "over 1/s of a chat": sum(breaches(each.at, BURST, 1.0) for each in chats),
        "over 20/min of a group": sum(too_many(each, 20, 60.0) for each in groups),
        "over 30/s in all": too_many(every, int(A_SECOND), 1.0),
        "ideal s": len(every) / A_SECOND,
    }


def breaches(at: list[float], burst: int, rate: float) -> int:
    """How many come before a bucket of so many, which fills at that rate, has one for them."""
    level, last, found = float(burst), 0.0, 0
    for each in at:
        level = min(burst, level + (each - last) * rate)
        found += level < 1 - SLACK
        level, last = level - 1, each
    return found


def too_many(at: list[float], most: int, seconds: float) -> int:
    """How many come less than so many seconds after the one that many before."""
    return sum(b - a < seconds - SLACK for a, b in zip(at, at[most:], strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mixture", description=__doc__)
    parser.add_argument("--without", choices=["hold", "order", "pace"], default="")
    parser.add_argument("--each", type=int, default=EACH, help="messages of each chat")
    given = parser.parse_args()
    without, ordered = given.without, given.without != "order"
    store.LATE = 0.0  # a disk that hangs holds up all commits, as the service's own: not B12's
    if ordered:
        engine.NEXT = FIRST
    if without == "hold":
        sharing.LocalPacer = Holdless  # type: ignore[misc]  # that is the point
    if without == "pace":
        sharing.LocalPacer = pacing.NoPacer  # type: ignore[assignment,misc]  # as above
    logging.disable(logging.ERROR)
    for module in (polar_time, polar_shape, slack_objects):
        module.datetime = nature.Moments  # type: ignore[attr-defined]  # they ask by themselves
    loop = SimLoop()
    asyncio.set_event_loop(loop)
    nature.begin("12", loop.time)
    figures: dict[str, Any] = {}
    loop.run_until_complete(run(Disk(template()), figures, given.each, ordered=ordered))
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main()
