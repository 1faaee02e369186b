"""What the message with a sign-in link becomes when the attempt moves on."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.language import N_, _
from bot.prompts import ways_on
from core.chat import Audience, Button, Prompt, Reply, Style
from core.offer import State
from core.web_link import WebLink
from core.web_links import VALID_FOR
from core.work import Work


def again() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Connect account"), "link"),),)


_ENDED = {
    State.DENIED: N_("That sign-in was stopped. Nothing was connected."),
}


def web_outcome(attempt: WebLink, state: State) -> Reply:
    """The message's new words. Whoever signed in is not named: they may be somebody else, who was
    sent the link (`promises.md` T1)."""
    if state is State.ASKED:
        text = _(
            "Somebody signed in with that link. If that was you, send me the eight letters that "
            "the page shows. If not, stop it."
        )
        return Reply(
            text=text,
            buttons=_letters(),
            prompt=Prompt(attempt.public_id, state),
            audience=Audience.HERE,
        )
    if state is State.DONE:
        text = _("Connected by signing in on the web.")
        return Reply(text=text, buttons=ways_on(), audience=Audience.HERE)
    if state is State.SIGNED_IN or state is State.ISSUED:
        text = _("Go on in your browser.")
        prompt = Prompt(attempt.public_id, state)
        return Reply(text=text, buttons=_letters(), prompt=prompt, audience=Audience.HERE)
    if state is State.EXPIRED:
        return _expired()
    text = _(_ENDED.get(state, N_("That sign-in has ended. Nothing was connected.")))
    return Reply(text=text, buttons=again(), audience=Audience.HERE)


def _expired() -> Reply:
    """The new link is made when its button is pressed."""
    text = _(
        "That link has expired (they last {minutes} minutes). Here is a new one.",
        minutes=int(VALID_FOR.total_seconds()) // 60,
    )
    rows = ((button(_("Connect account"), verbs.SignIn()),),)
    return Reply(text=text, buttons=rows, audience=Audience.HERE)


def _letters() -> tuple[tuple[Button, ...], ...]:
    return (
        (
            button(_("Enter the letters"), verbs.Letters(), Style.PRIMARY),
            button(_("Stop"), verbs.StopSignIn(), Style.DANGER),
        ),
    )


def wrong(text: str) -> Reply:
    """Letters that did not fit, and the way to others."""
    return Reply(text=text, buttons=_letters(), fresh=True)


def offered(work: Work) -> tuple[tuple[Button, ...], ...]:
    """The button beside a code, where one can sign in on the web, too. The link is made when it is
    pressed: what is shown with an older message never has expired."""
    return ((button(_("Sign in on the web"), verbs.SignIn()),),) if work.site.sign_in else ()
