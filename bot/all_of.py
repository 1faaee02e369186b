"""All tasks of a list, and the questions before something is done with them.

A question names how many they are, and its button which: of others than were shown it is asked
again, and nothing is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

from bot import verbs
from bot.asking import ASKED_AGAIN
from bot.filters import Wanted
from bot.grammar import Command, fits, to_line
from bot.language import _
from bot.turn import Turn
from bot.verbs import Act
from core.chat import Button, Reply, Style
from core.rights import Right, may
from core.task import Task
from core.work import Work

MOST = 100
"""Tasks that are changed at once: what nobody waits for."""
UNASKED = 10
"""As many are changed by one typed line without a question, unless that is final
(`product.md` 1.6)."""

Choice = tuple[str, Command]
"""A label, and what it does."""


@dataclass(frozen=True, slots=True)
class All:
    """The tasks that are meant."""

    command: verbs.Bulk
    wanted: Wanted
    tasks: tuple[Task, ...]
    more: bool
    """Whether the list has others, which are left as they are."""

    @property
    def digest(self) -> str:
        return digest_of(self.tasks)

    @property
    def shown(self) -> bool:
        """Whether the command was pressed below a question about these very tasks."""
        return self.command.of == self.digest


def digest_of(tasks: Sequence[Task]) -> str:
    """Which tasks these are, as they are: another one, or a change, makes another digest."""
    named = "".join(f"{each.public_id}:{each.revision} " for each in tasks)
    return blake2s(named.encode(), digest_size=4).hexdigest()


def hold(work: Work, tasks: Sequence[Task]) -> None:
    """Nobody else changes them meanwhile: whoever changes a task holds its people, and here they
    are held all at once, so that two who change many do not wait crosswise."""
    people = {who for each in tasks for who in (each.owner, each.assignee) if who}
    work.lock_accounts(*people)


def all_of(work: Work, turn: Turn, wanted: Wanted, command: verbs.Bulk) -> All:
    """The newest of a list with which that may be done."""
    found = work.lists.page(turn.account.id, wanted.filter, most=MOST)
    right = Right.OWN if command.act is Act.DELETE else Right.WORK
    tasks = tuple(
        each
        for each in found.tasks
        if may(each, turn.actor, right) and (each.status.open or command.act is Act.DELETE)
    )
    return All(command, wanted, tasks, more=found.total > MOST)


def held(work: Work, turn: Turn, wanted: Wanted, command: verbs.Bulk) -> All:
    """The same while nobody else can change them."""
    every = all_of(work, turn, wanted, command)
    if not (work.shared and every.tasks):
        return every
    hold(work, every.tasks)
    return all_of(work, turn, wanted, command)


def question(every: All, text: str, *choices: Choice, style: Style = Style.PLAIN) -> Reply:
    """The question, with a way back; of a list whose words are too long for its buttons none."""
    if not all(fits(command) for _label, command in choices):
        text = _("These words are too long for that. Choose fewer of them, and ask again.")
        return Reply(text=text, buttons=(back(every.wanted.said),))
    buttons = [Button(label, to_line(command), style) for label, command in choices]
    keep = Button(_("Keep"), back(every.wanted.said)[0].line)
    toast = _(ASKED_AGAIN) if every.command.of else ""
    return Reply(text=with_limit(every, text), buttons=(*_pairs(buttons), (keep,)), toast=toast)


def with_limit(every: All, text: str) -> str:
    """The text, and whether some are left."""
    if not every.more:
        return text
    return f"{text} {_('I do {most} at a time, the newest first.', most=MOST)}"


def nothing(said: str) -> Reply:
    """There are none."""
    text = _("There is nothing there with which I could do that.")
    return Reply(text=text, buttons=(back(said),))


def back(said: str) -> tuple[Button, ...]:
    """To the list, as far as a button can say which."""
    command = verbs.List(said)
    return (Button(_("Back"), to_line(command if fits(command) else verbs.List())),)


def _pairs(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
