"""Several tasks that somebody named by their numbers, and the question before something is done
with more than a few of them: how many they are, and its button which. Of others than were shown it
is asked again, and nothing is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import verbs
from bot.all_of import UNASKED, digest_of
from bot.asking import minutes
from bot.cards import button, named
from bot.deleting import really
from bot.errors import sentence
from bot.language import N_, _, ngettext
from bot.turn import Turn
from bot.usual_times import hours, monday
from bot.verbs import Each
from core.chat import Button, Reply, Style
from core.errors import Refusal, TooMany
from core.rights import Right
from core.task import Ref, Task
from core.work import Work

MOST = 20
"""Tasks that one line may name (`product.md` 1.2)."""
SHOWN = 10
"""Tasks that a question names."""
FINISHED = N_("It is finished, so there is nothing to remind you of.")
TASKS, WHEN = "tasks", "when"
"""What is kept with a question."""
_LABELS = {
    Each.DONE: N_("Done {n}"),
    Each.CANCEL: N_("Cancel {n}"),
    Each.DELETE: N_("Delete {n}"),
    Each.SNOOZE: N_("Snooze {n}"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """The tasks that somebody named, each once."""

    act: Each
    tasks: tuple[Task, ...]
    refused: tuple[str, ...] = ()
    """A sentence about each with which they can't do that."""
    when: str = ""
    """Until when to snooze, as they said it; empty where that is asked, too."""
    told: str = ""
    """The same as it is understood."""

    @property
    def digest(self) -> str:
        return digest_of(self.tasks)

    @property
    def many(self) -> bool:
        """Whether it is asked before something is done with them that is not final."""
        return len(self.tasks) > UNASKED


def by_numbers(work: Work, turn: Turn, act: Each, refs: Sequence[Ref]) -> Named:
    """The tasks of a line. Raises `TooMany`."""
    if len(refs) > MOST:
        raise TooMany("tasks in one line", MOST)
    right = Right.OWN if act in {Each.CANCEL, Each.DELETE} else Right.WORK
    tasks: dict[int, Task] = {}
    refused = []
    for each in refs:
        try:
            task = work.tasks.get(turn.actor, each, right)
        except Refusal as refusal:
            refused.append(sentence(refusal))
            continue
        if act is Each.SNOOZE and not task.status.open:
            refused.append(f"{named(task)}: {_(FINISHED)}")
        else:
            tasks[task.id] = task
    return Named(act, tuple(tasks.values()), tuple(refused))


def question(work: Work, turn: Turn, these: Named) -> Reply:
    """How many they are, and which; they are kept with it, since no button has room for them."""
    kept = {TASKS: " ".join(each.public_id for each in these.tasks), WHEN: these.when}
    work.drafts.keep(turn.identity.id, key(these.act, these.digest), kept)
    lines = [_text(these), *(named(each) for each in these.tasks[:SHOWN])]
    if len(these.tasks) > SHOWN:
        lines.append(_("and {count} more", count=len(these.tasks) - SHOWN))
    rows = _choices(turn, these)
    keep = button(_("Keep"), verbs.Close(_("Left as it was.")))
    return Reply(text="\n".join([*these.refused, *lines]), buttons=(*rows, (keep,)))


def key(act: Each, digest: str) -> str:
    """Under which the tasks of a question are kept."""
    return f"{verbs.Several.name} {act} {digest}"


def _choices(turn: Turn, these: Named) -> tuple[tuple[Button, ...], ...]:
    yes = verbs.Several(these.act, these.digest, at=minutes(turn))
    if these.act is Each.SNOOZE and not these.when:
        times = [*hours(turn), monday(turn)]
        shown = [button(label, replace(yes, at=None, when=said)) for label, said in times]
        return tuple(tuple(shown[at : at + 2]) for at in range(0, len(shown), 2))
    style = Style.DANGER if these.act is Each.DELETE else Style.PRIMARY
    return ((button(_(_LABELS[these.act], n=len(these.tasks)), yes, style),),)


def _text(these: Named) -> str:
    count = len(these.tasks)
    match these.act:
        case Each.DONE:
            return ngettext("Complete {n} task?", "Complete {n} tasks?", count)
        case Each.CANCEL:
            return ngettext("Cancel {n} task?", "Cancel {n} tasks?", count)
        case Each.DELETE:
            return really(these.tasks)
        case Each.SNOOZE if these.when:
            return ngettext(
                "Remind you of {n} task {when}?",
                "Remind you of {n} tasks {when}?",
                count,
                when=these.told,
            )
        case Each.SNOOZE:
            return ngettext("Snooze {n} task until when?", "Snooze {n} tasks until when?", count)
