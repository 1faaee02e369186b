"""Somebody who never wrote to the bot posts a link to a task: they are asked, now and then, whether
it is to show what is behind it. Nothing is entered for them until they say so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot import verbs
from bot.cards import button
from bot.courier import Courier
from bot.language import _, speaking
from core.addresses import Address
from core.chat import Audience, Inbound, Kind, Reply, Style
from core.errors import RateLimited
from core.limits import INTRODUCE
from core.ports import ChatPlatform, Job, Payload, Runner, Unfurls
from core.task import Ref
from core.work import Work


def introduce(work: Work, inbound: Inbound) -> None:
    """Have them asked, if it is a link, and they are no other organisation's. Whether there is such
    a task, and whose, plays no part in it: nothing can be learnt by posting links."""
    if inbound.kind is not Kind.LINK or inbound.guest or inbound.quoted is None:
        return
    who, where = inbound.sender, inbound.address
    first = inbound.line.split()[1].removeprefix("t:")
    chat = work.chats.find(where)
    if chat and work.previews.is_shown(first, chat.id, inbound.quoted.message):
        return  # Slack asks anew for what is shown already
    try:
        work.limits.use(INTRODUCE, f"{who.platform}:{who.scope}:{who.user_id}")
    except RateLimited:
        return
    payload = {"platform": where.platform, "scope": where.scope, "chat": where.chat}
    payload |= {"message": inbound.quoted.message, "task": first}
    work.put(Job(id=f"introduce:{inbound.key}", name="introduce", payload=payload))


class Introducing:
    """The runner of these jobs."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    @property
    def runners(self) -> Mapping[str, Runner]:
        return {"introduce": self.ask}

    async def ask(self, payload: Payload) -> None:
        """Ask whoever posted the link; nobody else sees it."""
        platform, scope, chat = (str(payload[each]) for each in ("platform", "scope", "chat"))
        where = Address(platform, scope, chat, private=False)
        message = str(payload["message"])
        with speaking(""):
            reply = _question(str(payload["task"]), message)
        await self._courier.ask(platform, partial(_ask, where, message, reply))


async def _ask(where: Address, message: str, reply: Reply, platform: ChatPlatform) -> None:
    if isinstance(platform, Unfurls):
        await platform.ask_author(where, message, reply)


def _question(task: str, message: str) -> Reply:
    text = _(
        "Only you see this. I can show the task below your link, if it is this channel's or yours. "
        "For that I have to know you: it takes one press, and you do it once."
    )
    shown = verbs.UnfurlNow(Ref(public_id=task), message)
    # Slack itself has the way to say no: that must reach us no more than they do.
    row = (button(_("Show the task"), shown, Style.PRIMARY),)
    return Reply(text=text, buttons=(row,), audience=Audience.HERE)
