"""What a group is told when the bot was added to it: what it hears there, and how to talk to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.language import _, speaking
from core.addresses import Address, Sender
from core.chat import Audience, Hint, Reply
from core.ports import Payload, Scalar
from core.store import Store
from core.work import Work


@dataclass(frozen=True, slots=True)
class Greeting:
    """The one function that an adapter is given for it."""

    store: Store

    async def joined(self, address: Address, by: Sender, hears_all: bool, key: str) -> None:
        """The bot was added to a group. `key`: the same when that is told again."""
        told: dict[str, Scalar] = {"hears_all": hears_all, "language": by.language}
        await self.store.mutate(lambda work: _greet(work, address, key, told))


def _greet(work: Work, address: Address, key: str, told: Payload) -> None:
    """A group that became another one is one that we know."""
    known = work.chats.find(address)
    if known is None or known.gone:
        chat = work.chats.heard_from(address)
        work.put_in_chat(chat.id, name="greet", id=f"greet:{key}", payload=told)


def greeting(payload: Payload) -> Reply:
    """In the language of whoever added it."""
    with speaking(str(payload["language"])):
        return _said(hears_all=bool(payload["hears_all"]))


def _said(*, hears_all: bool) -> Reply:
    heard = _("Here I hear commands, my name, and replies to what I said. Nothing else reaches me.")
    if hears_all:
        heard = _(
            "Here every message reaches me, since I am an administrator or my group privacy is "
            "off. I listen to commands, my name and replies to me, and keep nothing of the rest."
        )
    return Reply(
        text=_("Hello! I keep tasks, yours and this group's.") + " " + heard,
        hints=(
            Hint(_("add Water the plants"), _("a task of this group, which anybody can claim")),
            Hint("add", _("in reply to a message: makes a task of it")),
            Hint("list", _("your own tasks, for you alone")),
            Hint("help groups", _("more about groups")),
        ),
        audience=Audience.HERE,
        silent=True,
    )
