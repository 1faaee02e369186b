"""The Bot API and Slack's Web API on loopback: fixed answers at once, every message counted.

It runs in the load's own event loop, so that an answer's arrival needs no second clock."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import orjson

_BOT = {"id": 1234567890, "is_bot": True, "first_name": "Bot", "username": "bench_bot"}
_CHAT = {"id": 700000000, "first_name": "Ada", "last_name": "Lovelace", "type": "private"}
_ANSWERS: dict[bytes, object] = {
    b"getMe": {"ok": True, "result": {**_BOT, "can_join_groups": True}},
    b"sendMessage": {
        "ok": True,
        "result": {"message_id": 7, "from": _BOT, "chat": _CHAT, "date": 1, "text": "Added."},
    },
    b"chat.postMessage": {
        "ok": True,
        "channel": "D700000000",
        "ts": "1700000000.000100",
        "message": {"type": "message", "text": "Added.", "ts": "1700000000.000100"},
    },
    b"auth.test": {
        "ok": True,
        "url": "https://example.slack.com/",
        "team": "T",
        "user": "bot",
        "team_id": "T0001",
        "user_id": "UBOT",
        "bot_id": "B0001",
    },
}
_OK = {"ok": True, "result": True}
_MESSAGES = frozenset((b"sendMessage", b"chat.postMessage"))
_WHO = re.compile(rb"(?<!\d)(7\d{8})(?!\d)")
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


def _http(answer: object) -> bytes:
    body = orjson.dumps(answer)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


_RAW = {method: _http(answer) for method, answer in _ANSWERS.items()}
_RAW_OK = _http(_OK)


class StandIn:
    """What it counted, and whom to tell of a message."""

    def __init__(self) -> None:
        self.calls: Counter[bytes] = Counter()
        self.on_message: Callable[[int], None] = lambda who: None
        self.url = ""

    def take(self, head: bytes, body: bytes) -> bytes:
        """The answer to one call."""
        method = head.split(b" ", 2)[1].rsplit(b"/", 1)[-1]
        self.calls[method] += 1
        if method in _MESSAGES:
            found = _WHO.search(body)
            self.on_message(int(found[1]) if found else 0)
        return _RAW.get(method, _RAW_OK)

    async def called(self, method: bytes, times: int, within: float = 30.0) -> None:
        """Wait until a method was called so often. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self.calls[method] < times:  # noqa: ASYNC110  # before the clock starts
                await asyncio.sleep(0.01)


class _Connection(asyncio.Protocol):
    def __init__(self, owner: StandIn) -> None:
        self._owner, self._buffer = owner, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            size = _size(head, self._buffer, end + 4)
            if size is None or len(self._buffer) < end + 4 + size:
                return
            body, self._buffer = self._buffer[end + 4 :][:size], self._buffer[end + 4 + size :]
            self._transport.write(self._owner.take(head, body))  # type: ignore[attr-defined]  # a TCP transport


def _size(head: bytes, buffer: bytes, start: int) -> int | None:
    """Bytes of the body; None while the end of a chunked one is missing."""
    if b"chunked" in head.lower():
        end = buffer.find(b"0\r\n\r\n", start)
        return end + 5 - start if end >= 0 else None
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


@asynccontextmanager
async def stand_in() -> AsyncIterator[StandIn]:
    owner = StandIn()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(owner), "127.0.0.1", 0, backlog=512)
    owner.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield owner
    finally:
        server.close()
