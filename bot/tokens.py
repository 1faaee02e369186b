"""How each platform is reached, by the operator's tokens or the sandbox's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from pydantic import SecretStr

from adapters.sandbox import Sandbox, Served, World, polar_products
from adapters.sandbox.model import SHORTCUTS as MENU
from adapters.sandbox.polar_papers import new_secret
from bot.settings import Settings
from bot.shapes import sold
from bot.shortcuts import SHORTCUTS

PLAYED = {
    polar_products.PRO_MONTHLY: "pro",
    polar_products.PRO_YEARLY: "pro",
    polar_products.TEAMS_MONTHLY: "teams",
}
"""What the sandbox's seller sells."""


@dataclass(slots=True)
class PolarAccess:
    """How Polar is reached, and how it proves that it is Polar."""

    token: str = field(repr=False)
    server: Literal["sandbox", "production"]
    url: str
    """Instead of the server's own address; empty for that one."""
    secrets: tuple[str, ...] = field(repr=False)
    products: Mapping[str, str]
    """Plans by the ids of the products that give them."""


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
    polar: PolarAccess | None = None
    """None where there are no plans."""

    def secret(self) -> Iterator[str]:
        """All that must not be seen."""
        yield from (self.telegram, self.slack, self.slack_client_secret)
        yield self.slack_signing_secret or ""
        if self.polar:
            yield from (self.polar.token, *self.polar.secrets)


def sandbox_of(tokens: Tokens) -> Sandbox:
    """Stand-ins for the platforms that have no token, made with `tokens`."""
    sandbox = Sandbox(
        World.demo(),
        telegram_token=tokens.telegram,
        slack_bot_token=tokens.slack,
        slack_signing_secret=tokens.slack_signing_secret or "",
        polar_access_token=tokens.polar.token if tokens.polar else "",
    )
    sandbox.slack.oauth.client = tokens.slack_client_id, tokens.slack_client_secret
    sandbox.world.menu[MENU] = [asdict(each) for each in SHORTCUTS]
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
    tokens.polar = _polar(settings)
    return tokens


def _polar(settings: Settings) -> PolarAccess | None:
    if settings.polar_sandbox:
        made_up = f"polar_oat_{secrets.token_urlsafe(24)}"
        return PolarAccess(made_up, "production", "", (new_secret(),), PLAYED)
    token = _plain(settings.polar_access_token)
    if token is None:
        return None
    return PolarAccess(
        token,
        settings.polar_server,
        settings.polar_server_url or "",
        settings.polar_webhook_secrets(),
        sold(settings.polar_products),
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def point_at(served: Served, settings: Settings, tokens: Tokens) -> None:
    """The same base URLs that lead to the real platforms lead to the stand-ins."""
    if settings.telegram_sandbox:
        tokens.telegram_base_url = served.telegram_base_url
    if settings.slack_sandbox:
        tokens.slack_base_url = served.slack_base_url
    if settings.polar_sandbox and tokens.polar:
        tokens.polar.url = served.polar_base_url
