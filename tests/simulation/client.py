"""aiohttp's client, over the simulation's network."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from adapters import calls
from tests.simulation.network import PATIENCE, Answer, Network


class Session:
    """What this network has in place of `aiohttp.ClientSession`."""

    network: Network
    closed = False

    def __init__(self, timeout: aiohttp.ClientTimeout | None = None, **_: Any) -> None:
        self._timeout = timeout

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Nothing is open."""

    def request(self, method: str, url: str | URL, **given: Any) -> _Asked:
        return _Asked(self._ask(method, URL(url), **given))

    def get(self, url: str | URL, **given: Any) -> _Asked:
        return self.request("GET", url, **given)

    def post(self, url: str | URL, **given: Any) -> _Asked:
        return self.request("POST", url, **given)

    async def _ask(
        self,
        method: str,
        url: URL,
        *,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = None,  # noqa: ASYNC109  # aiohttp's own name
        params: Any = None,
        **more: Any,
    ) -> Response:
        told = CIMultiDict({key: value for key, value in (headers or {}).items() if value})
        if params:
            url = url.extend_query(params)
        body = _encoded(data, more.get("json"), told)
        limit = timeout or self._timeout
        total = limit if isinstance(limit, int | float) else getattr(limit, "total", None)
        answer = await self.network.exchange(method, url, told, body, total or PATIENCE)
        return Response(answer, url)


async def post(
    session: Session, to: calls.Place, body: bytes, limits: aiohttp.ClientTimeout
) -> calls.Answer:
    """What this network has in place of `adapters.calls.post`."""
    async with session.post(to.url, data=body, headers=to.headers, timeout=limits) as response:
        return calls.Answer(response.status, response.headers, await response.read())


def _encoded(data: Any, as_json: Any, headers: CIMultiDict[str]) -> bytes:
    if as_json is not None:
        headers.setdefault("Content-Type", "application/json")
        return json.dumps(as_json).encode()
    if isinstance(data, Mapping):
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return urlencode(dict(data)).encode()
    if data is None or isinstance(data, str | bytes):
        return data.encode() if isinstance(data, str) else data or b""
    raise NotImplementedError(f"a body of {type(data).__name__}")


@dataclass(slots=True)
class _Asked:
    """A request as aiohttp gives it: awaited, or entered."""

    asking: Awaitable[Response]

    def __await__(self) -> Any:
        return self.asking.__await__()

    async def __aenter__(self) -> Response:
        return await self.asking

    async def __aexit__(self, *_: object) -> None:
        return None


@dataclass(slots=True)
class Response:
    """As aiohttp's."""

    answer: Answer
    url: URL
    reason: str = "as simulated"
    status: int = field(init=False)
    headers: CIMultiDictProxy[str] = field(init=False)

    def __post_init__(self) -> None:
        self.status, self.headers = self.answer.status, self.answer.headers

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    async def read(self) -> bytes:
        return self.answer.body

    async def text(self, *_: object, **__: object) -> str:
        return self.answer.body.decode()

    async def json(self, *, loads: Callable[[str], Any] = json.loads, **_: object) -> Any:
        if self.content_type != "application/json":
            info: Any = SimpleNamespace(real_url=self.url)
            raise aiohttp.ContentTypeError(info, (), status=self.status, headers=self.headers)
        return loads(self.answer.body.decode())

    def release(self) -> None:
        """Nothing is held."""
