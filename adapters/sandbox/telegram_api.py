"""How the Bot API reads a request and words an answer."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from adapters.sandbox.model import Json


class ApiError(Exception):
    """An answer that is not ok, in the server's words."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def response(self) -> web.Response:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        headers = {}
        if "retry_after" in self.parameters:
            headers["Retry-After"] = str(self.parameters["retry_after"])
        return web.json_response(body, status=self.code, headers=headers)


def bad_request(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


class Params(dict[str, Any]):
    """Parameters by name: typed values from JSON, strings from a form or the query."""

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.get(name) or default)
        except (TypeError, ValueError):
            raise bad_request(f"{name} is not an integer") from None

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """An object or array, in a form sent as its JSON."""
        value = self.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """From the query and the body, whichever way it is encoded."""
    params = Params(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse request: invalid JSON") from None
        params.update(body if isinstance(body, dict) else {})
    else:
        params.update(await request.post())
    return params
