"""A kind word back; what was said to be kind becomes a task only where somebody wants that."""

from __future__ import annotations

from bot import verbs
from bot.grammar import fits, to_line
from bot.language import N_, _
from bot.small_talk import Talk, small_talk
from bot.turn import Turn, commands
from core.chat import Button, Reply
from core.work import Work

_ANSWERS = {
    Talk.THANKS: N_("You are welcome."),
    Talk.LEAVING: N_("See you. Your tasks stay with me."),
    Talk.ANSWER: N_("If that answers a question of mine, please press its button."),
    Talk.FINE: N_("All right."),
}


@commands.on(verbs.SmallTalk, hidden=True, outside=True)
def answer(work: Work, turn: Turn, command: verbs.SmallTalk) -> Reply:
    kind = _(_ANSWERS.get(small_talk(command.text) or Talk.FINE, _ANSWERS[Talk.FINE]))
    add = verbs.Add(command.text)
    if not command.text or not fits(add):
        return Reply(text=kind)
    text = f"{kind} {_('I made no task of it.')}"
    return Reply(text=text, buttons=((Button(_("Add it as a task"), to_line(add)),),))
