"""Slack's other Web API methods, and the table of all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from adapters.sandbox import slack_files as files
from adapters.sandbox import slack_links as links
from adapters.sandbox import slack_messages as messages
from adapters.sandbox import slack_reactions as reactions
from adapters.sandbox.model import Json
from adapters.sandbox.slack_api import CALLER, SlackError
from adapters.sandbox.slack_home import views_publish
from adapters.sandbox.slack_objects import APP, BOT_ID, BOT_USER, domain, user_json
from adapters.sandbox.slack_panes import present_details

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

Method = Callable[["SlackSide", Json], Awaitable[Json]]


async def auth_test(side: SlackSide, args: Json) -> Json:
    team = args[CALLER]
    chats = [each for each in side.world.chats.values() if each.platform == "slack"]
    enterprise = next((each.enterprise for each in chats if each.team == team), "")
    return {
        **({"enterprise_id": enterprise} if enterprise else {}),
        "url": f"https://{domain(team)}.slack.com/",
        "team": side.world.teams[team],
        "user": "fluxbot",
        "team_id": team,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": team.startswith("E"),
    }


async def bots_info(_side: SlackSide, args: Json) -> Json:
    if args.get("bot") != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": BOT_ID, "deleted": False, "name": "fluxbot", "app_id": APP, "user_id": BOT_USER}
    return {"bot": bot}


async def views_open(side: SlackSide, args: Json) -> Json:
    person = side.views.use(args.get("trigger_id"))
    return {"view": side.views.show(person, args.get("view"))}


async def views_update(side: SlackSide, args: Json) -> Json:
    name = str(args.get("view_id") or side.views.by_external_id(str(args.get("external_id") or "")))
    opened = side.views.open.get(name)
    if opened and args.get("hash") and args["hash"] != opened.view["hash"]:
        raise SlackError("hash_conflict")
    return {"view": side.views.replace(name, args.get("view"))}


async def conversations_open(side: SlackSide, args: Json) -> Json:
    person = side.world.person_of("slack", str(args.get("users") or ""))
    if person is None:
        raise SlackError("user_not_found")
    chat = side.world.private_chat(person.id)
    return {"no_op": True, "already_open": True, "channel": {"id": chat.platform_id}}


async def users_info(side: SlackSide, args: Json) -> Json:
    if args.get("user") == BOT_USER:
        return {"user": {"id": BOT_USER, "team_id": args[CALLER], "name": "fluxbot", "is_bot": True,
                         "deleted": False, "real_name": "Fluxbot", "tz": "America/Los_Angeles",
                         "profile": {"real_name": "Fluxbot", "display_name": ""}}}  # fmt: skip
    person = side.world.person_of("slack", str(args.get("user") or ""))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_json(person)}


async def connections_open(side: SlackSide, _args: Json) -> Json:
    address = side.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/socket?ticket={side.delivery.sockets.ticket()}"}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": messages.post_message,
    "chat.postEphemeral": messages.post_ephemeral,
    "chat.update": messages.update,
    "chat.delete": messages.delete,
    "views.open": views_open,
    "views.push": views_open,
    "views.update": views_update,
    "views.publish": views_publish,
    "chat.unfurl": links.unfurl,
    "entity.presentDetails": present_details,
    "reactions.get": reactions.get,
    "reactions.add": reactions.add,
    "reactions.remove": reactions.remove,
    "conversations.open": conversations_open,
    "users.info": users_info,
    "bots.info": bots_info,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "apps.connections.open": connections_open,
}
