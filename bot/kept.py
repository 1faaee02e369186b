"""What is written down of messages and answers: never a link code, nor what a platform wants back.

A code is in the database as a hash only (`core/linking.py`), so an answer that holds one is kept
as a sentence that says so: whoever did not get it asks for another.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.logs import clean
from bot.reading import split
from core.chat import Hint, Inbound, Link, Reply
from core.codes import looks_like_code
from core.work import Work

_CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")
_ALONE = re.compile(
    r"(?:/?(?:link|connect)(?:@\w+)?\s+)?([0-9a-z]{12}|[0-9a-z]{4}(?:\s[0-9a-z]{4}){2})",
    re.IGNORECASE,
)
"""A code without its dashes, alone or behind its verb."""


def kept(reply: Reply) -> Reply:
    """The answer as it may be kept until it is delivered; a Home tab is drawn anew instead, and
    details are asked for again."""
    if reply.home is not None or reply.pane is not None:
        reply = replace(reply, home=None, pane=None)
    if any(isinstance(each, Link) and each.secret for row in reply.buttons for each in row):
        return replace(_new_link(), audience=reply.audience, note=reply.note)
    if reply.card is not None or not _CODE.fullmatch(reply.title):
        return reply
    again = Hint("link" if reply.prompt else "invite", _("get a new one"))
    text = _("The code did not reach you, and I keep no copy of it.")
    return Reply(text=text, hints=(again,), audience=reply.audience, note=reply.note)


def _new_link() -> Reply:
    """A button in place of a link, which makes another."""
    text = _("The link did not reach you, and I keep no copy of it.")
    return Reply(text=text, buttons=((button(_("Make another"), verbs.SignIn()),),))


def holds_code(text: str) -> bool:
    """Whether somebody may have typed a code or letters in it, with dashes or without."""
    word, rest = split(text)
    return clean(text) != text or any(looks_like_code(each) for each in (text, rest or word))


def quotes_code(text: str) -> bool:
    """Whether there is a code in what somebody else may have written: as it is shown anywhere, or
    alone without its dashes. A task may say anything, so less is one here than where a code is
    asked for: neither "Thanksgiving" nor "Dentist 24 dec" nor a telephone number."""
    alone = _ALONE.fullmatch(text.strip())
    words = alone[1].split() if alone else []
    with_digits = sum(any(sign.isdigit() for sign in each) for each in words)
    with_letters = any(sign.isalpha() for each in words for sign in each)
    return clean(text) != text or (with_letters and with_digits >= min(2, len(words)))


def keep_failed(work: Work, inbound: Inbound, why: str) -> str:
    """Keep a message that our code could not handle; the reference to quote."""
    answers = {name: clean(said) for name, said in inbound.answers.items()}
    word, rest = split(inbound.line)
    line = clean(inbound.line)
    if looks_like_code(rest or word) or looks_like_code(inbound.line):
        line = word if rest and not looks_like_code(inbound.line) else ""
    quoted = inbound.quoted
    if quoted is not None:
        quoted = replace(quoted, text="" if quotes_code(quoted.text) else quoted.text)
    safe = replace(inbound, line=line, answers=answers, quoted=quoted, token="")
    return work.failures.keep(safe, clean(why))
