"""Let a task come again, or pass over one time."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, opens, ref, turn_card
from bot.forms import one_line_form
from bot.grammar import to_line
from bot.language import N_, _
from bot.outcomes import outcome
from bot.picking import carrying, meant, pick
from bot.rule_words import say_rule
from bot.turn import Turn, commands
from bot.typed_fields import rule_of
from bot.words import say_due
from core.chat import Form, Question, Reply
from core.rights import Right
from core.task import Ref, Task
from core.work import Work

_PRESETS = (
    ((N_("Every day"), "day"), (N_("Weekdays"), "weekdays")),
    ((N_("Every week"), "week"), (N_("Every month"), "month")),
)
OTHER = "other"
"""As a rule: ask for it in words."""


@commands.on(verbs.Repeat, aliases=("recur",), usage="42 weekdays")
def repeat(work: Work, turn: Turn, command: verbs.Repeat) -> Reply:
    said = command.rule.strip()
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, carrying(verbs.Repeat, said), _("Which one comes again?"))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not task.status.open:
        return outcome(work, turn, task, _("It is finished. Open it again first."))
    if not said:
        return _presets(turn, task)
    if said.lower() == OTHER:
        return Reply(form=_form(task))
    return _set(work, turn, task, found, said)


def _set(work: Work, turn: Turn, task: Task, found: Ref, said: str) -> Reply:
    rule, first = rule_of(turn, said, task.due)
    task = work.recurring.repeat(turn.actor, found, rule, first)
    if not task.rule:
        once = _("It comes no more after this.") if work.tasks.change else _("It does not repeat.")
        return outcome(work, turn, task, once)
    return outcome(work, turn, task, said_repeats(turn, task))


def said_repeats(turn: Turn, task: Task) -> str:
    """How often from now on, and when next."""
    often = say_rule(task.rule, turn.today)
    if task.due is None:
        return _("It repeats {often}.", often=often)
    return _("It repeats {often}, next {day}.", often=often, day=say_due(task.due, turn.today))


def _presets(turn: Turn, task: Task) -> Reply:
    """The card with the usual ways."""
    seen = ref(task)
    rows = [
        tuple(button(_(label), verbs.Repeat(seen, rule)) for label, rule in row) for row in _PRESETS
    ]
    last = (
        button(_("Something else"), verbs.Repeat(seen, OTHER)),
        button(_("Never"), verbs.Repeat(seen, "never")),
        button(_("Back"), opens(task)),
    )
    said = _("How often shall it come? Once it is done, the next one is there.")
    return replace(turn_card(turn, task, said=said), buttons=(*rows, last))


def _form(task: Task) -> Form:
    hint = _("For example: weekdays 9:00, mon,thu, 2 weeks, month on last fri")
    asked = Question("rule", _("How often"), help=hint)
    return one_line_form(to_line(verbs.Repeat(ref(task))), _("Repeat"), asked)


@commands.on(verbs.Skip, usage="42")
def skip(work: Work, turn: Turn, command: verbs.Skip) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, verbs.Skip, _("Which one is passed over this time?"))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not (task.rule and task.status.open):
        return outcome(work, turn, task, _("It does not repeat, so there is no next time."))
    then = work.recurring.skip(turn.actor, found)
    if then is None:
        return outcome(work, turn, task, _("This is the last time. To end it, cancel it."))
    next_ = say_due(then.due, turn.today) if then.due else ""
    return outcome(work, turn, then, _("Skipped. Next {day}.", day=next_))
