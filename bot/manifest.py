"""The manifest from which Slack makes the app: what the bot is called by, hears and may do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from bot.menu import usage_hint
from bot.proving import BACK
from bot.settings import Settings
from bot.shortcuts import SHORTCUTS, Shortcut

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
EVENTS = (
    "message.im", "app_mention", "app_home_opened", "app_uninstalled", "tokens_revoked",
    "user_change",
)  # fmt: skip
REACTIONS = ("reactions:read", "reactions:write"), ("reaction_added", "reaction_removed")
UNFURLS = ("links:read", "links:write"), ("link_shared",)
OBJECTS: tuple[tuple[str, ...], tuple[str, ...]] = ((), ("entity_details_requested",))
"""Scopes and events of what is not everybody's wish."""
PREVIEWS = {"rich_previews": {"is_active": True, "entity_types": ["slack#/entities/task"]}}
"""The app's Work Object Previews, switched on
(https://docs.slack.dev/reference/app-manifest, `features.rich_previews`)."""


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
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "fluxbot", "always_online": True},
            "shortcuts": [_entry(each) for each in SHORTCUTS],
            "slash_commands": [command],
            **_unfurled(settings),
            **(PREVIEWS if settings.slack_work_objects else {}),
        },
        "oauth_config": _oauth(settings),
        "settings": {
            "interactivity": {"is_enabled": True, **request},
            "event_subscriptions": {"bot_events": list(events(settings)), **request},
            "socket_mode_enabled": not public,
            "org_deploy_enabled": settings.slack_installs,
            "token_rotation_enabled": False,  # tokens that expire are not renewed
        },
    }
    return json.dumps(whole, indent=2)


def scopes_of(settings: Settings) -> tuple[str, ...]:
    """What the bot's token may do."""
    more = [scope for scopes, _ in _wished(settings) for scope in scopes]
    return (*SCOPES, *more)


def events(settings: Settings) -> tuple[str, ...]:
    """What Slack tells us of."""
    more = [event for _, events in _wished(settings) for event in events]
    return (*EVENTS, *more)


def _wished(settings: Settings) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    reactions = [REACTIONS] if settings.slack_reactions else []
    unfurls = [UNFURLS] if settings.slack_unfurl else []
    return reactions + unfurls + ([OBJECTS] if settings.slack_work_objects else [])


def _entry(shortcut: Shortcut) -> dict[str, str]:
    return {
        "name": shortcut.name,
        "type": shortcut.kind,
        "callback_id": shortcut.line,
        "description": shortcut.description,
    }


def _unfurled(settings: Settings) -> dict[str, list[str]]:
    host = urlsplit(settings.public_url or "").hostname
    return {"unfurl_domains": [host]} if settings.slack_unfurl and host else {}


def _oauth(settings: Settings) -> dict[str, Any]:
    """What the app may do, and where Slack sends a browser back to: where workspaces install the
    app by themselves, and where people show whose browser theirs is."""
    scopes = {"bot": list(scopes_of(settings))}
    if not settings.slack_installs:
        return {"scopes": scopes}
    back = [f"{settings.public_url}/slack/oauth_redirect"]
    if settings.signs_in:
        scopes["user"] = list(SIGN_IN_SCOPES)
        back.append(f"{settings.public_url}/{BACK}")
    return {"scopes": scopes, "redirect_urls": back}
