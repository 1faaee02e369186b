"""Settings that do not go together, each as one line that names the setting and the fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot import shapes

if TYPE_CHECKING:
    from bot.settings import Settings

KEY_BYTES = 32
"""Least length of `SECRET_KEY`: SHA-256's output, below which HMAC loses strength (RFC 2104)."""
MAKE = "; make one with: openssl rand -hex 32"


def conflicts(settings: Settings) -> Iterator[str]:
    """A line for each conflict."""
    yield from _telegram(settings)
    yield from _telegram_login(settings)
    yield from _slack(settings)
    yield from _links(settings)
    yield from _installs(settings)
    yield from _sign_in(settings)
    yield from _app(settings)
    yield from _billing(settings)
    yield from _key(settings)


def _telegram(settings: Settings) -> Iterator[str]:
    chosen = "telegram_mode" in settings.model_fields_set
    if settings.telegram_mode != "webhook" or (settings.telegram_sandbox and not chosen):
        return
    if not settings.public_url:
        yield "PUBLIC_URL: needed by TELEGRAM_MODE=webhook; set it, or TELEGRAM_MODE=polling"
    if not settings.telegram_webhook_secret:
        yield f"TELEGRAM_WEBHOOK_SECRET: needed by webhook mode; {shapes.WEBHOOK_SECRET[1]}"


def _telegram_login(settings: Settings) -> Iterator[str]:
    name, secret = "TELEGRAM_LOGIN_CLIENT_ID", "TELEGRAM_LOGIN_CLIENT_SECRET"
    both = settings.telegram_login_client_id, settings.telegram_login_client_secret
    if not any(both):
        return
    if not all(both):
        where = "@BotFather, Bot Settings, Web Login"
        yield f"{secret if both[0] else name}: {name} and {secret} go together ({where})"
    if settings.telegram_sandbox:
        yield f"TELEGRAM_BOT_TOKEN: needed by {name}: it is for chats with that bot"
    if not settings.signs_in:
        yield f"OIDC_ISSUER: needed by {name}: it is for sign-ins on the web"


def _slack(settings: Settings) -> Iterator[str]:
    beside = settings.slack_signing_secret or settings.slack_app_token
    if settings.slack_bot_token and not beside:
        yield (
            "SLACK_SIGNING_SECRET: needed with SLACK_BOT_TOKEN (Basic Information of the app); "
            "or set SLACK_APP_TOKEN for Socket Mode"
        )
    if beside and settings.slack_sandbox and not settings.slack_client_secret:
        yield (
            "SLACK_BOT_TOKEN: needed with the other Slack settings (OAuth & Permissions of the "
            "app); set it, or SLACK_CLIENT_ID for installs by many workspaces, or unset them"
        )


def _links(settings: Settings) -> Iterator[str]:
    if settings.slack_unfurl and not settings.public_url:
        yield "PUBLIC_URL: needed by SLACK_UNFURL: links to tasks begin with it"
    if settings.slack_work_objects and not settings.slack_unfurl:
        yield "SLACK_UNFURL: needed by SLACK_WORK_OBJECTS: both are what is shown below a link"


def _installs(settings: Settings) -> Iterator[str]:
    where = "Basic Information of the app"
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        missing = "SLACK_CLIENT_SECRET" if settings.slack_client_id else "SLACK_CLIENT_ID"
        yield f"{missing}: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together ({where})"
    if not settings.slack_installs:
        return
    if not settings.public_url:
        yield "PUBLIC_URL: needed by SLACK_CLIENT_ID: Slack sends the browser back there"
    if not settings.slack_signing_secret:
        yield f"SLACK_SIGNING_SECRET: needed by SLACK_CLIENT_ID ({where})"


def _sign_in(settings: Settings) -> Iterator[str]:
    together = {
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_CLIENT_ID": settings.oidc_client_id,
        "OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    if not any(together.values()):
        return
    for name, value in together.items():
        if not value:
            yield f"{name}: OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together"
    if not settings.public_url:
        yield "PUBLIC_URL: needed by OIDC_ISSUER: the issuer sends the browser back there"


def _app(settings: Settings) -> Iterator[str]:
    ways = [settings.app_jwt_jwks_url, settings.app_jwt_key]
    if all(ways):
        yield "APP_JWT_KEY: unset it, or APP_JWT_JWKS_URL: tokens are checked one way"
    claims = {
        "APP_JWT_ISSUER": settings.app_jwt_issuer,
        "APP_JWT_AUDIENCE": settings.app_jwt_audience,
    }
    if not any(ways):
        if any(claims.values()):
            yield "APP_JWT_KEY: needed with APP_JWT_ISSUER; or set APP_JWT_JWKS_URL"
        return
    for name, value in claims.items():
        if not value:
            yield f"{name}: needed with the app's key: what its tokens say in this claim"


def _billing(settings: Settings) -> Iterator[str]:
    needed = {
        "POLAR_WEBHOOK_SECRET: needed with POLAR_ACCESS_TOKEN; it is the secret of the webhook "
        "endpoint at Polar": settings.polar_webhook_secret,
        "POLAR_PRODUCTS: needed with POLAR_ACCESS_TOKEN; set what is sold, "
        "for example pro:<product id>": settings.polar_products,
    }
    if settings.polar_access_token:
        yield from (line for line, value in needed.items() if not value)
    elif any(needed.values()):
        yield (
            "POLAR_ACCESS_TOKEN: needed with the other settings of Polar (an organization access "
            "token); set it, or unset them"
        )


def _key(settings: Settings) -> Iterator[str]:
    for name, key in (
        ("SECRET_KEY", settings.secret_key_text),
        ("SECRET_KEY_OLD", settings.secret_key_old),
    ):
        if key is not None and len(key.get_secret_value().encode()) < KEY_BYTES:
            yield f"{name}: must have at least {KEY_BYTES} bytes{MAKE}"
    if settings.secret_key_text is not None:
        return
    if settings.sqlite_file is None:
        yield f"SECRET_KEY: needed with PostgreSQL{MAKE}"
    elif settings.public_url:
        yield f"SECRET_KEY: needed with PUBLIC_URL{MAKE}"
