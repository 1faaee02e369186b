"""Choose what a list shows: in a form where the platform has one, else button by button."""

from __future__ import annotations

from bot import verbs
from bot.commands.lists import list_tasks
from bot.filters import OPEN, SIGNS, By, about, spelt, without, words
from bot.grammar import fits, to_line
from bot.language import N_, _
from bot.turn import Turn, commands
from bot.words import cut
from core import choices
from core.chat import Button, Form, Input, Option, Question, Reply
from core.errors import NotUnderstood
from core.task import Priority
from core.work import Work

ANY = "any"
OFFERED, LISTED = 12, 50
"""Choices offered as buttons, and in a form (Slack takes 100)."""
LABEL_SHOWN = 30
"""Characters of a choice."""
_IN_A_ROW = 3
_NAMES = {
    By.STATE: N_("State"),
    By.LIST: N_("List"),
    By.PERSON: N_("Person"),
    By.PRIORITY: N_("Priority"),
    By.LABEL: N_("Label"),
}
_STATES = {
    OPEN: N_("Open"),
    "today": N_("Due today"),
    "week": N_("Due within a week"),
    "overdue": N_("Overdue"),
    "mine": N_("For me to do"),
    "started": N_("In progress"),
    "done": N_("Finished"),
    "cancelled": N_("Cancelled"),
    "all": N_("All"),
}
_PRIORITIES = {
    Priority.HIGH: N_("High"),
    Priority.MEDIUM: N_("Medium"),
    Priority.LOW: N_("Low"),
}


@commands.on(verbs.Narrow, hidden=True)
def narrow(work: Work, turn: Turn, command: verbs.Narrow) -> Reply:
    answers = {by: getattr(command, by.value) for by in By}
    if any(each is not None for each in answers.values()):
        chosen = [each for each in answers.values() if each and each not in {ANY, OPEN}]
        return list_tasks(work, turn, verbs.List(" ".join(chosen)))
    said = " ".join(words(command.which))
    if turn.inbound.forms:
        return Reply(form=_form(work, turn, said))
    return _choose(work, turn, said, command.by) if command.by else _menu(work, turn, said)


def _choices(work: Work, turn: Turn, by: By, most: int) -> list[Option]:
    """What there is to choose from, as words of a filter."""
    viewer = turn.account.id
    match by:
        case By.STATE:
            return [Option(_(label), word) for word, label in _STATES.items()]
        case By.PRIORITY:
            return [Option(_(label), f"!{each.value}") for each, label in _PRIORITIES.items()]
        case By.LIST:
            found = choices.lists(work, viewer, most=most)
        case By.LABEL:
            found = choices.labels(work, viewer, most=most)
        case By.PERSON:
            found = ["me", *choices.people(work, viewer, most=most)]
    sign = SIGNS[by]
    return [
        Option(_("me") if word == "@me" else f"{sign}{cut(each, LABEL_SHOWN)}", word)
        for each in found
        if (word := spelt(sign, each))
    ]


def _menu(work: Work, turn: Turn, said: str) -> Reply:
    """By what to choose; whatever leaves no choice is left out."""
    buttons = [
        Button(_(label), to_line(command))
        for by, label in _NAMES.items()
        if fits(command := verbs.Narrow(said, by=by.value)) and _choices(work, turn, by, 1)
    ]
    last = (Button(_("Show all"), "list"), Button(_("Back"), _list(said)))
    now = _("Now: {filter}", filter=said or _("open tasks"))
    text = f"{_('What should the list show?')}\n{now}"
    return Reply(text=text, buttons=(*_rows(buttons), last))


def _choose(work: Work, turn: Turn, said: str, by: str) -> Reply:
    try:
        what = By(by)
    except ValueError:
        raise NotUnderstood("filter", by, ", ".join(By)) from None
    others = without(said, what)
    buttons = [
        Button(each.label, to_line(command))
        for each in _choices(work, turn, what, OFFERED)
        if fits(command := verbs.List(_with(others, each.value)))
    ]
    last = (Button(_("Any"), _list(others)), Button(_("Back"), _list(said)))
    return Reply(text=_("{what}?", what=_(_NAMES[what])), buttons=(*_rows(buttons), last))


def _with(others: str, word: str) -> str:
    """Other words and this one: the states first, since they give the list its name."""
    chosen = "" if word == OPEN else word
    parts = (chosen, others) if about(word) is By.STATE else (others, chosen)
    return " ".join(filter(None, parts))


def _list(said: str) -> str:
    command = verbs.List(said)
    return to_line(command) if fits(command) else "list"


def _rows(buttons: list[Button]) -> tuple[tuple[Button, ...], ...]:
    starts = range(0, len(buttons), _IN_A_ROW)
    return tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in starts)


def _form(work: Work, turn: Turn, said: str) -> Form:
    """All choices at once, with what is chosen now."""
    now = {about(each): each for each in words(said)}
    questions = [
        Question(by.value, _(label), Input.CHOICE, now.get(by, _none(by)), options)
        for by, label in _NAMES.items()
        if (options := _options(work, turn, by, now.get(by, "")))
    ]
    return Form(verbs.Narrow.name, _("Filter tasks"), tuple(questions), submit=_("Show"))


def _none(by: By) -> str:
    return OPEN if by is By.STATE else ANY


def _options(work: Work, turn: Turn, by: By, now: str) -> tuple[Option, ...]:
    found = _choices(work, turn, by, LISTED)
    if by is By.STATE:
        return tuple(found)
    if now and now not in [each.value for each in found]:
        found.append(Option(cut(now, LABEL_SHOWN), now))
    return (Option(_("Any"), ANY), *found) if found else ()
