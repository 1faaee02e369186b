"""`send`: our adapters' sending against a bare aiohttp POST, 30 in flight, CPU a message.

The same sentence goes each way; `card` is a task's card in its place, with the drawing of it, which
the bare client is spared. Ratios are of rates: what aiohttp needs for a message over what we need.

The sender is a process of its own on the server's core: `python -m tests.bench.sending URL CYCLES`
prints the CPU microseconds a message of each way, cycle by cycle, as JSON."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import orjson

from adapters.connections import Connector
from adapters.slack.platform import SlackPlatform
from adapters.telegram import TelegramPlatform
from bot import loop
from bot.memory import set_aside_what_stays
from core.addresses import Address
from core.chat import Audience, Button, Fact, Inbound, Reply, Unread
from tests.bench.contender import ROOT
from tests.bench.figures import Figure, median, ratio
from tests.bench.machine import SERVER_CORE, pin
from tests.bench.payloads import SECRET, SLACK_TOKEN, TELEGRAM_TOKEN
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

IN_FLIGHT, BURST = 30, 120
CARD = Reply(
    text="Added.",
    title="#3 buy milk",
    facts=(Fact("Open"),),
    buttons=(
        (Button("Done", "done t:abcdefgh rev:1"), Button("Due", "due t:abcdefgh rev:1")),
        (Button("Assign", "assign t:abcdefgh rev:1"), Button("More", "more t:abcdefgh rev:1")),
    ),
    audience=Audience.HERE,
)
TEXT = "Added #3: buy milk"
SENTENCE = Reply(text=TEXT, audience=Audience.HERE)
Send = Callable[[], Awaitable[object]]


async def send(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    del folder
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.sending", platform.url, str(plan.cycles)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the sender failed")
    cost = orjson.loads(output)
    bare = cost.pop("aiohttp")
    found = {f"{name}_vs_aiohttp": ratio(bare, ours) for name, ours in cost.items()}
    found |= {f"{name}_cpu_us": median(ours) for name, ours in cost.items()}
    return {**found, "aiohttp_cpu_us": median(bare)}


async def _sender(url: str, cycles: int) -> dict[str, list[float]]:
    pool, jar = Connector(limit=200), aiohttp.DummyCookieJar()  # as the service's own
    async with aiohttp.ClientSession(connector=pool, cookie_jar=jar) as session:
        ways = await _ways(url, session)
        set_aside_what_stays()
        cost: dict[str, list[float]] = {name: [] for name in ways}
        for cycle in range(cycles + 1):
            for name in list(ways) if cycle % 2 else list(ways)[::-1]:
                spent = await _burst(ways[name])
                if cycle:  # the first is to warm up
                    cost[name].append(spent)
    return cost


async def _ways(url: str, session: aiohttp.ClientSession) -> dict[str, Send]:
    async def nobody(inbound: Inbound) -> Reply:
        return Reply()

    async def all_is_read(unread: Unread, error: Exception) -> Reply:
        raise error

    telegram = TelegramPlatform(
        token=TELEGRAM_TOKEN,
        base_url=url,
        session=session,
        receive=nobody,
        keep_unread=all_is_read,
    )
    slack = SlackPlatform(
        bot_token=SLACK_TOKEN,
        signing_secret=SECRET,
        app_token=None,
        base_url=f"{url}/api/",
        session=session,
        receive=nobody,
        keep_unread=all_is_read,
    )
    await telegram.identify()
    message = orjson.dumps({"chat_id": 700000000, "text": TEXT})
    target = f"{url}/bot{TELEGRAM_TOKEN}/sendMessage"

    async def bare() -> None:
        json = {"Content-Type": "application/json"}
        async with session.post(target, data=message, headers=json) as answer:
            orjson.loads(await answer.read())

    person = Address("telegram", "", "700000000", private=True)
    member = Address("slack", "T0001", "U700000000", private=True)
    return {
        "aiohttp": bare,
        "telegram": lambda: telegram.send(person, SENTENCE),
        "slack": lambda: slack.send(member, SENTENCE),
        "telegram_card": lambda: telegram.send(person, CARD),
        "slack_card": lambda: slack.send(member, CARD),
    }


async def _burst(way: Send) -> float:
    """CPU microseconds a message."""
    left = BURST

    async def one() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await way()

    began = time.process_time()
    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
    return (time.process_time() - began) * 1e6 / BURST


if __name__ == "__main__":
    pin(SERVER_CORE)
    measured = loop.run(_sender(sys.argv[1], int(sys.argv[2])))
    sys.stdout.write(orjson.dumps(measured).decode())
