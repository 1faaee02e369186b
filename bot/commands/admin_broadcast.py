"""Telling everybody something: seen first, asked, then sent by jobs at the platforms' pace."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.asking import ASKED_AGAIN, minutes, stands
from bot.cards import button
from bot.language import _, ngettext, spoken
from bot.turn import Turn, Where, commands
from bot.words import number, wait_in_words
from core import broadcasts
from core.audit import Deed
from core.broadcasts import Reach
from core.chat import Fact, Hint, Reply, Style
from core.errors import NotUnderstood, TooLong
from core.ports import Job, Payload
from core.work import Work

LIMIT = 2000
"""Characters: what both platforms show in one message, with room for the title."""
_DRY = re.compile("(?:--|\u2014|\u2013)dry-?run(?:\\s+|$)")
"""As phones write two hyphens, too."""


def broadcast(work: Work, turn: Turn, text: str) -> Reply:
    """With `--dry-run` what it would be; else the question whether to."""
    dry = _DRY.match(text)
    text = text[dry.end() :].strip() if dry else text
    if not text:
        raise NotUnderstood("announcement", text, _("what to tell everybody"))
    if len(text) > LIMIT:
        raise TooLong("announcement", LIMIT, len(text))
    if dry:
        shown = _shown(work, text, broadcasts.reach(work))
        again = Hint("admin broadcast TEXT", _("to send it, after a question"))
        return replace(shown, title=_("Nothing was sent. It would be:"), hints=(again,))
    return _asks(work, turn, broadcasts.prepare(work, text), text)


def _shown(work: Work, text: str, reach: Reach) -> Reply:
    people = ngettext("{n} person", "{n} people", reach.people)
    facts = [Fact(people, _("told, each once, in their inbox"))]
    facts += [Fact(_taking(work, name, n), name.title()) for name, n in sorted(reach.chats.items())]
    return Reply(text=text, facts=tuple(facts))


def _taking(work: Work, platform: str, chats: int) -> str:
    """`1,200 chats, about 41 s`. Where only the pace of a chat counts, each gets one message."""
    many = ngettext("{n} chat", "{n} chats", chats)
    pace = work.desk.pace(platform)
    if pace is None:
        return _("{chats}, as fast as they are taken", chats=many)
    taking = wait_in_words(timedelta(seconds=chats / pace))
    return _("{chats}, about {time}", chats=many, time=taking)


def _asks(work: Work, turn: Turn, asked: int, text: str) -> Reply:
    reach = broadcasts.reach(work)
    yes = verbs.AdminSend(asked, at=minutes(turn))
    label = ngettext("Send to {n} person", "Send to {n} people", reach.people)
    leave = verbs.Close(_("Nothing was sent."))
    shown = _shown(work, text, reach)
    rows = ((button(label, yes, Style.DANGER), button(_("Leave it"), leave)),)
    return replace(shown, title=_("Tell everybody this?"), buttons=rows)


@commands.on(verbs.AdminSend, where=Where.DESK, hidden=True, outside=True)
def send_now(work: Work, turn: Turn, command: verbs.AdminSend) -> Reply:
    found = broadcasts.find(work, command.broadcast)
    if found is None:
        return Reply(text=_("That is too long ago: say it again."))
    if found.begun_at is None and not stands(turn, command.at):
        return replace(_asks(work, turn, found.id, found.text), toast=_(ASKED_AGAIN))
    if not broadcasts.begin(work, found.id):
        return Reply(text=_("That was sent already."), toast=_("That was sent already."))
    work.audit.record(Deed.OPERATED, turn.account.id, {"what": "told everybody"})
    # Of no chat: theirs has its turns meanwhile.
    told: Payload = {
        "broadcast": found.id, "chat": turn.identity.chat_id, "language": spoken(),
    }  # fmt: skip
    work.put(Job(f"broadcast:{found.id}", "broadcast", told))
    people = number(broadcasts.reach(work).people)
    text = _("It is on its way to {people} people. I say here how far it is.", people=people)
    return Reply(text=text, toast=_("On its way."))
