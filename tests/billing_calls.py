"""Many calls to the webhook of one service, a few at a time, over connections that stay open."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from tests.billing_storm import Call

PATH = "/polar/events"


@dataclass(frozen=True, slots=True)
class Answered:
    call: Call
    status: int
    seconds: float


async def send_all(port: int, calls: Sequence[Call], *, connections: int = 16) -> list[Answered]:
    """Every call in turn, each by whichever connection is free."""
    waiting, answers = deque(calls), list[Answered]()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while waiting:
                call = waiting.popleft()
                began = time.perf_counter()
                writer.write(_raw(call))
                status = await _answer(reader)
                answers.append(Answered(call, status, time.perf_counter() - began))
        finally:
            writer.close()
            await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(connections)))
    return answers


def _raw(call: Call) -> bytes:
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(call.body)), **call.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + call.body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    sizes = [line for line in lines if line.lower().startswith("content-length:")]
    await reader.readexactly(int(sizes[0].partition(":")[2]) if sizes else 0)
    return int(status.split(" ")[1])
