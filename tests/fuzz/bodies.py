"""Requests to the three webhooks that are nearly genuine: half of them rightly signed, all of them
with something else in a place or three of what they say, or in the bytes that say it. The same for
the same seed, and quickly made: hundreds of thousands are wanted."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import orjson

from adapters.sandbox import polar_objects as whole
from adapters.sandbox import polar_papers as papers
from adapters.sandbox.polar_signing import STANDARD, WHOLE, event, signed
from tests.hostile_payloads import genuine_slack, genuine_updates, signature
from tests.mutations import NASTY, places

Json = dict[str, Any]
TELEGRAM, SLACK, POLAR = "/telegram/webhook", "/slack/events", "/polar/events"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_BYTES = (b"\0", b"\xff", b'"', b"\\u0000", b"\\ud800", b"{", b"]", b"9" * 40, b"NaN", b"%00", b"&")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the platforms sign with."""

    telegram: str
    slack: str
    polar: str


@dataclass(frozen=True, slots=True)
class Request:
    """One POST."""

    path: str
    headers: dict[str, str]
    body: bytes
    genuine: bool
    """Whether it is signed as it should be."""

    def raw(self) -> bytes:
        """All that goes over the line."""
        lines = {"Host": "127.0.0.1", "Content-Length": str(len(self.body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"POST {self.path} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "replace") + self.body


@dataclass(slots=True)
class _Model:
    """A genuine payload, and where something else can stand in it."""

    text: str
    spots: list[tuple[Any, ...]] = field(default_factory=list)
    form: bool = False
    """Whether it is sent as a form whose field `payload` it is."""
    fields: bool = False
    """Whether its fields are those of the form."""


def _models(path: str, payloads: list[Json]) -> list[_Model]:
    found = []
    for each in payloads:
        fields = path == SLACK and "command" in each
        form = path == SLACK and not fields and "event" not in each
        found.append(_Model(json.dumps(each), places(each), form, fields))
    return found


class Bodies:
    """An endless source for one endpoint. `now`: unix seconds, by which requests are stamped."""

    def __init__(
        self, path: str, secrets: Secrets, chance: random.Random, now: Callable[[], float]
    ) -> None:
        self._path, self._secrets, self._chance, self._now = path, secrets, chance, now
        made = {TELEGRAM: genuine_updates, SLACK: genuine_slack, POLAR: genuine_polar}
        self._models = _models(path, made[path]())
        self._count = 0

    def __iter__(self) -> Iterator[Request]:
        while True:
            yield self.another()

    def another(self) -> Request:
        self._count += 1
        model = self._chance.choice(self._models)
        body, kind = self._packed(model, self._changed(model))
        if self._chance.random() < 0.2:
            body = self._garbled(body)
        genuine = self._chance.random() < 0.5
        headers = self._signed(body) if genuine else self._forged(body)
        return Request(self._path, {**headers, "Content-Type": kind}, body, genuine)

    def _changed(self, model: _Model) -> Json:
        """With one to three values replaced, dropped, or put one inside the other; and a name of
        its own mostly, since what was seen before is not looked at again."""
        payload: Json = json.loads(model.text)
        if self._chance.random() < 0.9:
            self._name(payload)
        for _ in range(self._chance.randint(1, 3)):
            *way, last = self._chance.choice(model.spots)
            holder: Any = payload
            try:
                for key in way:
                    holder = holder[key]
                self._change(holder, last)
            except (KeyError, IndexError, TypeError):  # what was changed before is no holder now
                continue
        return payload

    def _change(self, holder: Any, key: Any) -> None:
        match self._chance.randrange(6):
            case 0:
                del holder[key]
            case 1:
                holder[key] = {"x": [holder[key]]}
            case _:
                other = self._chance.choice(NASTY)
                holder[key] = deepcopy(other) if isinstance(other, list | dict) else other

    def _name(self, payload: Json) -> None:
        for name in ("trigger_id", "event_id"):
            if name in payload:
                payload[name] = f"{name}.{self._count}"
        if "update_id" in payload:
            payload["update_id"] = 10_000_000 + self._count

    def _packed(self, model: _Model, payload: Json) -> tuple[bytes, str]:
        if model.fields:
            pairs = (f"{_plus(name)}={_plus(value)}" for name, value in payload.items())
            return "&".join(pairs).encode(), FORM
        text = json.dumps(payload)  # which has a way to write half a character
        return (
            (f"payload={quote_plus(text)}".encode(), FORM) if model.form else (text.encode(), JSON)
        )

    def _garbled(self, body: bytes) -> bytes:
        """Cut, doubled, or with other bytes in it."""
        at = self._chance.randrange(len(body))
        match self._chance.randrange(5):
            case 0:
                return body[:at]
            case 1:
                return body + body[at:]
            case 2:
                return body[at:]
            case _:
                return body[:at] + self._chance.choice(_BYTES) + body[at + 1 :]

    def _signed(self, body: bytes) -> dict[str, str]:
        match self._path:
            case "/telegram/webhook":
                return {SECRET_HEADER: self._secrets.telegram}
            case "/slack/events":
                return signature(self._secrets.slack, body, self._now())
            case _:
                form = self._chance.choice((STANDARD, WHOLE))
                headers = signed(body, self._secrets.polar, f"evt_{self._count}", self._now(), form)
                return {name: headers[name] for name in headers if name.startswith("webhook-")}

    def _forged(self, body: bytes) -> dict[str, str]:
        """Signed wrongly: over something else, too long ago, or with nonsense in a header."""
        chance = self._chance
        headers = self._signed(body + b" " if self._path != TELEGRAM else body)
        name = chance.choice(list(headers))
        if self._path == TELEGRAM or name == "webhook-api-version" or chance.random() < 0.5:
            name = SECRET_HEADER if self._path == TELEGRAM else name
            headers[name] = self._nonsense(headers[name])
        return {key: value for key, value in headers.items() if value is not None}

    def _nonsense(self, value: str) -> str:
        at = self._chance.randrange(len(value))
        other = self._chance.choice(string.ascii_letters.replace(value[at], ""))
        wrong = (
            "",
            "v0=",
            "9" * 400,
            "-1",
            "1e9",
            "\u0663",
            "\u00e9" * 40,
            value[:-1],
            value + "0",
        )
        return self._chance.choice((*wrong, value[:at] + other + value[at + 1 :]))


def _plus(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def genuine_polar() -> list[Json]:
    """An event of each kind that we read, and of one that we do not."""
    buyer = whole.customer(external_id="acct-1")
    sold = whole.product(name="Pro", trial_interval="day", trial_interval_count=7)
    running = whole.subscription(customer=buyer, product=sold, checkout_id=whole.new_id())
    bought = whole.order(customer=buyer, product=sold, subscription=running)
    given = papers.benefit_grant(whole.benefit(), buyer)
    kinds: dict[str, Json] = {
        "subscription.updated": running,
        "product.updated": sold,
        "order.paid": bought,
        "refund.created": papers.refund(order_id=bought["id"], customer_id=buyer["id"], amount=900),
        "checkout.updated": papers.checkout(products=[sold], customer_id=buyer["id"]),
        "customer.created": buyer,
        "customer.state_changed": papers.customer_state(buyer, [running], [given]),
        "benefit_grant.created": given,
        "discount.created": {"id": "d"},
    }
    return [orjson.loads(event(kind, data, "2026-11-25T10:00:00Z")) for kind, data in kinds.items()]
