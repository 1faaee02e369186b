"""Which platforms say whose browser it is: by the operator's clients there, or the sandbox's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import aiohttp
from pydantic import SecretStr

from adapters.oidc import Provider
from adapters.oidc.slack import SLACK
from adapters.oidc.telegram import TELEGRAM
from adapters.oidc.whose import OLDEST, Whose
from adapters.sandbox import Sandbox
from bot.errand import Errand
from bot.proving import BACK, Proof
from bot.sessions import Sessions
from bot.settings import Settings
from core.ports import Clock
from core.store import Store

Client = tuple[str, str]
"""What we are called there, and our secret."""


def proofs(
    settings: Settings,
    played: Sandbox | None,
    *,
    store: Store,
    sessions: Sessions,
    session: aiohttp.ClientSession,
    clock: Clock,
    base_url: Callable[[], str],
) -> dict[str, Proof]:
    """By the platform. `played`: the sandbox, where browsers may be sent there."""

    def proof(platform: str, whose: Whose, client: Client) -> Proof:
        provider = Provider(
            session,
            issuer=whose.issuer,
            client_id=client[0],
            client_secret=client[1],
            clock=clock,
            scope=whose.scope,
            prompt="",
            echoes_nonce=whose.echoes_nonce,
            oldest=OLDEST,
        )
        errand = Errand(provider, sessions, lambda: f"{base_url()}/{BACK}", f"{platform} proof")
        return Proof(store, errand, whose.of)

    return {each[0]: proof(*each) for each in _there(settings, played)}


def _there(settings: Settings, played: Sandbox | None) -> Iterator[tuple[str, Whose, Client]]:
    """The platforms, what they are asked, and as whom."""
    login = settings.telegram_login_client_id, settings.telegram_login_client_secret
    app = settings.slack_client_id, settings.slack_client_secret
    for platform, whose, own, sandboxed in (
        ("telegram", TELEGRAM, _client(*login), settings.telegram_sandbox),
        ("slack", SLACK, _client(*app), settings.slack_sandbox),
    ):
        if not sandboxed and own and settings.public_url:
            yield platform, whose, own
        elif sandboxed and played:
            stand_in = played.proving[platform]
            client = stand_in.client_id, stand_in.client_secret
            yield platform, replace(whose, issuer=stand_in.url), client


def _client(name: str | None, secret: SecretStr | None) -> Client | None:
    return (name, secret.get_secret_value()) if name and secret else None
