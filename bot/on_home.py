"""What is done on the Home tab is answered there: the tab shows the reply, the chat does not."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.home import home, on_tab
from bot.language import _
from bot.turn import Turn
from core.chat import Audience, Button, Home, Kind, Reply
from core.work import Work


def tab(work: Work, turn: Turn, page: int, *said: Reply) -> Home:
    """A page of the tasks, below what is `said`."""
    version = work.homes.show(turn.identity.id, page)
    now = work.accounts.identity(turn.identity.id)  # with what was changed just now
    reader = now[0] if now else turn.account
    return on_tab((*said, *home(work, reader, turn.identity, page)), turn.identity.id, version)


def on_home(work: Work, turn: Turn, reply: Reply) -> Reply:
    """The reply as the tab shows it. What changed something, or leaves nothing to press, is said
    above the tasks as they are now; anything else takes their place, with a way back."""
    if not turn.inbound.home or reply.form is not None or reply.home is not None:
        return reply
    if reply.prompt is not None or reply.step:
        # It is edited to what comes of it, so it is a message of its own.
        there = Reply(text=_("I answered under Messages."))
        return replace(reply, fresh=True, home=_shown(work, turn, there, over_tasks=True))
    said, filled = _said(turn, reply), turn.inbound.kind is Kind.FORM and not reply.items
    over_tasks = turn.account.id in work.homes.touched or filled or not _leads_on(said)
    return Reply(home=_shown(work, turn, said, over_tasks=over_tasks))


def _shown(work: Work, turn: Turn, said: Reply, *, over_tasks: bool) -> Home:
    """The tab with something said on it: above the tasks, or in their place."""
    whose = turn.identity.id
    if not _still_theirs(work, turn):
        return on_tab((said,), whose)
    if turn.outside:
        return on_tab((said,), whose, work.homes.show(whose, 0))
    if over_tasks:
        return tab(work, turn, _page(work, turn), _briefly(said))
    back = Reply(buttons=((button(_("Back to my tasks"), verbs.Home()),),))
    return on_tab((said, back), whose, work.homes.show(whose, 0))


def _still_theirs(work: Work, turn: Turn) -> bool:
    """Whether the chat is the account's after what was done: it may just have left."""
    now = work.accounts.identity(turn.identity.id)
    return now is not None and now[0].id == turn.account.id


def apology(reply: Reply, identity: int) -> Reply:
    """What is said where our code broke, with a way to try again. It reads nothing: whatever broke
    might break once more."""
    again = Reply(buttons=((button(_("Try again"), verbs.Home()),),))
    return Reply(home=on_tab((reply, again), identity))


def _page(work: Work, turn: Turn) -> int:
    wanted = work.homes.wanted(turn.identity.id)
    return max(1, wanted.page) if wanted else 1


def _said(turn: Turn, reply: Reply) -> Reply:
    """The reply as a part of the tab. A card beside a passing sentence is no news, nor is the
    screen that a form was opened from: of either the sentence is left."""
    if not reply.drawn or (reply.toast and reply.card):
        return Reply(text=reply.toast, audience=Audience.HERE)
    if turn.inbound.kind is Kind.FORM and reply.title and reply.text and not reply.card:
        return Reply(text=reply.text, audience=Audience.HERE)
    return replace(reply, toast="", audience=Audience.HERE)


def _briefly(said: Reply) -> Reply:
    """A card without what can be done from its row below; of a question all is kept."""
    row = said.buttons[0] if said.buttons else ()
    verb = row[0].line.partition(" ")[0] if row and isinstance(row[0], Button) else ""
    if said.card is None or verb not in {verbs.Done.name, verbs.Reopen.name, verbs.Undo.name}:
        return said
    undo = tuple(
        each
        for each in row
        if isinstance(each, Button) and each.line.startswith(f"{verbs.Undo.name} ")
    )
    title, text = (said.title, said.text) if said.struck else ("", _in_one_line(said))
    brief = replace(said, title=title, headline="", text=text.strip(), card=None, buttons=())
    return replace(brief, buttons=(undo,)) if undo else brief


def _in_one_line(said: Reply) -> str:
    return f"{said.headline}. {said.text}" if said.headline else f"{said.text} {said.title}"


def _leads_on(reply: Reply) -> bool:
    return bool(reply.buttons) or any(each.button for each in reply.items)
