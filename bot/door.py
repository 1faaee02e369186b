"""What those are told who wait at the door: sign-up is not open, and nobody let them in yet."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.grammar import Command
from bot.kept import holds_code, quotes_code
from bot.language import _
from bot.turn import Turn
from bot.web_prompts import offered
from core.chat import Button, Hint, Reply, Style
from core.signup import Signup
from core.work import Work

SHOWN = 60
"""Characters of what they wrote that are said back."""


def connect() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Connect account"), "link", Style.PRIMARY),),)


def at_the_door(work: Work, turn: Turn, wanted: Command) -> Reply:
    """They want something that only those have who are in. It is kept, and done when they are;
    but for what may be a code, of which no copy is kept."""
    quoted = turn.inbound.quoted
    if any(map(holds_code, (turn.inbound.line, *turn.inbound.answers.values()))) or (
        quoted is not None and quotes_code(quoted.text)
    ):
        return entrance(work)
    work.wishes.keep(
        turn.identity.id,
        replace(turn.inbound, token="", forms=False, message="", home=False, pane=""),
    )
    said = wanted.text if isinstance(wanted, verbs.Add) else ""
    said = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}\u2026"
    then = (
        _('I will then add "{said}".', said=said) if said else _("I will then do what you asked.")
    )
    why = _(
        "To save tasks I need to know which account is yours. It takes a minute and you do it once."
    )
    return Reply(text=f"{why} {then}", buttons=connect())


def greeted(work: Work, turn: Turn) -> Reply:
    """They say hello."""
    shown = entrance(work)
    what = _("I keep your tasks and tell the people they concern.")
    return replace(shown, text=f"{turn.hello}. {what} {shown.text}")


def entrance(work: Work) -> Reply:
    """How to come in."""
    ways = {
        Signup.INVITE: _("If somebody invited you, send me the code that you got."),
        Signup.CLOSED: _("If the operator invited you, send me the code that you got."),
    }
    code = _("If you use me in another chat already, ask for a code there and send it to me here.")
    text = f"{code} {ways.get(work.signup, '')}".strip()
    return Reply(
        text=text,
        hints=(Hint("link CODE", _("enter a code")), Hint("help", _("what I do"))),
        buttons=offered(work),
    )
