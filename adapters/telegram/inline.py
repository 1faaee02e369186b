"""Inline mode: somebody types `@bot words` in another chat, is offered what could be said there,
and picks. Nothing is said before that, and nothing of it is shown to anybody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from telegram.constants import ParseMode
from telegram.error import TelegramError

from adapters.telegram.http import Client
from adapters.telegram.people import PLATFORM, Raw, is_person, sender
from adapters.telegram.render import render
from adapters.telegram.text import cut, one_line
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Suggestion
from core.ports import Suggest

log = logging.getLogger(__name__)

MOST = 50
"""Results of one answer. Source: Bot API, answerInlineQuery."""
_SHOWN = 256
"""UTF-16 units of what a result says in the list; ours, since phones show two lines."""
_WAY = "inline"
"""What pressing the button above the results says to the bot in private, behind `/start`."""
MARK = "i"
"""Before the name of a message that somebody picked, in whatever names it: others have numbers."""
_DIGITS = 20
"""Of the number that its name has before Telegram's own, which has no order: names sort by when
they were picked."""
_ADD, _SHOWN_ELSEWHERE = "add", "shown-elsewhere"
"""The commands that picking something may say: what is picked comes back by way of the app."""


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody types to the bot elsewhere, and waits for what it offers."""

    query: str
    sender: Sender
    text: str


def typing(update: Raw) -> Typing | None:
    """What somebody types."""
    query = update.get("inline_query")
    if query is None or not is_person(query["from"]):
        return None
    return Typing(str(query["id"]), sender(query["from"]), one_line(query["query"]))


def picked(key: str, result: Raw, order: int) -> Inbound | None:
    """What somebody picked, as if they had said it in private; None where nothing follows from it.
    `order`: the number of the update that tells of it.

    Telegram tells of it where the operator asked @BotFather for all of the inline feedback."""
    person, line = result["from"], result["result_id"]
    verb, shown = line.partition(" ")[0], result.get("inline_message_id") or ""
    if not is_person(person) or not (verb == _ADD or (verb == _SHOWN_ELSEWHERE and shown)):
        return None
    home = Address(PLATFORM, scope="", chat=str(person["id"]), private=True)
    line = f"{verb} {one_line(result['query'])}".strip() if verb == _ADD else line
    named = f"{MARK}{order:0{_DIGITS}}:{shown}" if shown else ""
    return Inbound(key, Kind.COMMAND, sender(person), home, line, shown=named)


def name_of(message: str) -> str:
    """Telegram's own name of a message that somebody picked."""
    return message.removeprefix(MARK).rpartition(":")[2]


async def offer(client: Client, asked: Typing, suggest: Suggest) -> None:
    """Answer whoever types. What goes wrong is not told: they type on, and ask again."""
    try:
        offered = await suggest(asked.sender, asked.text)
        results = [_article(each) for each in offered.suggestions[:MOST]]
        # For whoever asked alone, and never kept, since it is of their tasks.
        answer = {"inline_query_id": asked.query, "cache_time": 0, "is_personal": True}
        if offered.way:
            answer["button"] = {"text": cut(offered.way, _SHOWN), "start_parameter": _WAY}
        await client.call("answerInlineQuery", {**answer, "results": results})
    except TelegramError as error:  # most often: they typed on meanwhile, and the question is old
        log.info("nothing was offered: %s", error.message)
    except Exception:
        log.exception("nothing could be offered")


def _article(each: Suggestion) -> dict[str, Any]:
    [page] = render(each.reply, single=True)
    said = {
        "message_text": page.html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
    }
    article: dict[str, Any] = {
        "type": "article",
        "id": each.id,
        "title": cut(one_line(each.title), _SHOWN),
        "input_message_content": said,
    }
    more = {"description": cut(one_line(each.detail), _SHOWN), "reply_markup": page.keyboard}
    return article | {name: value for name, value in more.items() if value}
