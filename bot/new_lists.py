"""A list that somebody names for the first time, perhaps by a slip: it is offered, not made.

In a group everybody names lists, and a line is taken as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches

from bot import verbs
from bot.cards import button, opens
from bot.grammar import fits
from bot.language import _
from bot.quickadd import Understood
from bot.quickadd.marks import LIST_NAME
from bot.quickadd.vocabulary import OBJECT
from bot.turn import Turn
from bot.words import cut
from core import choices
from core.chat import Button, Reply
from core.task import CATEGORY_LIMIT, TITLE_LIMIT, Draft, Ref, Task
from core.work import Work

_KNOWN = 200
"""Lists of somebody's that are looked at."""
_LIKE = 0.6
"""How like a list is that was perhaps meant."""
OFFERED_FOR = timedelta(minutes=10)
"""How long a new list is offered with a card that is drawn again: as long as an Undo."""
_SAMPLE = Ref(public_id="12345678")
"""As long as any task's."""


def others(work: Work, turn: Turn, said: Understood) -> Sequence[str] | None:
    """The lists that they have, where the one of the line is none of them; else None. Beside
    another question a line is as it is written."""
    name = said.category
    if not name or not turn.private or said.ambiguity or not has_room(said):
        return None
    if not fits(_into(_SAMPLE, said, name)) or choices.is_list(work, turn.account.id, name):
        return None
    known = choices.known_lists(work, turn.account.id, most=_KNOWN)
    return None if name.casefold() in _folded(known) else known


def unlisted(draft: Draft) -> Draft:
    """The draft in no list, and its sign a word of the title, so that nothing is lost."""
    sign = f"#{draft.category}"
    title = draft.title if sign in draft.title.split() else f"{draft.title} {sign}"
    return replace(draft, category="", title=cut(title, TITLE_LIMIT))


def has_room(said: Understood) -> bool:
    """Whether the sign fits into the title beside its other words."""
    return len(f"{said.title} #{said.category}") <= TITLE_LIMIT


def too_long(said: Understood) -> bool:
    """Whether no list can have that name."""
    return len(said.category) > CATEGORY_LIMIT


def question(said: Understood) -> str:
    return _("There is no list #{name} yet. Create it?", name=said.category)


def answers(task: Task, said: Understood, lists: Sequence[str]) -> tuple[Button, ...]:
    """To create it, to take the one of theirs that was perhaps meant, or to leave the word in the
    title."""
    # Whatever else changed meanwhile, such as its time zone, the list is still to be chosen.
    name, seen = said.category, Ref(public_id=task.public_id)
    row = [button(_("Create #{name}", name=name), _into(seen, said, name))]
    known = _folded(lists)
    for close in get_close_matches(name.casefold(), known, n=1, cutoff=_LIKE):
        meant = _into(seen, said, known[close])
        row += [button(f"#{known[close]}", meant)] if fits(meant) else []
    return (*row, button(_("No list"), opens(task)))


def still_offered(work: Work, card: Reply, task: Task) -> Reply:
    """The open card of a new task, drawn again for its owner: a list that was offered with it still
    is, since nobody answered yet."""
    said = _sign(task.title)
    new = work.now - task.created_at < OFFERED_FOR and not task.category
    if not (said and new):
        return card
    known = choices.known_lists(work, task.owner, most=_KNOWN)
    fitting = has_room(said) and fits(_into(_SAMPLE, said, said.category))
    if not fitting or said.category.casefold() in _folded(known):
        return card
    row = answers(task, said, known)
    text = f"{card.text} {question(said)}".strip()
    return replace(card, text=text, buttons=(*card.buttons, row))


def _sign(title: str) -> Understood | None:
    """What a title says that ends with the sign of a list."""
    *words, last = title.split() or [""]
    name = last.removeprefix("#")
    if name == last or not LIST_NAME.fullmatch(name):
        return None
    part = bool(words) and words[-1].casefold() in OBJECT
    return Understood(title if part else " ".join(words), category=name)


def _into(seen: Ref, said: Understood, name: str) -> verbs.Edit:
    """Into that list; the sign leaves the title, where it is no word of a sentence there."""
    sign = f"#{said.category}"
    return verbs.Edit(seen, category=name, words=None if sign in said.title.split() else sign)


def _folded(names: Iterable[str]) -> dict[str, str]:
    return {each.casefold(): each for each in names}
