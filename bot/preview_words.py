"""Whether somebody is asked before a task of theirs is shown below a link, in words; and the two
questions by which they choose that."""

from __future__ import annotations

from collections.abc import Iterator

from bot import verbs
from bot.cards import button
from bot.language import _, ngettext
from bot.turn import Turn
from bot.verbs import Previewed
from bot.words import say_instant
from core.chat import Button, Fact, Reply
from core.habits import Habit, Rule
from core.work import Work


def say_habit(turn: Turn, habit: Habit) -> str:
    """In a few words."""
    if habit.rule is Rule.NEVER:
        return _("neither shown nor asked about")
    if habit.until is not None:
        until = say_instant(habit.until.astimezone(turn.account.zone), turn.today)
        until = f"{until} ({turn.account.timezone or 'UTC'})"
        return _("neither shown nor asked about until {time}", time=until)
    if habit.rule is Rule.EVERYWHERE:
        return _("shown at once")
    if habit.places:
        return ngettext(
            "shown at once in {n} channel, else I ask",
            "shown at once in {n} channels, else I ask",
            habit.places,
        )
    return _("I ask")


def in_settings(work: Work, turn: Turn) -> Iterator[Fact]:
    """For whoever chose something: others are asked when there is something to choose."""
    habit = work.habits.of(turn.identity.id, turn.chat.id)
    if habit.said:
        yield Fact(say_habit(turn, habit), _("your tasks below links"))


def way_back(work: Work, turn: Turn) -> Iterator[tuple[Button, ...]]:
    """The button beside that: to choose otherwise."""
    if work.habits.of(turn.identity.id, turn.chat.id).said:
        yield (Button(_("Tasks below links"), verbs.Previews.name),)


def choices(turn: Turn, habit: Habit) -> tuple[tuple[Button, ...], ...]:
    """What can be chosen instead."""
    here: tuple[Button, ...] = ()
    if not turn.private:
        here = (_ask_here() if habit.here else _here(),)
    return (
        (*here, _everywhere(), _always_ask()),
        (_pause(), _never()),
    )


def remembering() -> Reply:
    """After somebody showed a task: whether it is to be so from now on."""
    text = f"{_('Shown.')} {_('Shall I show your own tasks at once from now on?')}"
    return Reply(text=text, buttons=((_here(), _everywhere(), _always_ask()),))


def too_many() -> Reply:
    """After somebody said no several times."""
    text = f"{_('Not shown.')} {_('Getting too many prompts?')}"
    keep = button(_("Keep asking"), verbs.Close(_("I keep asking.")))
    return Reply(text=text, buttons=((_pause(), _never(), keep),))


def _here() -> Button:
    return button(_("In this channel"), verbs.Previews(Previewed.HERE))


def _ask_here() -> Button:
    return button(_("Ask in this channel"), verbs.Previews(Previewed.ASK_HERE))


def _everywhere() -> Button:
    return button(_("In all channels"), verbs.Previews(Previewed.EVERYWHERE))


def _always_ask() -> Button:
    return button(_("Always ask"), verbs.Previews(Previewed.ASK))


def _pause() -> Button:
    return button(_("Not for 24 hours"), verbs.Previews(Previewed.PAUSE))


def _never() -> Button:
    return button(_("Never ask"), verbs.Previews(Previewed.NEVER))
