"""The manifest from which Slack makes the app: what the bot is called by, hears and may do."""

from __future__ import annotations

import json
from typing import Any

from bot.menu import usage_hint
from bot.proving import BACK
from bot.settings import Settings

SCOPES = (
    "commands",
    "chat:write",
    "im:write",
    "im:history",
    "users:read",
    "app_mentions:read",
    "files:write",  # an export is a file, sent to whoever asked for it
)
SIGN_IN_SCOPES = ("openid", "profile")
"""Of whoever shows at Slack whose browser theirs is, and nothing more of them."""
EVENTS = ("message.im", "app_mention", "app_uninstalled", "tokens_revoked", "user_change")


def manifest(settings: Settings) -> str:
    """As JSON, for "From a manifest". Without a public address Slack is reached by Socket Mode."""
    public = settings.public_url
    url = {"url": f"{public}/slack/events"} if public else {}
    request = {"request_url": url["url"]} if url else {}
    command: dict[str, Any] = {
        "command": settings.slack_command,
        "description": "Your tasks",
        "usage_hint": usage_hint(),
        "should_escape": True,  # mentions arrive with the ids of those who are meant
        **url,
    }
    whole = {
        "display_information": {"name": "Fluxbot"},
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "fluxbot", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": _oauth(settings),
        "settings": {
            "interactivity": {"is_enabled": True, **request},
            "event_subscriptions": {"bot_events": list(EVENTS), **request},
            "socket_mode_enabled": not public,
            "org_deploy_enabled": settings.slack_installs,
            "token_rotation_enabled": False,  # tokens that expire are not renewed
        },
    }
    return json.dumps(whole, indent=2)


def _oauth(settings: Settings) -> dict[str, Any]:
    """What the app may do, and where Slack sends a browser back to: where workspaces install the
    app by themselves, and where people show whose browser theirs is."""
    scopes = {"bot": list(SCOPES)}
    if not settings.slack_installs:
        return {"scopes": scopes}
    back = [f"{settings.public_url}/slack/oauth_redirect"]
    if settings.signs_in:
        scopes["user"] = list(SIGN_IN_SCOPES)
        back.append(f"{settings.public_url}/{BACK}")
    return {"scopes": scopes, "redirect_urls": back}
