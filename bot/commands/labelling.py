"""Put labels on a task, and take them off."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import verbs
from bot.cards import button, opens, ref, turn_card
from bot.forms import one_line_form
from bot.grammar import fits, straight, to_line
from bot.language import _
from bot.outcomes import outcome
from bot.picking import carrying, meant, pick
from bot.turn import Turn, commands
from bot.words import cut
from core import choices
from core.chat import Form, Question, Reply
from core.rights import Right
from core.task import Task
from core.work import Work

OTHER = "?"
"""In place of labels: ask for them in words."""
_OFFERED = 9
_IN_A_ROW = 3
_SHOWN = 24
_BETWEEN = re.compile(r"[\s,;]+")


@commands.on(verbs.Label, aliases=("labels",), usage="42 ~errand")
def label(work: Work, turn: Turn, command: verbs.Label) -> Reply:
    said = straight(command.names).strip()
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, carrying(verbs.Label, said), _("Which one gets a label?"))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not said:
        return _offer(work, turn, task)
    if said == OTHER:
        return Reply(form=_form(task))
    labels = _labelled(task, said)
    task = work.tasks.update(turn.actor, found, {"labels": labels})
    return outcome(work, turn, task, _("Saved.") if work.tasks.change else _("Nothing changed."))


def _labelled(task: Task, said: str) -> tuple[str, ...]:
    """The labels of a task with those that are named, and without those behind a minus."""
    if said.lower() in verbs.NO - {"-"}:
        return ()
    words = [each.lower() for each in _BETWEEN.split(said) if each]
    off = {each.lstrip("-~") for each in words if each.startswith("-")}
    more = [each.lstrip("~#") for each in words if not each.startswith("-")]
    return tuple(each for each in dict.fromkeys((*task.labels, *more)) if each not in off)


def _offer(work: Work, turn: Turn, task: Task) -> Reply:
    """The card with the labels that they use, to put on or to take off. In a group everybody reads
    it, so it has the task's own alone."""
    seen = ref(task)
    known = choices.labels(work, turn.account.id, most=_OFFERED) if turn.private else []
    new = [(f"~{each}", verbs.Label(seen, f"~{each}")) for each in known if each not in task.labels]
    off = [
        (_("Without ~{label}", label=each), verbs.Label(seen, f"-{each}")) for each in task.labels
    ]
    row = [button(cut(name, _SHOWN), command) for name, command in new + off if fits(command)]
    shown = [tuple(row[start : start + _IN_A_ROW]) for start in range(0, len(row), _IN_A_ROW)]
    last = (button(_("Another"), verbs.Label(seen, OTHER)), button(_("Back"), opens(task)))
    return replace(turn_card(turn, task, said=_("Which label?")), buttons=(*shown, last))


def _form(task: Task) -> Form:
    hint = _("Words, such as errand cheap; a minus takes one off: -errand")
    asked = Question("names", _("Labels"), help=hint)
    return one_line_form(to_line(verbs.Label(ref(task))), _("Labels"), asked)
