"""Inline mode: what people type to the bot in any chat, what it offers, and what they pick."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import Chat, Json, Message, Person, Shown
from adapters.sandbox.telegram_api import Params, bad_request
from adapters.sandbox.telegram_html import Parsed
from adapters.sandbox.telegram_messages import edited, parsed_text
from adapters.sandbox.telegram_objects import checked_keyboard, drawn, message_json, user_json

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide

RESULTS_LIMIT, ID_LIMIT = 50, 64
"""Results of an answer, and bytes of their ids (Bot API, answerInlineQuery)."""
START = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What may follow /start (Bot API, InlineQueryResultsButton)."""
ANSWER_WITHIN = 10.0
"""Seconds in which a query can be answered; measured by others, not documented."""


@dataclass
class Result:
    """What can be picked."""

    id: str
    title: str
    detail: str
    said: Parsed
    keyboard: Json | None


@dataclass
class Asked:
    """A query that waits for `answerInlineQuery`, and then for a pick."""

    person: str
    text: str
    results: asyncio.Future[dict[str, Result]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    given: Json = field(default_factory=dict)
    """The parameters of the answer beside the results."""
    button: str = ""
    """What the button above the results says, which leads to the private chat; empty for none."""
    at: float = field(default_factory=time.monotonic)


async def ask(side: TelegramSide, person: Person, chat: Chat, text: str) -> Json:
    """Type to the bot, and wait for what it offers for up to `patience` seconds."""
    query, asked = str(secrets.randbits(60)), Asked(person.id, text)
    side.asked[query] = asked
    side.deliver_update({"inline_query": {
        "id": query, "from": user_json(person), "query": text, "offset": "",
        "chat_type": "sender" if chat.private else "supergroup",
    }})  # fmt: skip
    results: dict[str, Result] = {}
    try:
        async with asyncio.timeout(side.patience):
            results = await asyncio.shield(asked.results)
    except TimeoutError:
        pass  # as in the app: nothing is offered
    offered = [{"id": r.id, "title": r.title, "detail": r.detail} for r in results.values()]
    return {"query": query, "results": offered, "button": asked.button}


def _button(params: Params) -> str:
    button = params.json("button")
    if button is None:
        return ""
    if not button.get("text") or not START.fullmatch(str(button.get("start_parameter"))):
        raise bad_request("the button needs a text and a start parameter")
    return str(button["text"])


def pick(side: TelegramSide, person: Person, chat: Chat, query: str, result_id: str) -> Shown:
    """Say what was picked. Raises LookupError for what was not offered to this person."""
    asked = side.asked[query]
    if asked.person != person.id or not asked.results.done():
        raise LookupError(query)
    result, number = asked.results.result()[result_id], side.new_message_id()
    sent = message_json(
        side.chat_json(chat), user_json(person), number, result.said.text, result.said.entities
    )
    sent |= {"via_bot": side.me}
    sent |= {"reply_markup": result.keyboard} if result.keyboard else {}
    blocks: list[Json] = [{"kind": "context", "text": f"via @{side.me['username']}"}]
    blocks += drawn(result.said.runs, result.keyboard)
    message = side.world.post(
        Message(str(number), chat.id, person.id, person.name, blocks, sent, time.time())
    )
    side.deliver_update({"message": sent})  # also in a group: it came by way of this very bot
    chosen: Json = {"result_id": result_id, "from": user_json(person), "query": asked.text}
    if result.keyboard:  # only such a message can be edited, by a name of its own
        chosen["inline_message_id"] = name = secrets.token_urlsafe(20)
        side.picked[name] = message
    told = side.deliver_update({"chosen_inline_result": chosen}) if side.feedback else ""
    return Shown(told, message=message)


async def edit_picked(side: TelegramSide, params: Params) -> bool:
    """`editMessageText` for what was picked, also where the bot is no member."""
    message = side.picked.get(params.text("inline_message_id"))
    if message is None or side.world.message(message.chat, message.id) is None:
        raise bad_request("MESSAGE_ID_INVALID")
    edited(side, message, params, parsed_text(params), above=message.blocks[:1])
    return True


async def answer_inline_query(side: TelegramSide, params: Params) -> bool:
    """The Bot API's method."""
    asked = side.asked.get(params.text("inline_query_id"))
    if asked is None or asked.results.done() or time.monotonic() - asked.at > ANSWER_WITHIN:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    given = params.json("results") or []
    if len(given) > RESULTS_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    results = [_result(each) for each in given]
    if len({each.id for each in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    asked.button = _button(params)
    asked.given = {name: value for name, value in params.items() if name != "results"}
    asked.results.set_result({each.id: each for each in results})
    return True


def _result(given: dict[str, Any]) -> Result:
    name = str(given.get("id", ""))
    if not 1 <= len(name.encode()) <= ID_LIMIT:
        raise bad_request("RESULT_ID_INVALID")
    if given.get("type") != "article":
        raise bad_request("the sandbox knows articles only")
    title = str(given.get("title") or "")
    if not title:
        raise bad_request("can't parse inline query result: article title is empty")
    content = given.get("input_message_content") or {}
    return Result(
        name,
        title,
        str(given.get("description") or ""),
        parsed_text(Params(content, text=content.get("message_text"))),
        checked_keyboard(given.get("reply_markup")),
    )
