"""What linking refuses, in words, each with a way on."""

from __future__ import annotations

from bot.language import N_, _
from core.chat import Button, Hint, Reply, Style

_CHATS = ("whoami", N_("see which chats are connected"))
_AGAIN = ("link", N_("start again"))
_ON: dict[str, tuple[tuple[str, str], ...]] = {
    "both-pay": (("plan cancel", N_("end the plan of this account")), _AGAIN),
    "newcomer": (_CHATS,),
    "told": (("inbox", N_("read it")), _CHATS),
    "kept": (_CHATS,),
    "everything": (("export csv", N_("your tasks as a file")), _CHATS),
    "pays": (_CHATS, ("plan", N_("see what there is"))),
    "fresh": (_CHATS,),
    "new-sign-in": (_AGAIN,),
}
"""What whoever reads it may do next. A press gets these as messages: a toast is gone in seconds."""
_REFUSED = {
    "own-code": N_("That is your own code. Enter it in the other chat, the one to be connected."),
    "other-chat": N_("That question was asked in another chat. Nothing was connected."),
    "not-here": N_("Not here, please. Get a code, and send it, in a private chat."),
    "no-sign-in": N_("Nobody can sign in on the web here. A code from another chat works."),
    "elsewhere": N_("That belongs to another account by now, so I left it as it is."),
    "late": N_("Too late: that could be taken back for 24 hours. Chats can be disconnected."),
    "later": N_("That account was connected to another one since. Take that back first."),
    "fresh": N_(
        "A chat was connected less than a day ago. Disconnect it first: then I forget what is "
        "yours, and the other chat decides about its own."
    ),
    "newcomer": N_(
        "This chat was connected less than a day ago. For a day, the chats that were here "
        "before decide about others: do it there, or wait. This chat itself can leave."
    ),
    "told": N_(
        "This chat was connected less than a day ago. For a day, it deletes nothing that the "
        "chats that were here before are told for their security."
    ),
    "kept": N_(
        "A chat that was here before said that it stays connected. Once this chat has been "
        "here for a day, it can disconnect others by itself."
    ),
    "new-sign-in": N_(
        "That sign-in came to its account with another chat, less than a day ago. For a "
        "day it brings no further chat there. Get a code in a chat that was there before, or wait."
    ),
    "pays": N_(
        "A chat was connected here less than a day ago. For a day, what is paid for is managed "
        "only from the chats that had it before: do it there, or wait."
    ),
    "everything": N_(
        "This chat was connected less than a day ago. For a day, everything that is kept is "
        "given out only in the chats that were here before. Your tasks you can have here at "
        "once."
    ),
    "theirs": N_(
        "Those tasks came with another chat. For a day, only that chat can move them here."
    ),
    "undone": N_("That was taken back already."),
    "both-pay": N_(
        "Both accounts pay for a plan, and together you would pay for two. Nothing was "
        "connected. End one of the two at once, then connect again."
    ),
}


def not_linked(reason: str) -> Reply:
    """Why not, and what else."""
    if reason == "last":
        return _last()
    ended = N_("That question has ended: it was answered, or is older than 10 minutes.")
    text = _(_REFUSED.get(reason, ended))
    hints = tuple(Hint(line, _(said)) for line, said in _ON.get(reason, (_CHATS, _AGAIN)))
    return Reply(text=text, hints=hints, toast="" if reason in _ON else text)


def _last() -> Reply:
    text = _(
        "This is the only chat of your account. If it left, nobody could reach your tasks any "
        "more. You can have everything as a file, or have me delete everything."
    )
    rows = (
        (Button(_("Everything as a file"), "export all"),),
        (Button(_("Delete everything"), "forget-me", Style.DANGER),),
    )
    return Reply(text=text, buttons=rows)
