"""What the settings say of the group in which they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.quiet_words import PRESETS
from bot.turn import Turn
from core.chat import Button, Fact
from core.work import Work

FEWER = "fewer"


def of_all(turn: Turn) -> bool:
    """Whether the settings that are asked for are the group's: on Telegram, where its
    administrators have them in their menu. What is pressed there is one's own."""
    return turn.chat.platform == "telegram" and not (turn.private or turn.pressed)


def of_group(work: Work, turn: Turn) -> Iterator[Fact]:
    """How much the group is told, among one's own settings."""
    if _beside(turn):
        yield Fact(_(PRESETS[work.group_presets.of(turn.chat.id)]), _("this group"))


def ways_in_group(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    """To what is set there for all."""
    return ((button(_("This group"), verbs.GroupPreset()),),) if _beside(turn) else ()


def language_there(work: Work, chat: int) -> str:
    """The tag of the language in which a group is told what it chose to be; empty where nobody
    chose anything."""
    digest = work.group_digests.of(chat)
    told = work.group_presets.told(chat) or (digest[1] if digest else None)
    return told.language if told else ""


def fewer_here() -> Button:
    """One step down for the group, for those who may."""
    return button(_("Fewer of these"), verbs.GroupPreset(FEWER))


def _beside(turn: Turn) -> bool:
    """Whether one's own settings stand in the group, for their reader alone. On Telegram they may
    be in the private chat."""
    return not turn.private and turn.chat.platform != "telegram"
