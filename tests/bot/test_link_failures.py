"""Links of chats that came to nothing are counted by their way, whatever the pages say."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from bot.metrics import Metrics
from bot.serving import run_site
from bot.web import make_site


async def ready() -> list[str]:
    return []


async def test_each_page_that_says_no_counts_and_nothing_else() -> None:
    async def gone(request: web.Request) -> web.Response:
        return web.Response(status=410)

    async def fine(request: web.Request) -> web.Response:
        return web.Response(text="fine")

    metrics = Metrics()
    hooks = [
        web.get("/link", gone),
        web.post("/link/consent", gone),
        web.get("/link/style.css", fine),
        web.get("/oidc/callback", gone),
        web.post("/api/link", gone),
        web.post("/slack/events", gone),
    ]
    site = make_site(
        hooks=hooks,
        ready=ready,
        metrics=metrics.render,
        metrics_token=None,
        link_failed=metrics.link_failed,
    )
    async with run_site(site, "127.0.0.1", 0) as port, aiohttp.ClientSession() as client:
        here = f"http://127.0.0.1:{port}"
        for path in ("/link", "/link/style.css", "/link/invented", "/linked", "/oidc/callback"):
            await client.get(f"{here}{path}")
        for path in ("/link/consent", "/api/link", "/slack/events"):
            await client.post(f"{here}{path}")
    lines = metrics.render().decode().splitlines()
    counted = sorted(each for each in lines if each.startswith("fluxbot_link_failures_total{"))
    assert counted == [
        'fluxbot_link_failures_total{way="app"} 1.0',
        'fluxbot_link_failures_total{way="chat"} 0.0',
        'fluxbot_link_failures_total{way="web"} 3.0',
    ]
