"""Ways in which the API can go wrong, for as many of its next calls as one likes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.sandbox.polar_errors import PolarError


@dataclass
class _Fault:
    kind: str
    on: str
    """Only for calls that contain it, as in `PATCH /v1/subscriptions/`."""
    left: int
    value: Any


class Faults:
    """Each method concerns the next `times` calls; with `on`, those whose method and path have it.

    `next_fails(503)`, `hang()`, `drop()`, `garble()`, `unknown_enum()`, `leave_out("units")`."""

    def __init__(self) -> None:
        self._planned: list[_Fault] = []
        self._released = asyncio.Event()

    def next_fails(self, status: int, body: Any = None, *, times: int = 1, on: str = "") -> None:
        """Answer this status, with this JSON."""
        self._plan("status", times, on, (status, {"error": "Planned"} if body is None else body))

    def hang(self, *, times: int = 1, on: str = "") -> None:
        """Take the request and never answer."""
        self._plan("hang", times, on)

    def drop(self, *, times: int = 1, on: str = "", after: bool = False) -> None:
        """Break the connection: before anything is done, or `after` it was done."""
        self._plan("lose" if after else "drop", times, on)

    def garble(self, text: str = "<html>Bad gateway", *, times: int = 1, on: str = "") -> None:
        """Do it, and answer 200 with what is no JSON."""
        self._plan("garble", times, on, text)

    def unknown_enum(self, value: str = "invented", *, times: int = 1, on: str = "") -> None:
        """Do it, and answer with every `status` replaced by one that nobody knows."""
        self._plan("enum", times, on, value)

    def leave_out(self, name: str, *, times: int = 1, on: str = "") -> None:
        """Do it, and answer without this field, at any depth."""
        self._plan("field", times, on, name)

    def _plan(self, kind: str, times: int, on: str, value: Any = None) -> None:
        self._planned.append(_Fault(kind, on, times, value))

    def take(self, what: str) -> _Fault | None:
        """The fault that this call has, if there is one."""
        found = next((each for each in self._planned if each.on in what), None)
        if found is not None:
            found.left -= 1
            if found.left <= 0:
                self._planned.remove(found)
        return found

    async def before(self, fault: _Fault | None, request: web.Request) -> None:
        """Raises PolarError, or ConnectionResetError when the connection was broken."""
        match fault:
            case _Fault(kind="status", value=(status, body)):
                raise PolarError(status, body, {"Retry-After": "1"} if status == 429 else None)
            case _Fault(kind="hang"):
                await self._released.wait()
            case _Fault(kind="drop"):
                _break(request)

    def after(self, fault: _Fault | None, request: web.Request, answer: Any) -> web.Response:
        """The answer, with its fault."""
        match fault:
            case _Fault(kind="lose"):
                _break(request)
            case _Fault(kind="garble", value=text):
                return web.Response(text=text, content_type="text/html")
            case _Fault(kind="enum", value=value):
                answer = _changed(answer, "status", value)
            case _Fault(kind="field", value=name):
                answer = _changed(answer, name, None)
        return web.json_response(answer)

    def hold(self) -> None:
        """The sandbox starts: what shall hang does."""
        self._released.clear()

    def release(self) -> None:
        """Let go of what hangs; the sandbox stops."""
        self._released.set()


def _break(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


def _changed(thing: Any, name: str, value: str | None) -> Any:
    """With every field of that name replaced, or left out where the value is None."""
    if isinstance(thing, list):
        return [_changed(each, name, value) for each in thing]
    if not isinstance(thing, dict):
        return thing
    kept = {key: _changed(each, name, value) for key, each in thing.items() if key != name}
    return kept if value is None or name not in thing else kept | {name: value}
