"""What the fuzzer starts from: genuine input of each kind, small enough to be changed quickly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from bot.grammar import to_line
from bot.verbs import Done, Edit, List, Snooze
from core.signed import Purpose, Signer
from core.task import Ref
from tests.adapters.hostile_text import HOSTILE
from tests.adapters.oidc_kit import jwk, private
from tests.bot.quick_add_file import rows
from tests.fuzz.bodies import genuine_polar
from tests.fuzz.targets import NOW
from tests.hostile_payloads import genuine_slack, genuine_updates, packed


def _quick_add() -> Iterator[bytes]:
    for row in rows():
        yield row.text.encode()


def _telegram() -> Iterator[bytes]:
    for each in genuine_updates():
        yield json.dumps(each).encode()


def _slack() -> Iterator[bytes]:
    for each in genuine_slack():
        yield packed(each)[0]


def _polar() -> Iterator[bytes]:
    for each in genuine_polar():
        yield json.dumps(each).encode()


def _jwt() -> Iterator[bytes]:
    at = int(NOW.timestamp())
    ours = {"iss": "https://i", "aud": "us", "nonce": "n", "iat": at, "exp": at + 300, "sub": "1"}
    yield json.dumps(ours).encode()
    yield json.dumps(ours | {"aud": ["us", "them"], "azp": "us", "nbf": at}).encode()
    yield json.dumps({"keys": [jwk(private(each)) for each in ("EC", "OKP")]}).encode()
    yield Signer(b"other" * 8).sign(Purpose.CSRF, {"a": 1}, timedelta(hours=1), NOW).encode()


def _grammar() -> Iterator[bytes]:
    task = Ref(public_id="9k3f7q2m", revision=17)
    for each in (Done((task,)), Edit(task), List("#home", page=2), Snooze(task, "tomorrow")):
        yield to_line(each).encode()
    yield b'edit 1 title:"a \\"b\\" c" due:"fri 17:00"'
    yield b"done 1, 2 #3"


def _link_codes() -> Iterator[bytes]:
    yield from (b"AB2C-DE3F-GH4J", b"ab2cde3fgh4j", b"BCDF-GHJK", b"link ab2c de3f gh4j", b"oil0")


def _rendering() -> Iterator[bytes]:
    for each in HOSTILE:
        yield each[:200].encode("utf-8", "replace")
    yield "\n---\n".join(each[:40] for each in HOSTILE).encode("utf-8", "replace")


SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "quick_add": _quick_add,
    "telegram": _telegram,
    "slack": _slack,
    "polar": _polar,
    "jwt": _jwt,
    "grammar": _grammar,
    "link_codes": _link_codes,
    "rendering": _rendering,
}
