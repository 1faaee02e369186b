"""Administrators who write as their group. Nobody knows which of them it is, so nothing is done
and nothing is kept of them; whoever presses a button is known."""

from __future__ import annotations

from dataclasses import dataclass

from bot import verbs
from bot.cards import button
from bot.group_words import language_there
from bot.language import _, speaking
from bot.reading import entry_of
from core.addresses import Address
from core.chat import Audience, Reply
from core.errors import RateLimited
from core.limits import MASKED
from core.ports import Payload, Scalar
from core.store import Store
from core.work import Work


@dataclass(frozen=True, slots=True)
class Masks:
    """The one function that an adapter is given for it."""

    store: Store

    async def said(self, address: Address, line: str, key: str) -> None:
        """Somebody wrote as the group. `key`: the same when that is told again. What is no command
        of ours was perhaps for another bot."""
        if entry_of(line) is not None:
            await self.store.mutate(lambda work: _answer(work, address, key))


def _answer(work: Work, address: Address, key: str) -> None:
    try:
        work.limits.use(MASKED, f"{address.platform}:{address.scope}:{address.chat}")
    except RateLimited:
        return  # it has just been said there
    chat = work.chats.heard_from(address)
    told: dict[str, Scalar] = {"thread": address.thread}
    work.put_in_chat(chat.id, name="masked", id=f"masked:{key}", payload=told)


def unmasked(work: Work, payload: Payload) -> Reply:
    """In the language that was chosen there, if one was."""
    with speaking(language_there(work, int(str(payload["chat"])))):
        return _said()


def _said() -> Reply:
    return Reply(
        text=_(
            "You write as this group, so I cannot know who you are, and did nothing. Press a "
            "button instead: then I know. Or write as yourself: switch off Remain Anonymous in "
            "your rights as an administrator, or write to me privately."
        ),
        buttons=(
            (
                button(_("How much I tell this group"), verbs.GroupPreset()),
                button(_("Digest of this group"), verbs.GroupDigest()),
            ),
            (button(_("My settings"), verbs.Settings()),),
        ),
        audience=Audience.HERE,
        silent=True,
    )
