"""Connecting a chat by signing in on the web: the link there, and the letters back."""

from __future__ import annotations

from bot import verbs
from bot.already import already
from bot.cards import button
from bot.forms import one_line_form
from bot.guards import Guard
from bot.language import _
from bot.prompts import instead, signed_in
from bot.turn import Turn, commands
from bot.web_prompts import again, wrong
from core import letters
from core.chat import Fact, Kind, Link, Prompt, Question, Reply
from core.errors import LinkRefused
from core.limits import SIGN_IN
from core.offer import State
from core.web_link import WebLink
from core.web_links import VALID_FOR, Finished
from core.work import Work


@commands.on(verbs.SignIn, hidden=True, outside=True, guards=lambda _: (Guard(SIGN_IN),))
def sign_in(work: Work, turn: Turn, command: verbs.SignIn) -> Reply:
    if not work.site.sign_in:
        raise LinkRefused("no-sign-in")
    token, attempt = work.web_links.start(turn.identity)
    shown = Reply(
        title=_("Connect this chat on the web"),
        text=_(
            "Open the page and sign in. It shows you eight letters: send them to me here, and "
            "nowhere else."
        ),
        facts=(
            Fact(
                _(
                    "The link works for {minutes} minutes.",
                    minutes=int(VALID_FOR.total_seconds()) // 60,
                )
            ),
            Fact(_("It is for you alone: pass it on to nobody.")),
            *_void_code(work, turn),
        ),
        buttons=(
            (Link(_("Sign in"), f"{work.site.sign_in}/{token}", secret=True),),
            (button(_("Enter the letters"), verbs.Letters()),),
        ),
        prompt=Prompt(attempt, State.ISSUED),
        note=_("I wrote to you privately."),
    )
    return instead(shown)


def _void_code(work: Work, turn: Turn) -> tuple[Fact, ...]:
    """The code that the chat showed, perhaps above the button that was pressed, ends with this: no
    code is good that stands nowhere."""
    if not work.linking.void_shown(turn.identity.id):
        return ()
    return (Fact(_("The code that I showed you before is void.")),)


@commands.on(verbs.StopSignIn, hidden=True, outside=True)
def stop(work: Work, turn: Turn, command: verbs.StopSignIn) -> Reply:
    if not work.web_links.void_of(turn.identity.id):
        raise LinkRefused("gone")
    return Reply(text=_("Stopped. Nothing was connected."), buttons=again())


@commands.on(verbs.Letters, hidden=True, outside=True)
def enter(work: Work, turn: Turn, command: verbs.Letters) -> Reply:
    if not turn.private and turn.inbound.kind is not Kind.FORM and command.code:
        return _void(work, turn)
    if not command.code.strip():
        help = _("The page in your browser shows them, for example BCDF-GHJK")
        asked = Question("code", _("The eight letters"), help=help)
        return Reply(form=one_line_form("letters", _("Enter the letters"), asked, _("Send")))
    typed = letters.read(command.code)
    if not typed:
        return wrong(_("Those are not eight letters as the page shows them. Look once more."))
    done = work.web_links.finish(turn.identity, typed, replaces=turn.inbound.message)
    if isinstance(done, Finished):
        name = done.attempt.name or _("your sign-in")
        if done.connected.already:
            return already(turn, done.connected.since, name)
        return signed_in(done.connected, name)
    return _missed(done)


def _void(work: Work, turn: Turn) -> Reply:
    """Letters that others can read are worth nothing any more."""
    ended = work.web_links.void_of(turn.identity.id)
    why = _("Others here could read those letters, so they are void.") if ended else _("Not here.")
    text = f"{why} {_('Start again in a private chat.')}"
    return Reply(text=text, buttons=again(), unsay=ended)


def _missed(attempt: WebLink) -> Reply:
    if attempt.state is not State.ASKED:
        text = _("Those were the wrong letters three times, so that sign-in has ended.")
        return Reply(text=f"{text} {_('Nothing was connected.')}", buttons=again())
    left = _("You have two more tries.") if attempt.left > 1 else _("You have one more try.")
    return wrong(f"{_('Those are not the letters that the page shows.')} {left}")
