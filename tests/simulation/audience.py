"""Who may do what to a task, and who may read of it, as the rules for people have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum

from tests.simulation.people import PAIRS, PARTNER, Linked, Said

GRACE = 20.0
"""Seconds for which a message may be on its way when its chat leaves the account."""
FOR_EVER = 1e12
Links = Mapping[str, Linked]
Members = Callable[[str], Sequence[str]]


class Yes(Enum):
    """An answer, where it is clear from outside."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def link_of(person: str, links: Links) -> Linked | None:
    """Of this person's two chats; None for who has one."""
    if person not in PARTNER:
        return None
    return links[person if person in PAIRS else PARTNER[person]]


def made_together(task: Said, links: Links) -> Yes:
    """Whether the maker's two chats were of one account when the task was made: between the moment
    when it was typed and the one when it was answered."""
    both = {together(task.person, at, links) for at in (task.at, task.answered)}
    return both.pop() if len(both) == 1 else Yes.MAYBE


def together(person: str, at: float, links: Links) -> Yes:
    """Whether the person's two chats were of one account then."""
    link = link_of(person, links)
    if link is None or not link.wanted or at < link.wanted:
        return Yes.NO
    if link.done and link.done < at and (not link.leaving or at < link.leaving):
        return Yes.YES
    return Yes.MAYBE


def account_of(person: str, since: float, links: Links) -> set[str] | None:
    """Whose chats they all are, from then to the end; None where that changed or is not known."""
    link = link_of(person, links)
    if link is None or not link.wanted:
        return {person}
    if together(person, since, links) is Yes.YES and not link.leaving:
        return {person, PARTNER[person]}
    return None


def may(person: str, task: Said, at: float, links: Links) -> Yes:
    """Whether somebody may complete a task."""
    base = {task.person, *([task.assignee] if task.assignee else ())}
    if person in base:
        apart = person in PAIRS or together(person, FOR_EVER, links) is Yes.NO
        then = {made_together(task, links), together(person, at, links)}
        settled = apart or then == {Yes.YES}
        return Yes.YES if settled and person == task.person else Yes.MAYBE
    if PARTNER.get(person) in base:
        link = link_of(person, links)
        return Yes.MAYBE if link and link.wanted and link.wanted <= at else Yes.NO
    return Yes.NO


def readers(
    task: Said, links: Links, members: Members, presses: Iterable[Said]
) -> Callable[[str, float], bool]:
    """Whether somebody may read of a task then."""
    base = {task.person, task.assignee, *members(task.chat)}
    whose = made_together(task, links)
    for each in (task.person, task.assignee):  # theirs stays with the account, whoever leaves it
        if any(together(each, at, links) is not Yes.NO for at in (task.at, task.answered)):
            base.add(PARTNER[each])
    if whose is Yes.YES and task.person not in PAIRS and not members(task.chat):
        base.remove(task.person)  # it stays when its maker leaves

    def known(viewer: str, at: float) -> bool:
        if viewer in base:
            return True
        link = link_of(viewer, links)
        if PARTNER.get(viewer) not in base or link is None or not link.wanted:
            return False
        return link.wanted <= at <= (link.left + GRACE if link.left else FOR_EVER)

    return known
