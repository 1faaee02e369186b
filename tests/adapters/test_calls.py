"""A call over a connection of the shared pool: what comes back, what is raised, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from yarl import URL

from adapters import calls
from adapters.connections import Connector

SOON = aiohttp.ClientTimeout(total=5.0, connect=1.0)
Say = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Reads whole requests, and says to each what it is told to say."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.requests: list[bytes] = []
        self.connections = 0
        self.url = URL()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(size))
                await self._say(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def saying(say: bytes | Say) -> AsyncIterator[Server]:
    async def at_once(writer: asyncio.StreamWriter) -> None:
        assert isinstance(say, bytes)
        writer.write(say)

    made = Server(at_once if isinstance(say, bytes) else say)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = URL(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:a/send?x=1")
    async with server:
        yield made


@asynccontextmanager
async def session(limit: int = 10) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=Connector(limit=limit)) as made:
        yield made


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nok"


async def test_a_call_is_one_request_and_its_connection_is_used_again() -> None:
    async with saying(OK) as server, session() as shared:
        to = calls.place(server.url, {"Content-Type": "text/plain", "X-One": "1"})
        for _ in range(3):
            answer = await calls.post(shared, to, b"hello", SOON)
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (200, b"ok", "7")
    lines = server.requests[0].split(b"\r\n")
    assert lines[0] == b"POST /bot1:a/send?x=1 HTTP/1.1"
    assert {f"Host: 127.0.0.1:{server.url.port}".encode(), b"X-One: 1"} <= {*lines}
    assert lines[-3:] == [b"Content-Length: 5", b"", b"hello"]
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
    ],
)
async def test_an_answer_is_read_in_whatever_way_it_is_sent(said: bytes) -> None:
    async with saying(said) as server, session() as shared:
        to = calls.place(server.url, {})
        answers = [await calls.post(shared, to, b"", SOON) for _ in range(2)]
    assert [(each.status, each.body) for each in answers] == [(200, b"ok")] * 2
    assert server.connections == 1


async def test_a_connection_that_the_server_ends_is_not_used_again() -> None:
    said = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with saying(said) as server, session() as shared:
        to = calls.place(server.url, {})
        for _ in range(2):
            await calls.post(shared, to, b"", SOON)
    assert server.connections == 2


async def test_an_answer_without_a_length_goes_on_until_the_server_ends_it() -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhel")
        await asyncio.sleep(0.01)
        writer.write(b"lo")
        writer.close()

    async with saying(slowly) as server, session() as shared:
        to = calls.place(server.url, {})
        answers = [await calls.post(shared, to, b"", SOON) for _ in range(2)]
    assert [each.body for each in answers] == [b"hello"] * 2
    assert server.connections == 2


async def test_a_place_does_not_show_the_token_that_is_in_it() -> None:
    to = calls.place(URL("http://127.0.0.1/bot1:secret/send"), {"Authorization": "Bearer secret"})
    assert b"secret" in to.head
    assert "secret" not in repr(to)


async def test_a_redirect_is_not_followed() -> None:
    said = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    async with saying(said) as server, session() as shared:
        answer = await calls.post(shared, calls.place(server.url, {}), b"", SOON)
    assert answer.status == 302


async def test_a_server_that_hangs_up_may_have_done_it() -> None:
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.write(OK[:-1])
        writer.close()

    async with saying(hang_up) as server, session() as shared:
        with pytest.raises(aiohttp.ClientError) as caught:
            await calls.post(shared, calls.place(server.url, {}), b"", SOON)
    assert not isinstance(caught.value, aiohttp.ClientConnectorError)


async def test_what_is_no_http_is_no_answer() -> None:
    async with saying(b"SSH-2.0-OpenSSH\r\n\r\n") as server, session() as shared:
        to = calls.place(server.url, {})
        for _ in range(2):
            with pytest.raises(aiohttp.ClientPayloadError):
                await calls.post(shared, to, b"", SOON)
    assert server.connections == 2


async def test_nothing_goes_out_where_nobody_listens() -> None:
    async with saying(OK) as server:
        pass
    async with session() as shared:
        with pytest.raises(aiohttp.ClientConnectorError):
            await calls.post(shared, calls.place(server.url, {}), b"", SOON)


async def test_late_answers_are_given_up_and_never_taken_for_the_next_ones() -> None:
    late = asyncio.Event()

    async def wait_once(writer: asyncio.StreamWriter) -> None:
        if not late.is_set():
            late.set()
            await asyncio.sleep(0.2)
            writer.write(OK.replace(b"ok", b"no"))
        else:
            writer.write(OK)

    async with saying(wait_once) as server, session() as shared:
        to = calls.place(server.url, {})
        with pytest.raises(TimeoutError):
            await calls.post(shared, to, b"", aiohttp.ClientTimeout(total=0.05, connect=0.05))
        answer = await calls.post(shared, to, b"", SOON)
    assert (answer.body, server.connections) == (b"ok", 2)


async def test_nothing_goes_out_while_all_connections_are_busy() -> None:
    busy = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        await busy.wait()
        writer.write(OK)

    async with saying(wait) as server, session(limit=1) as shared:
        to = calls.place(server.url, {})
        first = asyncio.create_task(calls.post(shared, to, b"first", SOON))
        while not server.requests:  # noqa: ASYNC110  # the other side of a socket
            await asyncio.sleep(0.001)
        with pytest.raises(aiohttp.ConnectionTimeoutError):
            await calls.post(shared, to, b"", aiohttp.ClientTimeout(total=5.0, connect=0.05))
        busy.set()
        assert (await first).status == 200
    assert len(server.requests) == 1


async def test_a_header_is_one_line() -> None:
    for name, value in (("A", "1\r\nB: 2"), ("A\nB", "1"), ("A", "\r"), ("A", "\0")):
        with pytest.raises(ValueError, match="one line"):
            calls.place(URL("http://127.0.0.1/"), {name: value})
    calls.place(URL("http://127.0.0.1/"), {"A": "1"})


async def test_a_proxy_is_asked_for_the_whole_address() -> None:
    async with saying(OK) as proxy, session() as shared:
        by = str(proxy.url.origin())
        to = calls.place(URL("http://elsewhere.test/x"), {}, by)
        assert (await calls.post(shared, to, b"", SOON)).status == 200
    assert proxy.requests[0].startswith(b"POST http://elsewhere.test/x HTTP/1.1\r\nHost: elsewhere")
