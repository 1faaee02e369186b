"""The three doors without their sockets: is it genuine, is it a payload, what does it say."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from multidict import CIMultiDict

from adapters.edge import parse_object
from adapters.polar import hooks
from adapters.polar.signature import Verifier, stamp
from adapters.slack import guard, intake
from adapters.slack.installation import Installation
from adapters.telegram.intake import Me
from adapters.telegram.intake import read as read_update
from adapters.telegram.unread import unread
from bot.logs import clean
from bot.unread import without_codes
from core.chat import Inbound
from tests.fuzz.bodies import POLAR, SECRET_HEADER, SLACK, TELEGRAM, Request, Secrets

US = Installation("T0ACME", "U0BOT", "B0BOT", name="fluxbot", workspace="Acme")
ME = Me(1234567890, "fluxbot")
Door = Callable[[Request, float], str]
"""What becomes of a request at a time: `refused`, `read`, or `kept` where the reader may break and
what it broke on is kept. Raises whatever is a defect of ours."""


def door(path: str, secrets: Secrets) -> Door:
    """The one of an endpoint."""
    verifier = Verifier([secrets.polar])

    def telegram(request: Request, now: float) -> str:
        if request.headers.get(SECRET_HEADER) != secrets.telegram:
            return "refused"
        return of_telegram(request.body)

    def slack(request: Request, now: float) -> str:
        try:
            guard.verify(request.body, request.headers, secrets.slack, now)
        except web.HTTPUnauthorized:
            return "refused"
        return of_slack(request.body, request.headers["Content-Type"])

    def polar(request: Request, now: float) -> str:
        claimed = stamp(CIMultiDict(request.headers), now)
        if claimed is None or not verifier.genuine(claimed, request.body):
            return "refused"
        return of_polar(claimed.id, request.body)

    return {TELEGRAM: telegram, SLACK: slack, POLAR: polar}[path]


def of_telegram(body: bytes) -> str:
    """An update: types are not checked, so its reader may break, and then it is kept."""
    try:
        update = parse_object(body)
    except web.HTTPBadRequest:
        return "malformed"
    if not isinstance(update.get("update_id"), int):
        return "malformed"
    try:
        arrived = read_update(update, ME)
    except Exception:
        storable(without_codes(clean(unread(update, ME).body)))
        return "kept"
    if arrived.inbound is not None:
        sound(arrived.inbound)
    return "read"


def of_slack(body: bytes, content_type: str) -> str:
    """A payload: its reader never breaks."""
    try:
        payload = guard.parse(body, content_type)
    except web.HTTPBadRequest:
        return "malformed"
    inbound = intake.read(payload, US)
    if inbound is not None:
        sound(inbound)
    return "read"


def of_polar(id: str, body: bytes) -> str:
    """An event: its reader never breaks, and what it keeps says the same again."""
    hook = hooks.read(id, body)
    storable(hook.body)
    storable(hook.why)
    again = hooks.read(id, hook.body)
    if hook.why == "" and again != hook:
        raise AssertionError("what is kept of an event says something else")
    return "read" if not hook.why else "malformed"


def sound(inbound: Inbound) -> None:
    """What any database can keep, and what names somebody."""
    if not isinstance(inbound.line, str) or not isinstance(inbound.message, str):
        raise AssertionError("a line that is no text")
    for text in (inbound.key, inbound.line, inbound.message, inbound.said, inbound.address.chat):
        storable(text)
    storable(inbound.sender.user_id)
    if not inbound.sender.user_id or not inbound.address.chat:
        raise AssertionError("somebody or something without a name")


def storable(text: str) -> None:
    """Raise for what PostgreSQL does not keep."""
    text.encode()
    if "\0" in text:
        raise AssertionError("a NUL")
