"""A small Bot API on a loopback socket, strict where the real one is."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

TOKEN = "42:token-that-must-not-be-seen"
ME = {"id": 42, "is_bot": True, "first_name": "Fluxbot", "username": "FluxBot"}
DATE = 1_790_000_000


class Html(HTMLParser):
    """The plain text and the tags of a message, refusing what Telegram refuses."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.open = "", list[str](), list[str]()
        self.feed(source)
        self.close()
        if self.open:
            raise ValueError("unclosed tag")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("b", "s") or attrs:
            raise ValueError(f"unsupported start tag {tag}")
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise ValueError("comment")

    def handle_decl(self, decl: str) -> None:
        raise ValueError("declaration")

    def handle_pi(self, data: str) -> None:
        raise ValueError("processing instruction")

    def unknown_decl(self, data: str) -> None:
        raise ValueError("section")


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        self.status = status
        self.body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters


class BotApi:
    """Remembers calls; fails as told; serves updates until they are confirmed."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: dict[str, deque[Refused | float]] = defaultdict(deque)
        """Method -> what its next calls meet: a refusal, or a delay in seconds."""
        self.updates: list[dict[str, Any]] = []
        self.webhook = ""
        self.next_id = 500

    def fail(self, method: str, status: int, description: str, **parameters: int) -> None:
        self.faults[method].append(Refused(status, description, **parameters))

    def of(self, method: str) -> list[dict[str, Any]]:
        """The parameters of each call of a method."""
        return [given for name, given in self.calls if name == method]

    async def serve(self, request: web.Request) -> web.Response:
        given = {name: _value(value) for name, value in (await request.json()).items()}
        method = request.match_info["method"]
        self.calls.append((method, given))
        try:
            if request.match_info["token"] != TOKEN:
                raise Refused(401, "Unauthorized")
            await self._meet(method)
            handler = getattr(self, f"on_{method.lower()}", None)
            result = await handler(given) if handler else True
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)
        return web.json_response({"ok": True, "result": result})

    async def _meet(self, method: str) -> None:
        if self.faults[method]:
            fault = self.faults[method].popleft()
            if isinstance(fault, Refused):
                raise fault
            await asyncio.sleep(fault)

    async def on_getme(self, given: dict[str, Any]) -> Any:
        return ME

    async def on_sendmessage(self, given: dict[str, Any]) -> Any:
        self._check(given)
        self.next_id += 1
        return self._message(given, self.next_id)

    async def on_editmessagetext(self, given: dict[str, Any]) -> Any:
        self._check(given)
        if "inline_message_id" in given:
            return True
        return self._message(given, given["message_id"])

    async def on_setwebhook(self, given: dict[str, Any]) -> Any:
        self.webhook = given["url"]
        return True

    async def on_deletewebhook(self, given: dict[str, Any]) -> Any:
        self.webhook = ""
        return True

    async def on_getupdates(self, given: dict[str, Any]) -> Any:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self.updates = [u for u in self.updates if u["update_id"] >= given.get("offset", 0)]
        with suppress(TimeoutError):
            await until(lambda: bool(self.updates), given.get("timeout", 0))
        return self.updates[: given["limit"]]

    def _message(self, given: dict[str, Any], message_id: int) -> dict[str, Any]:
        chat = {"id": given["chat_id"], "type": "private", "first_name": "A"}
        return {"message_id": message_id, "from": ME, "chat": chat, "date": DATE, "text": "x"}

    def _check(self, given: dict[str, Any]) -> None:
        text = str(given["text"])
        if given.get("parse_mode") == "HTML":
            try:
                text = Html(text).text
            except ValueError as error:
                raise Refused(400, f"Bad Request: can't parse entities: {error}") from error
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refused(400, "Bad Request: message is too long")
        for row in given.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if len(button.get("callback_data", "").encode()) > 64:
                    raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


async def until(happened: Callable[[], bool], seconds: float = 5.0) -> None:
    """Look until it is so. Raises TimeoutError after that many seconds."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110  # what is watched may be in another task or list
            await asyncio.sleep(0.005)


def _value(given: Any) -> Any:
    """A number or an object that comes as text is one, as in the real one."""
    try:
        return json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return given


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Serve on a free loopback port; the root URL."""
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    server = BotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", server.serve)
    async with listening(app) as server.url:
        yield server
