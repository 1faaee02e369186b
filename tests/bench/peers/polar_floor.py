"""The floor of Polar's webhook: bare aiohttp, hmac, orjson, sqlite3 on the loop, one commit each.

The work: refuse a second delivery, keep the body, keep the newest snapshot of the subscription, and
set the plan of the account that pays; commit with synchronous=FULL."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import sqlite3
import time
from typing import Any

import orjson
from aiohttp import web
from common import Given, given, serve

TABLES = """
CREATE TABLE hook (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE account (id INTEGER PRIMARY KEY, external TEXT NOT NULL UNIQUE, plan TEXT NOT NULL);
CREATE TABLE subscription (
    id TEXT PRIMARY KEY, account_id INTEGER NOT NULL, product TEXT NOT NULL, status TEXT NOT NULL,
    period_end TEXT NOT NULL, modified_at TEXT NOT NULL
);
"""
KEEP = """
INSERT INTO subscription VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    product = excluded.product, status = excluded.status, period_end = excluded.period_end,
    modified_at = excluded.modified_at
WHERE excluded.modified_at >= modified_at
"""
PLAN = """
INSERT INTO account (external, plan) VALUES (?, ?)
ON CONFLICT (external) DO UPDATE SET plan = excluded.plan RETURNING id
"""


class Floor:
    def __init__(self, options: Given) -> None:
        self._db = sqlite3.connect(options.db, isolation_level=None, cached_statements=256)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLES)
        self._key = base64.b64decode(options.secret.removeprefix("whsec_"))

    async def handle(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), request.headers
        id, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        mac = hmac.new(self._key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
        fits = hmac.compare_digest(
            f"v1,{base64.b64encode(mac).decode()}", headers["webhook-signature"]
        )
        if not fits or abs(time.time() - int(stamp)) > 300:
            return web.Response(status=403)
        self._keep(id, orjson.loads(body), body)
        return web.Response(status=202)

    def _keep(self, id: str, event: dict[str, Any], body: bytes) -> None:
        run, data = self._db.execute, event["data"]
        run("BEGIN IMMEDIATE")
        values = (id, event["type"], body, int(time.time()))
        if run("INSERT OR IGNORE INTO hook VALUES (?, ?, ?, ?)", values).rowcount:
            plan = data["product_id"] if data["status"] == "active" else ""
            account = run(PLAN, (data["customer"]["external_id"], plan)).fetchone()[0]
            row = (data["id"], account, data["product_id"], data["status"])
            run(KEEP, (*row, data["current_period_end"], data["modified_at"]))
        run("COMMIT")


async def main() -> None:
    options = given()
    app = web.Application()
    app.add_routes([web.post("/polar/events", Floor(options).handle)])
    await serve(app, options.port)


if __name__ == "__main__":
    asyncio.run(main())
