"""What the install pages say: a title and a sentence."""

from __future__ import annotations

from core.words import N_

Said = tuple[str, str]

OFFER: Said = (
    N_("Install Fluxbot in your Slack workspace"),
    N_("Slack shows you next what the app may do, and asks whether you agree."),
)
DONE: Said = (
    N_("Fluxbot is installed in {where}"),
    N_("In Slack, type {command} in any channel, or write to the app directly."),
)
NOT_BEGUN: Said = (
    N_("This did not begin here"),
    N_(
        "Nothing was installed. This page belongs to an install that was begun in another browser, "
        "longer ago than 10 minutes, or was finished already. Start again from the beginning: the "
        "button is still there."
    ),
)
DENIED: Said = (
    N_("Not installed"),
    N_("Slack was told no, so nothing was installed. You can try again."),
)
ELSEWHERE: Said = (
    N_("Begin here, please"),
    N_("Another site sent you. Nothing was begun."),
)
TOO_OFTEN: Said = (
    N_("Too many tries"),
    N_("Too many installs were begun from your network. Try again later."),
)
REFUSED: Said = (
    N_("Not installed"),
    N_("Slack did not accept this. Start again from the beginning: the button is still there."),
)
AWAY: Said = (
    N_("Not installed yet"),
    N_(
        "Slack can't be reached at the moment. Wait a minute. Start again from the beginning: the "
        "button is still there."
    ),
)
GO_ON, BEGIN, START_AGAIN, TRY_AGAIN = (
    N_("Go to Slack"),
    N_("Start here"),
    N_("Start again"),
    N_("Try again"),
)
YOURS = N_("your workspace")
