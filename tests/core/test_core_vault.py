"""What is sealed opens in its own row, by our keys, and nowhere else."""

from __future__ import annotations

import base64
import logging

import pytest

from core.vault import Place, Unopenable, Vault

KEY, OLD, OTHER = (letter * 40 for letter in (b"k", b"o", b"x"))
HERE: Place = ("slack_install", "token", "E1", "T1")
SECRET = "xoxb-canary-of-a-token"


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


def test_what_was_sealed_opens(vault: Vault) -> None:
    for secret in ("", SECRET, "\u00fcml\u00e4ut " * 300):
        assert vault.open(vault.seal(secret, HERE), HERE) == secret


def test_it_shows_the_key_and_nothing_else(vault: Vault) -> None:
    sealed = vault.seal(SECRET, HERE)
    name, packed = sealed.split(".")
    assert name == vault.current
    assert sealed.isascii()
    assert SECRET.encode() not in base64.urlsafe_b64decode(packed)
    assert vault.seal(SECRET, HERE) != sealed, "two of the same would show that they are"


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("slack_install", "token", "E1", "T2"),
        ("slack_install", "token", "", "T1"),
        ("slack_install", "token", "E1T", "1"),  # the same letters, parted elsewhere
        ("slack_install", "scopes", "E1", "T1"),
        ("login", "token", "E1", "T1"),
    ],
)
def test_what_was_moved_is_refused(vault: Vault, elsewhere: Place) -> None:
    with pytest.raises(Unopenable):
        vault.open(vault.seal(SECRET, HERE), elsewhere)


def test_what_was_altered_or_cut_is_refused(vault: Vault) -> None:
    sealed = vault.seal(SECRET, HERE)
    name, packed = sealed.split(".")
    raw = base64.urlsafe_b64decode(packed)
    flipped = [raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in range(len(raw))]
    cut = [raw[:size] for size in range(len(raw))]
    for each in (*flipped, *cut, raw + b"\0"):
        with pytest.raises(Unopenable):
            vault.open(f"{name}.{base64.urlsafe_b64encode(each).decode()}", HERE)
    for text in (
        "",
        ".",
        name,
        packed,
        f"{name}.",
        f"{name}.\u00e4",
        f"{name}.!{packed}",
        f"0000.{packed}",
    ):
        with pytest.raises(Unopenable):
            vault.open(text, HERE)


def test_an_old_key_opens_and_the_new_one_seals() -> None:
    before = Vault(OLD).seal(SECRET, HERE)
    both = Vault(KEY, OLD)
    assert both.open(before, HERE) == SECRET
    after = both.seal(SECRET, HERE)
    assert Vault(KEY).open(after, HERE) == SECRET
    for vault in (Vault(KEY), Vault(OTHER), Vault(OTHER, KEY)):
        with pytest.raises(Unopenable):
            vault.open(before, HERE)


def test_the_same_old_key_changes_nothing() -> None:
    assert Vault(KEY, KEY).open(Vault(KEY).seal(SECRET, HERE), HERE) == SECRET


def test_nothing_of_it_is_said(vault: Vault, caplog: pytest.LogCaptureFixture) -> None:
    sealed = vault.seal(SECRET, HERE)
    try:
        vault.open(sealed, HERE[::-1])
    except Unopenable as error:
        logging.getLogger("test").exception("it was %r", vault)
        said = f"{error!r} {error} {error.__context__!r} {error.__cause__!r} {vault!r}"
    assert "T1/E1/token/slack_install" in said
    for each in (SECRET, sealed, KEY.decode(), sealed.split(".")[1]):
        assert each not in said + caplog.text
