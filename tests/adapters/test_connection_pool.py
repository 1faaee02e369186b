"""What a pool keeps of the connections that a burst needed."""

from __future__ import annotations

import asyncio

import aiohttp

from adapters.connections import Connector

AT_ONCE = 8
KEPT = 0.2
"""Seconds that an idle connection stays open."""


class Server:
    """Answers when it is told to, and knows how many connections are open."""

    def __init__(self) -> None:
        self.open = self.asked = 0
        self.all_asked, self.answers = asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                if self.asked == AT_ONCE:
                    self.all_asked.set()
                await self.answers.wait()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except asyncio.IncompleteReadError:
            self.open -= 1
            writer.close()


async def _open_after_a_burst(connector: aiohttp.TCPConnector) -> int:
    """Connections, when one call after the other was made for much longer than idle ones are kept,
    and each connection had its turn in less than that, if they had turns."""
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    async with listening, aiohttp.ClientSession(connector=connector) as session:

        async def call() -> None:
            async with session.get(url) as answer:
                assert answer.status == 200

        burst = [asyncio.create_task(call()) for _ in range(AT_ONCE)]
        await server.all_asked.wait()
        server.answers.set()
        await asyncio.gather(*burst)
        assert server.open == AT_ONCE
        until = asyncio.get_running_loop().time() + 4 * KEPT
        while asyncio.get_running_loop().time() < until:
            await call()
            await asyncio.sleep(KEPT / AT_ONCE / 5)
        return server.open


async def test_what_a_burst_needed_is_closed_while_the_load_goes_on() -> None:
    assert await _open_after_a_burst(Connector(keepalive_timeout=KEPT)) == 1


async def test_aiohttp_s_own_pool_keeps_them_all() -> None:
    """A control: if this fails, ours is not needed any more."""
    pool = aiohttp.TCPConnector(keepalive_timeout=KEPT)
    assert await _open_after_a_burst(pool) == AT_ONCE
