"""What people do among themselves, and platforms tell of: most of it is nobody's business here, and
of that nothing is kept, not even that there is such a person. (Who posts a link to a task is asked,
now and then, whether it is to be: `bot.introducing`.)"""

from __future__ import annotations

from core.arrival import Arrival
from core.chat import Inbound, Kind
from core.work import Work


def concerns_us(work: Work, inbound: Inbound, known: Arrival) -> bool:
    """Whether what somebody did is meant for us: anything, but for a reaction that its channel did
    not choose, and what somebody who is not in did with a message: posted a link in it, edited it,
    or took a reaction away from it, or put one there as another organisation's guest; or opened the
    details of a task, which is answered without them (`bot.panes`)."""
    if inbound.edited:
        return known.is_in
    match inbound.kind:
        case Kind.REACTION:
            chosen = work.chats.reaction(known.chat.id) if known.chat else ""
            what, _, name = inbound.line.partition(" ")[2].partition(" ")
            new = what == "on" and not inbound.guest
            return name == chosen != "" and (new or known.is_in)
        case Kind.LINK | Kind.DETAILS:
            return known.is_in
        case _:
            return True
