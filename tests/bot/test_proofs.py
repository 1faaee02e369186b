"""A platform says whose browser it is where the operator has a client there, or the sandbox plays
it for this machine."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.oidc.slack import SLACK
from adapters.oidc.telegram import TELEGRAM
from bot.proofs import _there
from bot.settings import Settings
from tests.service_kit import new_sandbox

PUBLIC = {"public_url": "https://bot.example.org", "secret_key": "k" * 32}
TELEGRAM_TOKEN = {"telegram_bot_token": "123456789:" + "A" * 35, "telegram_mode": "polling"}
OIDC = {
    "oidc_issuer": "https://id.example.org",
    "oidc_client_id": "fluxbot",
    "oidc_client_secret": "c" * 8,
}
LOGIN = {"telegram_login_client_id": "123456789", "telegram_login_client_secret": "l" * 32}
SLACK_TOKEN = {"slack_bot_token": "xoxb-1-2-abcdef", "slack_signing_secret": "f" * 32}
APP = {"slack_client_id": "1234.5678", "slack_client_secret": "d" * 32}


def found(played: bool, **values: Any) -> dict[str, tuple[str, str]]:
    """Whom each platform is asked at, and as whom."""
    settings = Settings(_env_file=None, **values)  # type: ignore[call-arg]  # pydantic's own
    sandbox = new_sandbox() if played else None
    return {name: (whose.issuer, own[0]) for name, whose, own in _there(settings, sandbox)}


def test_with_a_client_there_it_is_the_platform_itself() -> None:
    own = {**PUBLIC, **OIDC, **TELEGRAM_TOKEN, **LOGIN, **SLACK_TOKEN, **APP}
    for played in (False, True):
        assert found(played, **own) == {
            "telegram": (TELEGRAM.issuer, "123456789"),
            "slack": (SLACK.issuer, "1234.5678"),
        }


def test_each_needs_its_own_client() -> None:
    both = {**PUBLIC, **OIDC, **TELEGRAM_TOKEN, **SLACK_TOKEN}
    assert found(False, **both) == {}
    assert set(found(False, **both, **LOGIN)) == {"telegram"}
    assert set(found(False, **both, **APP)) == {"slack"}


@pytest.mark.parametrize(
    ("values", "by"), [({}, {"telegram", "slack"}), (TELEGRAM_TOKEN, {"slack"}),
                       (SLACK_TOKEN, {"telegram"}), ({**TELEGRAM_TOKEN, **SLACK_TOKEN}, set())],
)  # fmt: skip
def test_what_the_sandbox_plays_it_proves_too(values: dict[str, Any], by: set[str]) -> None:
    there = found(True, **values)
    assert set(there) == by
    assert not {TELEGRAM.issuer, SLACK.issuer} & {issuer for issuer, _ in there.values()}
    assert found(False, **values) == {}
