"""The Bot API's other methods, and the table of all."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from adapters.sandbox import telegram_messages as messages
from adapters.sandbox.model import Json
from adapters.sandbox.telegram_api import ApiError, Params, bad_request
from adapters.sandbox.telegram_files import send_document, send_photo
from adapters.sandbox.telegram_inline import answer_inline_query, edit_picked
from adapters.sandbox.telegram_objects import user_json

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide

Method = Callable[["TelegramSide", Params], Awaitable[Any]]
ANSWER_WITHIN = 15.0
"""Seconds after a press in which it can be answered; measured by others, not documented."""
TOAST_LIMIT = 200
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_me(side: TelegramSide, _params: Params) -> Json:
    return side.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": not side.group_privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(side: TelegramSide, params: Params) -> list[Json]:
    if side.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first",
        )
    side.updates.allow(params.json("allowed_updates"))
    numbers = (params.number(name) for name in ("offset", "limit", "timeout"))
    return await side.updates.poll(*numbers)


async def set_webhook(side: TelegramSide, params: Params) -> bool:
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    side.updates.allow(params.json("allowed_updates"))
    await side.set_webhook(params, drop=params.flag("drop_pending_updates"))
    return True


async def delete_webhook(side: TelegramSide, params: Params) -> bool:
    await side.set_webhook({}, drop=params.flag("drop_pending_updates"))
    return True


async def get_webhook_info(side: TelegramSide, _params: Params) -> Json:
    hook = side.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(side.updates.pending),
        "allowed_updates": sorted(side.updates.allowed),
    }
    if hook:
        info["max_connections"] = hook.connections
        if hook.error:
            info |= dict(zip(("last_error_date", "last_error_message"), hook.error, strict=True))
    return info


async def answer_callback_query(side: TelegramSide, params: Params) -> bool:
    query = side.queries.get(params.text("callback_query_id"))
    if query is None or time.monotonic() - query.at > ANSWER_WITHIN:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if not query.answer.done():
        query.answer.set_result(text)
        side.world.emit("toast", person=query.person, chat=query.chat, text=text,
                        alert=params.flag("show_alert"))  # fmt: skip
    return True


async def set_my_commands(side: TelegramSide, params: Params) -> bool:
    commands = params.json("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not COMMAND.fullmatch(str(each.get("command", "")).lstrip("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(each.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if not side.whispers:  # what an older server does not know it does not keep
        commands = [{k: v for k, v in each.items() if k != "is_ephemeral"} for each in commands]
    side.world.menu[_scope(params)] = commands
    side.world.emit("menu", scope=_scope(params), commands=commands)
    return True


async def delete_my_commands(side: TelegramSide, params: Params) -> bool:
    side.world.menu.pop(_scope(params), None)
    return True


async def get_my_commands(side: TelegramSide, params: Params) -> list[Json]:
    return side.world.menu.get(_scope(params), [])


async def get_chat(side: TelegramSide, params: Params) -> Json:
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {
        "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
        "premium_subscription": False, "gifts_from_channels": False,
    }}  # fmt: skip
    return side.chat_json(messages.known_chat(side, params)) | full


async def get_chat_member(side: TelegramSide, params: Params) -> Json:
    chat = messages.known_chat(side, params)
    if params.number("user_id") == side.me["id"]:
        return {"status": "member" if chat.with_bot else "left", "user": side.me}
    person = side.world.person_of("telegram", params.text("user_id"))
    if person is None:
        raise bad_request("member not found")
    if person.id not in chat.members:
        return {"status": "left", "user": user_json(person)}
    if person.id == chat.members[0] and not chat.private:
        return {"status": "creator", "user": user_json(person), "is_anonymous": False}
    return {"status": "member", "user": user_json(person)}


async def edit_message_text(side: TelegramSide, params: Params) -> Json | bool:
    if params.text("inline_message_id"):
        return await edit_picked(side, params)
    return await messages.edit_message_text(side, params)


async def send_chat_action(side: TelegramSide, params: Params) -> bool:
    chat = messages.reachable_chat(side, params)
    side.world.emit("typing", chat=chat.id)
    return True


def _scope(params: Params) -> str:
    scope = params.json("scope") or {"type": "default"}
    parts = [str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope]
    return f"{':'.join(parts)}/{params.text('language_code')}"


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": messages.send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editephemeralmessagetext": messages.edit_ephemeral_message_text,
    "deleteephemeralmessage": messages.delete_ephemeral_message,
    "editmessagereplymarkup": messages.edit_message_reply_markup,
    "deletemessage": messages.delete_message,
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "setmycommands": set_my_commands,
    "deletemycommands": delete_my_commands,
    "getmycommands": get_my_commands,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "sendchataction": send_chat_action,
}
"""By name in lower case: the server does not mind the case."""
