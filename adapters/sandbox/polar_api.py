"""The door of Polar's API: who may call, how often, what goes wrong, and what was called."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from aiohttp import web
from multidict import MultiMapping

from adapters.edge import read_body
from adapters.sandbox.limits import Limits, Window
from adapters.sandbox.loopback import Handler, local_only
from adapters.sandbox.model import Json
from adapters.sandbox.polar_errors import PolarError, invalid, invalid_token, not_found, too_many
from adapters.sandbox.polar_faults import Faults

if TYPE_CHECKING:
    from adapters.sandbox.polar import PolarSide

CALLS_KEPT = 10_000
PER_MINUTE = 500
"""Of one organisation in production; Polar's own sandbox allows 100 (its documentation)."""
METADATA = ("metadata", "customer_metadata")


@dataclass
class Call:
    """One request to the API."""

    method: str
    path: str
    """Without the sandbox's prefix: `/v1/products/`."""
    query: MultiMapping[str]
    body: Json = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    """Of the path."""
    version: str = ""
    """The `Polar-Version` that was asked for."""
    status: int = 0
    """Of the answer; 0 while there is none, or when the connection was broken."""


Operation = Callable[["PolarSide", Call], Any]
"""What a call does; returns JSON. Raises PolarError."""


class Api:
    """The guard before all operations."""

    def __init__(self, side: PolarSide, token: str) -> None:
        self.token = token
        self.faults = Faults()
        self.limits = Limits([Window(PER_MINUTE, 60.0)], lambda _group: [])
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.limited = 0
        """Answers with 429."""
        self._side = side

    def allow(self, per_minute: int) -> None:
        """Another limit, from now on."""
        self.limits.overall = [Window(per_minute, 60.0)]

    def guarded(self, operation: Operation, status: int, prefix: str) -> Handler:
        """The operation as a handler of aiohttp's, which answers `status` when all is well."""

        @local_only
        async def handle(request: web.Request) -> web.StreamResponse:
            path, known = request.path.removeprefix(prefix), dict(request.match_info)
            call = Call(request.method, path, request.query, params=known)
            call.version = request.headers.get("Polar-Version", "")
            self.calls.append(call)
            fault = self.faults.take(f"{call.method} {path}")
            try:
                await self.faults.before(fault, request)
                self._admit(request)
                await _read(request, call)
                answer = operation(self._side, call)
                response = self.faults.after(fault, request, answer)
                response.set_status(status)
                if status == 204:
                    response = web.Response(status=status)
            except PolarError as refusal:
                response = refusal.response()
            except ConnectionResetError:
                return web.Response(status=499)  # nobody is there to read it
            call.status = response.status
            return response

        return handle

    def _admit(self, request: web.Request) -> None:
        expected = f"Bearer {self.token}".encode()
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, expected):
            raise invalid_token()
        if wait := self.limits.take(""):
            self.limited += 1
            raise too_many(wait)


async def _read(request: web.Request, call: Call) -> None:
    """The body, checked for what all bodies must be. Raises 422."""
    if "id" in call.params:
        _check_id(call.params["id"])
    raw = await read_body(request)
    if not raw:
        return
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise invalid((), "JSON decode error") from None
    if not isinstance(body, dict):
        raise invalid((), "Input should be a valid dictionary", body)
    call.body = body
    for name in METADATA:
        _check_metadata(name, body.get(name) or {})


def _check_id(text: str) -> None:
    try:
        UUID(text)
    except ValueError:
        raise invalid(("path", "id"), "Input should be a valid UUID", text) from None


def _check_metadata(name: str, given: Any) -> None:
    """At most 50 pairs, keys of 40 characters, texts of 500 (polar-sdk's `inputs`)."""
    if not isinstance(given, dict) or len(given) > 50:
        raise invalid((name,), "Dictionary should have at most 50 items", given)
    for key, value in given.items():
        if not key or len(key) > 40:
            raise invalid((name, key), "String should have at most 40 characters", key)
        if not isinstance(value, str | int | float) or len(str(value)) > 500:
            raise invalid((name, key), "String should have at most 500 characters", value)


def unknown(_side: PolarSide, _call: Call) -> Any:
    """What Polar has and the sandbox has not."""
    raise not_found()
