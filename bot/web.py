"""The web site: health, readiness, metrics, and the hooks that adapters bring.

aiohttp has no deadline for headers: a client may send them forever, at the cost of one connection.
500 such connections do not slow others down, but a public server should stand behind a reverse
proxy that has TLS, a deadline for headers and a cap on connections (README). Bodies have their own
size and deadline in `adapters.edge`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.forged import slowly
from bot.hook_failures import HookFailed, LinkFailed, counting
from bot.logs import clean
from bot.serving import LEAVING
from bot.shapes import is_loopback

BODY_LIMIT = 256 * 1024
"""Bytes; the same bound as `adapters.edge` has, for handlers that do not go through it."""
READY_DEADLINE = 3.0
"""Seconds that the checks behind /readyz may take; below the 5 s that probes commonly wait."""

NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
"""The policy of what is no page: should a browser show it, it loads and sends nothing."""

Ready = Callable[[], Awaitable[Sequence[str]]]
_log = logging.getLogger(__name__)


def make_site(
    *,
    hooks: Iterable[web.RouteDef],
    ready: Ready,
    notes: Callable[[], Sequence[str]] = list,
    metrics: Callable[[], bytes],
    metrics_token: str | None,
    hook_failed: HookFailed = lambda *_: None,
    link_failed: LinkFailed = lambda way: None,
) -> web.Application:
    """The site. `ready` gives the reasons why the service is not, in a few words each without
    secrets; `notes` what is said besides; `metrics` the Prometheus text. Without a token /metrics
    is for direct connections from this machine alone. `hook_failed` is told the path and status of
    a POST to a hook that is not answered 2xx, `link_failed` by which way a chat was not linked."""

    async def readyz(request: web.Request) -> web.Response:
        reasons = ["stopping"] if request.app[LEAVING].is_set() else await _reasons(ready)
        said = (f"{clean(each)[:200]}\n" for each in (*(reasons or ["ready"]), *notes()))
        return web.Response(text="".join(said), status=503 if reasons else 200)

    async def metrics_page(request: web.Request) -> web.Response:
        _admit(request, metrics_token)
        return web.Response(
            body=metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    hooks = list(hooks)
    middlewares = [slowly(hooks), counting(hooks, hook_failed, link_failed), _no_stack_trace]
    site = web.Application(client_max_size=BODY_LIMIT, middlewares=middlewares)
    site[LEAVING] = asyncio.Event()
    site.on_response_prepare.append(_harden)
    site.add_routes(
        [
            web.get("/healthz", _healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics_page),
            *hooks,
        ]
    )
    return site


async def _healthz(request: web.Request) -> web.Response:
    """Whether the process answers at all: nothing behind it is asked."""
    return web.Response(text="ok")


async def _reasons(ready: Ready) -> Sequence[str]:
    try:
        async with asyncio.timeout(READY_DEADLINE):
            return await ready()
    except TimeoutError:
        return [f"the checks took longer than {READY_DEADLINE:g} s"]
    except Exception:
        ref = reference()
        _log.exception("a readiness check failed", extra={"ref": ref})
        return [f"a check failed, reference {ref}"]


def _admit(request: web.Request, token: str | None) -> None:
    """Raises 401 for a wrong token, 404 for a stranger where there is none."""
    if token is None:
        if not _from_this_machine(request):
            raise web.HTTPNotFound
        return
    given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})


def _from_this_machine(request: web.Request) -> bool:
    """A loopback peer that is not a proxy passing on somebody else's request."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not peer or not is_loopback(str(peer[0])):
        return False
    names = (name.lower() for name in request.headers)
    return not any(
        name in ("forwarded", "via", "x-real-ip") or name.startswith("x-forwarded")
        for name in names
    )


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer says, unless its handler said otherwise."""
    if isinstance(response, web.HTTPException):
        _forget_its_way(response)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Content-Security-Policy", NOTHING)
    response.headers.popall("Server", None)  # names the versions of Python and aiohttp
    if request.app[LEAVING].is_set():  # their next request goes to another process
        response.force_close()
        response.headers["Connection"] = "close"  # aiohttp has decided before we are asked


def _forget_its_way(refusal: web.HTTPException) -> None:
    """aiohttp sends the exception itself, from a frame that the exception's own traceback leads to:
    the request, its body and 35 objects more would lie about until the collector comes by."""
    refusal.__traceback__ = refusal.__context__ = None


@web.middleware
async def _no_stack_trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A defect becomes a plain 500 with a reference, which the log explains."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        left = request.transport is None or request.transport.is_closing()
        if left and isinstance(error, ConnectionError):
            raise  # the client is gone, which is no defect; aiohttp closes the connection
        ref = reference()
        _log.exception("a request failed", extra={"ref": ref})
        if request.writer.output_size:
            raise ConnectionAbortedError from None  # half an answer is out: cut it off
        text = f"Something broke on our side. Reference: {ref}\n"
        return web.Response(status=500, text=text)


def reference() -> str:
    """One failure, for person and log: `73CF-92AB`. A digit first: the log hides letters alone."""
    text = f"{secrets.randbelow(10)}{secrets.token_hex(4).upper()}"
    return f"{text[:4]}-{text[4:8]}"
