"""The rest of what is read from outside: headers, what issuers and platforms answer, settings, the
command line, files of inputs, and what is typed as a time, a rule or a link. As in `targets`."""

from __future__ import annotations

import argparse
import io
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from ipaddress import ip_address, ip_network
from math import isfinite
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from multidict import CIMultiDict
from pydantic import TypeAdapter, ValidationError
from telegram.error import TelegramError

from adapters import calls
from adapters.client_address import NOBODY, client_address, networks
from adapters.oidc import app_tokens, issuer, people, slack, telegram
from adapters.polar.answers import Answer
from adapters.polar.signature import Verifier, keys, stamp
from adapters.slack import guard
from adapters.slack.links import task_in
from adapters.telegram import http
from bot import shapes
from bot.cli import _parser
from bot.clocks import clocks_in
from bot.language import speaking
from bot.months import Month
from bot.quickadd import repeating
from bot.recorded import NoInput, recorded
from bot.rule_words import say_rule
from bot.settings import Settings
from bot.staff import named
from bot.zone_names import zones_like
from core.errors import BillingAway, BillingRefused, SignInRefused
from core.recurring import following
from core.rules import RULE_LIMIT, settled
from core.zones import is_zone
from tests.fuzz.browsers import grants, installs, pages
from tests.fuzz.doors import ME, sound, storable
from tests.fuzz.operators import digests, environment
from tests.fuzz.targets import _CONTEXTS, NOW, TARGETS, Target, _object

_STAMPS = ("webhook-id", "webhook-timestamp", "webhook-signature",
           "X-Slack-Request-Timestamp", "X-Slack-Signature")  # fmt: skip
_PROXIES = networks("127.0.0.1, 10.0.0.0/8, fd00::/8")
_ISSUER = "https://i.example.org"
_VERIFIER = Verifier(["whsec_bm9ib2R5IGtub3dzIHRoaXM="])
_FIELDS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(field.rebuild_annotation()) for name, field in Settings.model_fields.items()
}
NAMES = tuple(sorted(_FIELDS))
_COMMANDS = _parser()


def headers(data: bytes) -> None:
    """A line for each: where it came from, and who says so. Nobody who does not know the secret is
    believed, and whoever it is has a name that fits a limit."""
    lines = data.decode("latin-1").split("\n")
    given = CIMultiDict(zip(_STAMPS, lines, strict=False))
    claimed = stamp(given, NOW.timestamp())
    if claimed is not None:
        storable(claimed.id)
        if _VERIFIER.genuine(claimed, data):
            raise AssertionError("a call of Polar's that nobody signed")
    with suppress(web.HTTPUnauthorized):
        guard.verify(data, given, "nobody knows this", NOW.timestamp())
        raise AssertionError("a call of Slack's that nobody signed")
    said = CIMultiDict(("X-Forwarded-For", each) for each in lines)
    found = client_address(_from("127.0.0.1", said), _PROXIES)
    if found != NOBODY and found != str(ip_network(found) if "/" in found else ip_address(found)):
        raise AssertionError(f"{found!r} is nobody's address")


def _from(peer: str, said: CIMultiDict[str]) -> Any:
    """A request, as far as its sender is asked for."""
    transport = SimpleNamespace(get_extra_info=lambda _: (peer, 1))
    return SimpleNamespace(transport=transport, headers=said)


def issuers(data: bytes) -> None:
    """What an issuer says of itself and of people: we go to https alone, and a person is one."""
    if (said := _object(data)) is None:
        return
    with suppress(SignInRefused):
        found = issuer.read(said, _ISSUER)
        for each in filter(None, (found.authorize, found.token, found.keys, found.userinfo)):
            parts = urlsplit(each)
            if parts.scheme != "https" or "." not in (parts.hostname or "") or parts.username:
                raise AssertionError(f"{each!r} is no place to go to")
    with suppress(SignInRefused):
        who = people.signed_in(said, _ISSUER)
        storable(who.subject + who.name)
        for whose in (slack.member, telegram.person):
            with suppress(SignInRefused):
                for sender in whose(who):
                    storable(sender.scope + sender.user_id)


def answers(data: bytes) -> None:
    """What Polar and Telegram answer to us: what they say, or a wait that has an end."""
    status, waits, body = (*data.split(b"\n", 2), b"", b"")[:3]
    code = int(status) if status.isdigit() and len(status) == 3 else 200
    try:
        Answer(code, waits.decode("latin-1"), body).object("gone")
    except (BillingAway, BillingRefused) as error:
        storable(error.reason)
        if isinstance(error, BillingAway) and not 0 <= error.seconds <= 3600:
            raise AssertionError(f"{error.seconds} seconds") from None
    with suppress(TelegramError):
        http.AiohttpRequest.parse_json_payload(body)
    if not isfinite(seconds := http._retry_after(body)) or not 1 <= seconds <= calls.LONGEST_WAIT:
        raise AssertionError(f"{seconds} seconds")


def settings(data: bytes) -> None:
    """A setting, by the letter of its place: well-formed, or refused without a secret."""
    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    value = data[1:].decode("utf-8", "replace")
    try:
        found = _FIELDS[name].validate_python(value)
    except ValidationError as error:
        shown = " ".join(each["msg"] for each in error.errors())
        if name.endswith(("token", "secret")) and len(value) > 32 and value in shown:
            raise AssertionError(f"{shown!r}") from None
    else:
        if name == "database_url":
            (shapes.password(found) or "").encode()
    for reads in (named, networks, keys, app_tokens.fixed):
        with suppress(ValueError):
            reads(value)


def command_line(data: bytes) -> None:
    """Words of the command line: a command, or how it is used."""
    words = data.decode("utf-8", "replace").replace("\0", "").split("\n")
    quiet = io.StringIO()
    with suppress(SystemExit), redirect_stderr(quiet), redirect_stdout(quiet):
        given = _COMMANDS.parse_args(words)
        if not isinstance(given, argparse.Namespace) or not callable(given.run):
            raise AssertionError("a command that nothing runs")


def inputs_file(data: bytes) -> None:
    """A line of a file of inputs: whatever is read from it can be kept."""
    try:
        found = recorded(data.decode("utf-8", "replace"), ME)
    except NoInput:
        return
    except Exception:  # an odd shape: `replay` says so, and goes on
        return
    if found.inbound is not None:
        sound(found.inbound)
    if found.hook is not None:
        storable(found.hook.id + found.hook.body + found.hook.why)
    if not isfinite(found.sent):
        raise AssertionError("sent at no time")


def settings_words(data: bytes) -> None:
    """Times, zones, months, rules and links as they are typed. A rule that is understood comes
    again, and can be said."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    clocks_in(text)
    Month.read(text, NOW.date())
    if not all(map(is_zone, zones_like(text))):
        raise AssertionError("a zone that is none")
    storable(task_in(text))
    for context in _CONTEXTS:
        if (said := repeating(text, context)) is None or not said.rule:
            continue
        rule = settled(said.rule, context.today)
        if len(rule) > RULE_LIMIT:
            raise AssertionError(f"{rule!r} is too long")
        following(rule, context.today.isoformat(), context.zone, context.now)
        with speaking(context.language or "en"):
            storable(say_rule(rule, context.today))


EVERY: Mapping[str, Target] = {
    **TARGETS,
    **{
        each.__name__: each
        for each in (
            *(headers, issuers, answers, settings, command_line, inputs_file, settings_words),
            *(pages, installs, grants, environment, digests),
        )
    },
}
