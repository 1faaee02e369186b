"""Whether the service answers here and under its public address, and knows who calls it: a call
with the right proof is taken, and the same with a wrong one is not."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

from bot.doctor import telegram
from bot.doctor.asking import Answer, Patient
from bot.doctor.finding import Finding, note, ok, wrong
from bot.settings import Settings

SERVICE, PUBLIC = "service", "public url"
SLACK_PATH, POLAR_PATH = "/slack/events", "/polar/events"
"""As the adapters have them; a test compares them."""
POLAR_ID = "fluxbot-doctor"
"""Always the same, so that it is kept once and says nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that proves who it is from and does nothing, and the same with a wrong proof."""

    check: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    forged: Mapping[str, str]
    setting: str
    """What it is proved by."""


async def look(patient: Patient) -> AsyncIterator[Finding]:
    """One finding per check."""
    settings = patient.settings
    here = f"http://{_host(settings.host)}:{settings.port}"
    found = await patient.ask("GET", f"{here}/healthz")
    runs = found.text == "ok"
    yield _runs(here, found)
    base = here
    if settings.public_url:
        answer = await patient.ask("GET", f"{settings.public_url}/healthz")
        yield _public(settings.public_url, answer, runs=runs)
        base = settings.public_url if answer.text == "ok" else here
        runs = runs or answer.text == "ok"
    for call in _calls(settings, patient.now()):
        if not runs:
            yield note(call.check, "not tried, as the service does not run here")
            continue
        yield await _proved(patient, base, call)


def _host(host: str) -> str:
    """Where a program on this machine reaches it."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _runs(here: str, answer: Answer) -> Finding:
    if answer.text == "ok":
        return ok(SERVICE, f"answers at {here}")
    if answer.status:
        return wrong(SERVICE, f"another program answers at {here}", "set another PORT")
    return note(SERVICE, f"does not run at {here} ({answer.problem})")


def _public(url: str, answer: Answer, *, runs: bool) -> Finding:
    if answer.text == "ok":
        return ok(PUBLIC, f"{url} leads here")
    if not runs:
        return note(PUBLIC, "not judged, as the service does not run here")
    what = answer.problem or f"it answers {answer.status}"
    fix = "see to its DNS name, its certificate and the proxy that leads to HOST and PORT"
    return wrong(PUBLIC, f"{url} does not lead here: {what}", fix)


async def _proved(patient: Patient, base: str, call: Call) -> Finding:
    url = f"{base}{call.path}"
    taken = await patient.ask("POST", url, data=call.body, headers=call.headers)
    refused = await patient.ask("POST", url, data=call.body, headers=call.forged)
    if taken.status in (200, 202) and refused.status in (401, 403):
        return ok(call.check, "a signed call is taken, a forged one is not")
    if refused.status in (200, 202):
        return wrong(call.check, "a forged call is taken", "stop the service, and report this")
    said = taken.problem or taken.status
    if taken.status in (401, 403):
        fix = f"start the service again with the {call.setting} that is set now"
        return wrong(call.check, f"a signed call is refused ({said})", fix)
    fix = "see /readyz, and that the proxy passes body and headers on as they are"
    return wrong(call.check, f"a signed call is answered {said}", fix)


def _calls(settings: Settings, now: float) -> Iterator[Call]:
    secret = settings.telegram_webhook_secret
    if settings.telegram_bot_token and settings.telegram_mode == "webhook" and secret:
        yield telegram_call(secret.get_secret_value())
    if settings.slack_signing_secret and not settings.slack_sandbox:
        yield slack_call(settings.slack_signing_secret.get_secret_value(), now)
    if settings.polar_access_token and (secrets := settings.polar_webhook_secrets()):
        yield polar_call(secrets[0], now)


def telegram_call(secret: str) -> Call:
    """An update that tells nothing."""
    header, kind = "X-Telegram-Bot-Api-Secret-Token", {"Content-Type": "application/json"}
    return Call(
        "telegram self-test",
        telegram.PATH,
        b'{"update_id": 0}',
        {header: secret, **kind},
        {header: "0" * 32, **kind},
        "TELEGRAM_WEBHOOK_SECRET",
    )


def slack_call(secret: str, now: float) -> Call:
    """What Slack asks when an address is entered at the app's page."""
    body = json.dumps({"type": "url_verification", "token": "-", "challenge": "doctor"}).encode()
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    known = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": stamp}
    return Call(
        "slack self-test",
        SLACK_PATH,
        body,
        {**known, "X-Slack-Signature": f"v0={digest.hexdigest()}"},
        {**known, "X-Slack-Signature": f"v0={'0' * 64}"},
        "SLACK_SIGNING_SECRET",
    )


def polar_call(secret: str, now: float) -> Call:
    """An event that is of no account. It is kept once, as all that is genuine."""
    body = json.dumps({"type": "benefit.created", "timestamp": None, "data": {}}).encode()
    stamp = str(int(now))
    text = f"{POLAR_ID}.{stamp}.".encode() + body
    mac = b64encode(hmac.digest(secret.encode(), text, hashlib.sha256)).decode()
    known = {"webhook-id": POLAR_ID, "webhook-timestamp": stamp}
    return Call(
        "polar self-test",
        POLAR_PATH,
        body,
        {**known, "webhook-signature": f"v1,{mac}"},
        {**known, "webhook-signature": f"v1,{'A' * 43}="},
        "POLAR_WEBHOOK_SECRET",
    )
