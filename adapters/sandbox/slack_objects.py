"""Slack's JSON objects, with all the fields of the real ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.sandbox.model import Chat, Json, Message, Person

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

APP, BOT_ID, BOT_USER = "A0FLUXBOT", "B0FLUXBOT", "U0FLUXBOT"
LOCALES = {"en": "en-US", "de": "de-DE"}
VERIFICATION = "sandbox-verification-token"
"""The deprecated `token` of every payload."""


def user_json(person: Person) -> Json:
    """As `users.info` has it."""
    offset = datetime.now(UTC).astimezone(ZoneInfo(person.timezone)).utcoffset()
    grid = {"enterprise_user": {"enterprise_id": person.enterprise}} if person.enterprise else {}
    return grid | {
        "id": person.user_id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": False,
        "color": "9f69e7",
        "real_name": person.name,
        "tz": person.timezone,
        "tz_label": person.timezone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {
            "real_name": person.name,
            "display_name": person.handle,
            "real_name_normalized": person.name,
            "display_name_normalized": person.handle,
            "team": person.team,
        },
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "locale": LOCALES.get(person.language, person.language),
    }


def who(person: Person) -> Json:
    """The person in an interaction payload."""
    return {
        "id": person.user_id,
        "username": person.handle,
        "name": person.handle,
        "team_id": person.team,
    }


def seen_in(person: Person, chat: Chat | None) -> str:
    """The workspace that a request names: the person's own, but in a channel of another
    organisation that workspace which has the bot."""
    if chat is None or (chat.enterprise and chat.enterprise == person.enterprise):
        return person.team
    return chat.team


def domain(team: str) -> str:
    """As in the workspace's address."""
    return team.removeprefix("T0").lower()


def channel_name(chat: Chat) -> str:
    return "directmessage" if chat.private else chat.title


def interaction(person: Person, kind: str, chat: Chat | None = None) -> Json:
    """What every interaction payload begins with; in a view there is no chat."""
    team, enterprise = seen_in(person, chat), (chat or person).enterprise
    return {
        "type": kind,
        "user": who(person),
        "api_app_id": APP,
        "token": VERIFICATION,
        "team": {"id": team, "domain": domain(team)},
        "enterprise": {"id": enterprise, "name": enterprise} if enterprise else None,
        "is_enterprise_install": False,
    }


def command_fields(person: Person, chat: Chat, command: str, text: str) -> Json:
    """A slash command's form, without its trigger and response URL."""
    team, enterprise = seen_in(person, chat), chat.enterprise
    of_one = {"enterprise_id": enterprise, "enterprise_name": enterprise} if enterprise else {}
    return of_one | {
        "token": VERIFICATION,
        "team_id": team,
        "team_domain": domain(team),
        "channel_id": chat.platform_id,
        "channel_name": channel_name(chat),
        "user_id": person.user_id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


def event_callback(event: Json, event_id: str, chat: Chat) -> Json:
    """The envelope of the Events API."""
    team, enterprise = chat.team, chat.enterprise or None
    theirs = event.get("team", team)
    return {
        "token": VERIFICATION,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": enterprise,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": team,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": chat.external or (theirs != team and not enterprise),
        "event_context": f"4-{event_id}",
    }


def person_message(person: Person, ts: str, text: str) -> Json:
    """A message that a person typed, with the blocks that Slack's editor makes."""
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "type": "message",
        "user": person.user_id,
        "client_msg_id": f"00000000-0000-4000-8000-{ts.replace('.', '')[-12:]}",
        "ts": ts,
        "text": text,
        "team": person.team,
        "blocks": [{"type": "rich_text", "block_id": ts[-4:], "elements": [words]}],
    }


def bot_message(ts: str, text: str, blocks: list[Json], team: str, thread: str = "") -> Json:
    sent: Json = {
        "type": "message",
        "user": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP,
        "text": text,
        "team": team,
        "ts": ts,
        "bot_profile": {
            "id": BOT_ID,
            "app_id": APP,
            "user_id": BOT_USER,
            "name": "fluxbot",
            "deleted": False,
            "updated": 1_700_000_000,
            "team_id": team,
        },
    }
    sent |= {"blocks": blocks} if blocks else {}
    return sent | ({"thread_ts": thread} if thread else {})


def container(message: Message, chat: Chat) -> Json:
    return {
        "type": "message",
        "message_ts": message.id,
        "channel_id": chat.platform_id,
        "is_ephemeral": message.ephemeral_for is not None,
    }


def name_of(side: SlackSide, slack_id: str) -> str:
    """What people see for a user or channel id."""
    if slack_id == BOT_USER:
        return "@fluxbot"
    person = side.world.person_of("slack", slack_id)
    if person:
        return f"@{person.handle}"
    chat = side.world.chats.get(f"slack:{slack_id}")
    return f"#{chat.title}" if chat else slack_id
