"""A webhook's body, and its headers with a real signature, in both forms that Polar has used."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import orjson

from adapters.sandbox.model import Json

WHOLE = "whole"
"""The key is the whole secret's UTF-8 bytes: endpoints whose secret is from before 2026-09-08."""
STANDARD = "standard"
"""The key is what follows `whsec_`, decoded from Base64, as Standard Webhooks says: since then."""
API_VERSION = "2026-10"


def event(kind: str, data: Json, timestamp: str) -> bytes:
    """The body of an event. `timestamp` is when it arose, as Polar writes time."""
    body = {"type": kind, "timestamp": timestamp, "api_version": API_VERSION, "data": data}
    return orjson.dumps(body)


def signed(
    body: bytes, secret: str, id: str, at: float | None = None, form: str = STANDARD
) -> dict[str, str]:
    """The headers of one attempt to deliver `body`. `at` is in unix seconds, now by default."""
    moment = str(int(time.time() if at is None else at))
    mac = hmac.new(_key(secret, form), f"{id}.{moment}.".encode() + body, hashlib.sha256)
    return {
        "user-agent": "polar.sh webhooks",
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(mac.digest()).decode()}",
        "webhook-api-version": API_VERSION,
    }


def _key(secret: str, form: str) -> bytes:
    """Raises ValueError for an unknown form, and for a secret that has not the form."""
    if form == WHOLE:
        return secret.encode()
    if form != STANDARD:
        raise ValueError(f"no such form: {form}")
    text = secret.removeprefix("whsec_")
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
