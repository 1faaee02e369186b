"""The floor: bare aiohttp, orjson, sqlite3 on the loop, one commit each, a bare client's answer.

The last argument is `telegram` or `slack`."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sqlite3
import sys
import time
from urllib.parse import parse_qsl

import aiohttp
import orjson
from aiohttp import web
from common import QUOTA, Given, fresh, given, serve


class Floor:
    def __init__(self, options: Given, session: aiohttp.ClientSession) -> None:
        self._options, self._session = options, session
        self._db = sqlite3.connect(options.db, isolation_level=None, cached_statements=256)
        self._db.execute("PRAGMA synchronous=FULL")

    def add(self, key: str, user: str, chat: str, title: str) -> str | None:
        """One transaction; the answer's text, or None for what was handled before."""
        run = self._db.execute
        run("BEGIN IMMEDIATE")
        text = self._work(key, user, chat, title)
        run("COMMIT")
        return text

    def _work(self, key: str, user: str, chat: str, title: str) -> str | None:
        run, now = self._db.execute, int(time.time())
        if not run("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount:
            return None
        found = run("SELECT id FROM account WHERE external = ?", (user,)).fetchone()
        if found is None:
            found = run(
                "INSERT INTO account (external) VALUES (?) RETURNING id", (user,)
            ).fetchone()
        open_tasks = run(
            "SELECT count(*) FROM"
            " (SELECT 1 FROM task WHERE account_id = ? AND status = 'open' LIMIT ?)",
            (found[0], QUOTA),
        ).fetchone()[0]
        if open_tasks >= QUOTA:
            return "You have too many open tasks."
        task = run(
            "INSERT INTO task (account_id, title, status, created_at) VALUES (?, ?, 'open', ?)",
            (found[0], title, now),
        ).lastrowid
        text = f"Added #{task}: {title}"
        run("INSERT INTO answer (chat, text, due_at) VALUES (?, ?, ?)", (chat, text, now))
        return text

    async def telegram(self, request: web.Request) -> web.Response:
        given_secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given_secret, self._options.secret):
            return web.Response(status=403)
        update = orjson.loads(await request.read())
        message = update["message"]
        user, chat = str(message["from"]["id"]), message["chat"]["id"]
        title = message["text"].partition(" ")[2]
        text = self.add(str(update["update_id"]), user, str(chat), title)
        if text:
            url = f"{self._options.api}/bot{self._options.token}/sendMessage"
            await self._post(url, {"chat_id": chat, "text": text}, {})
        return web.Response()

    async def slack(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        signed = b"v0:" + stamp.encode() + b":" + body
        mine = hmac.new(self._options.secret.encode(), signed, hashlib.sha256).hexdigest()
        fits = hmac.compare_digest(f"v0={mine}", request.headers["X-Slack-Signature"])
        if not fits or abs(time.time() - int(stamp)) > 300:
            return web.Response(status=401)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        user, title = form["user_id"], form["text"].partition(" ")[2]
        text = self.add(form["trigger_id"], user, user, title)
        if text:
            bearer = {"Authorization": f"Bearer {self._options.token}"}
            url = f"{self._options.api}/api/chat.postMessage"
            await self._post(url, {"channel": user, "text": text}, bearer)
        return web.Response()

    async def _post(self, url: str, message: object, headers: dict[str, str]) -> None:
        headers = headers | {"Content-Type": "application/json"}
        async with self._session.post(url, data=orjson.dumps(message), headers=headers) as answer:
            await answer.read()


async def main() -> None:
    front = sys.argv.pop()
    options = given()
    fresh(options.db)
    async with aiohttp.ClientSession() as session:
        floor = Floor(options, session)
        app = web.Application()
        app.add_routes(
            [web.post("/telegram/webhook", floor.telegram)]
            if front == "telegram"
            else [web.post("/slack/events", floor.slack)]
        )
        await serve(app, options.port)


if __name__ == "__main__":
    asyncio.run(main())
