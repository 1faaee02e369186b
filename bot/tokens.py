"""How each platform is reached, by the operator's tokens or the sandbox's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from pydantic import SecretStr

from adapters.sandbox import Sandbox, Served, World
from bot.settings import Settings


@dataclass(slots=True)
class Tokens:
    """How each platform is reached: the operator's own, or the sandbox's."""

    telegram: str
    telegram_base_url: str
    slack: str
    slack_signing_secret: str | None
    slack_app_token: str | None
    slack_base_url: str
    slack_client_id: str = ""
    """With its secret: workspaces install the app by themselves."""
    slack_client_secret: str = ""


def sandbox_of(tokens: Tokens) -> Sandbox:
    """Stand-ins for the platforms that have no token, made with `tokens`."""
    sandbox = Sandbox(
        World.demo(),
        telegram_token=tokens.telegram,
        slack_bot_token=tokens.slack,
        slack_signing_secret=tokens.slack_signing_secret or "",
    )
    sandbox.slack.oauth.client = tokens.slack_client_id, tokens.slack_client_secret
    return sandbox


def tokens_of(settings: Settings) -> Tokens:
    """The operator's own; made-up ones for the platforms that the sandbox plays."""
    tokens = Tokens(
        telegram=_plain(settings.telegram_bot_token) or "",
        telegram_base_url=settings.telegram_base_url,
        slack=_plain(settings.slack_bot_token) or "",
        slack_signing_secret=_plain(settings.slack_signing_secret),
        slack_app_token=_plain(settings.slack_app_token),
        slack_base_url=settings.slack_base_url,
        slack_client_id=settings.slack_client_id or "",
        slack_client_secret=_plain(settings.slack_client_secret) or "",
    )
    if settings.public_url and tokens.slack_signing_secret:
        tokens.slack_app_token = None  # Slack calls us: each event comes one way only
    if settings.telegram_sandbox:
        number = secrets.randbelow(10**9) + 10**9
        tokens.telegram = f"{number}:{secrets.token_hex(18)[:35]}"
    if settings.slack_sandbox:
        tokens.slack = f"xoxb-{secrets.token_hex(16)}"
        tokens.slack_signing_secret = secrets.token_hex(16)
        tokens.slack_client_id, tokens.slack_client_secret = "1.2", secrets.token_hex(16)
    return tokens


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def point_at(served: Served, settings: Settings, tokens: Tokens) -> None:
    """The same base URLs that lead to the real platforms lead to the stand-ins."""
    if settings.telegram_sandbox:
        tokens.telegram_base_url = served.telegram_base_url
    if settings.slack_sandbox:
        tokens.slack_base_url = served.slack_base_url
