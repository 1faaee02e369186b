"""Polar's signature: what the SDK signs we take, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from polar import webhooks as sdk

from adapters.polar import signature
from adapters.polar.signature import SHORTEST, TOLERANCE, Stamp, Verifier, keys, stamp
from adapters.sandbox.polar_signing import STANDARD, WHOLE
from tests.adapters.polar_kit import OTHER, SECRET, signed

BODY = b'{"type":"order.paid"}'
NOW = 1_800_000_000.0
FORMS = (STANDARD, WHOLE)


def genuine(headers: Mapping[str, str], *secrets: str, body: bytes = BODY, now: float = 0) -> bool:
    claimed = stamp(CIMultiDict(headers), now or time.time())
    return claimed is not None and Verifier(secrets or (SECRET,)).genuine(claimed, body)


@pytest.mark.parametrize("form", FORMS)
def test_both_of_polars_keys_are_good(form: str) -> None:
    assert genuine(signed(BODY, form=form))
    assert not genuine(signed(BODY, OTHER, form=form))


@pytest.mark.parametrize("form", FORMS)
def test_while_a_secret_is_replaced_the_old_and_the_new_are_good(form: str) -> None:
    for secret in (SECRET, OTHER):
        assert genuine(signed(BODY, secret, form=form), SECRET, OTHER)
    two = signed(BODY, OTHER, form=form), signed(BODY, form=form)
    together = " ".join(each["webhook-signature"] for each in two)
    assert genuine(two[0] | {"webhook-signature": together})


def test_a_secret_without_its_padding_is_the_same_key() -> None:
    bare = SECRET.rstrip("=")
    assert bare != SECRET
    assert keys(bare)[1] == keys(SECRET)[1] == b"made up for these tests"


def test_without_a_secret_the_door_is_closed() -> None:
    claimed = stamp(CIMultiDict(signed(BODY)), time.time())
    assert claimed
    assert not Verifier([]).genuine(claimed, BODY)


@pytest.mark.parametrize("secret", ["", "whsec_", "x" * (SHORTEST - 1)])
def test_a_secret_that_can_be_guessed_refuses_to_start(secret: str) -> None:
    with pytest.raises(ValueError, match="at least 16"):
        Verifier([SECRET, secret])


@pytest.mark.parametrize(("away", "good"), [(TOLERANCE, True), (TOLERANCE + 1, False)])
def test_it_is_good_for_five_minutes_both_ways(away: int, good: bool) -> None:
    for at in (NOW - away, NOW + away):
        assert genuine(signed(BODY, at=at), now=NOW) is good


FIT = signed(BODY)["webhook-signature"]
JUNK = {
    "nothing": "",
    "no comma": FIT.replace(",", ""),
    "another version": FIT.replace("v1,", "v2,"),
    "a version like it": FIT.replace("v1,", "v1a,"),
    "upper case": FIT.replace("v1,", "V1,"),
    "junk for Base64": "v1,%%%%",
    "half of Base64": FIT[:-3],
    "no ASCII": "v1,é" + FIT[4:],
    "a surrogate": "v1,\udcff",
    "empty": "v1,",
    "commas": ",,,,,",
    "only the version": "v1",
    "too long a header": FIT + " v1,AAAA" * 300,
}


@pytest.mark.parametrize("name", JUNK)
def test_junk_says_nothing_and_breaks_nothing(name: str) -> None:
    headers = signed(BODY)
    assert not genuine(headers | {"webhook-signature": JUNK[name]})
    if len(JUNK[name]) < 1000:  # nor does it spoil a signature beside it
        both = f"{JUNK[name]} {headers['webhook-signature']}"
        assert genuine(headers | {"webhook-signature": both})


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_there_once(name: str) -> None:
    headers = CIMultiDict(signed(BODY))
    assert genuine(headers)
    assert genuine({key.title(): value for key, value in headers.items()})
    headers.add(name, headers[name])
    assert stamp(headers, time.time()) is None
    headers.popall(name)
    assert stamp(headers, time.time()) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", "a.b"),
        ("webhook-id", "a" * 129),
        ("webhook-id", "a\n"),
        ("webhook-id", "é"),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "nan"),
        ("webhook-timestamp", "-1"),
        ("webhook-timestamp", "9" * 5000),
        ("webhook-timestamp", "١٢٣"),
        ("webhook-timestamp", "1e9"),
    ],
)
def test_a_malformed_header_is_no_claim(name: str, value: str) -> None:
    assert stamp(CIMultiDict(signed(BODY) | {name: value}), time.time()) is None


@pytest.mark.parametrize("change", ["id", "at", "body"])
def test_all_that_is_signed_counts(change: str) -> None:
    headers = signed(BODY)
    if change == "id":
        headers["webhook-id"] = "evt_2"
    if change == "at":
        headers["webhook-timestamp"] = str(int(time.time()) + 1)
    assert not genuine(headers, body=BODY + b" " if change == "body" else BODY)


@given(st.binary(max_size=200), st.binary(max_size=200), st.booleans())
def test_one_flipped_bit_is_another_body(body: bytes, more: bytes, whole: bool) -> None:
    headers = signed(body, form=WHOLE if whole else STANDARD)
    assert genuine(headers, body=body)
    assert genuine(headers, body=more) is (more == body)


SECRETS = st.one_of(
    st.text(min_size=SHORTEST, max_size=60).filter(str.isprintable),
    st.binary(min_size=12, max_size=48).map(lambda raw: f"whsec_{base64.b64encode(raw).decode()}"),
    st.binary(min_size=12, max_size=48).map(
        lambda raw: f"whsec_{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"
    ),
)


@given(SECRETS)
def test_the_keys_are_those_of_the_sdk(secret: str) -> None:
    assert keys(secret) == sdk._signing_keys(secret)


@given(SECRETS, st.text(max_size=100), st.integers(-400, 400), st.booleans())
def test_the_sdk_takes_what_we_take(secret: str, body: str, late: int, broken: bool) -> None:
    """And refuses what we refuse: the same headers, the same clock."""
    raw, now = body.encode("utf-8", "replace"), time.time()
    at = str(int(now) - late)
    for key in keys(secret):
        mac = hmac.digest(key, f"evt_1.{at}.".encode() + raw + b"!" * broken, hashlib.sha256)
        headers = {"webhook-id": "evt_1", "webhook-timestamp": at}
        headers["webhook-signature"] = f"v0,x junk v1,{base64.b64encode(mac).decode()}"
        assert genuine(headers, secret, body=raw, now=now) is _sdk_takes(raw, headers, secret)


def _sdk_takes(raw: bytes, headers: dict[str, str], secret: str) -> bool:
    try:
        sdk._verify_signature(raw.decode(), headers, secret)
    except sdk.PolarWebhookVerificationError:
        return False
    return True


def test_every_key_and_signature_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many comparisons for the first that fits as for none: time tells nothing."""
    compared = []
    inside = hmac.compare_digest
    monkeypatch.setattr(
        signature.hmac, "compare_digest", lambda a, b: compared.append(1) or inside(a, b)
    )
    verifier, counts = Verifier([SECRET, OTHER]), []
    for text in (f"{FIT} v1,AAAA", f"v1,AAAA {FIT}", "v1,AAAA v1,AAAA"):
        compared.clear()
        at = str(int(time.time()))
        verifier.genuine(Stamp("evt_1", at, text), BODY)
        counts.append(len(compared))
    assert counts == [8, 8, 8]


def test_the_signatures_have_room_for_forty_and_no_more() -> None:
    headers = signed(BODY)
    own = headers["webhook-signature"]
    for size, read in ((2048, True), (2049, False)):
        wide = CIMultiDict(headers | {"webhook-signature": own.ljust(size)})
        assert (stamp(wide, time.time()) is not None) is read
