"""Pages of tasks: their rows, what stands above them, and the buttons that turn them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.cards import row_of
from bot.grammar import Command, fits, to_line
from bot.language import _
from bot.turn import Turn
from core.chat import Button, Item
from core.lists import COUNTED, Page
from core.work import Work

PAGE, IN_GROUPS = 8, 5
"""Tasks on a page (`product.md` 1.4)."""
LAST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class At:
    """Which page, and how many tasks are on one."""

    page: int
    size: int

    @property
    def skip(self) -> int:
        return (self.page - 1) * self.size


Turning = Callable[[int, int | None], Command]
"""What turns to a page: its number, and the size of a page where it is not the usual one."""


def at(turn: Turn, page: int | None, size: int | None) -> At:
    """The page that is asked for, from wherever. A list that was asked for in a group keeps its
    size when it is turned elsewhere."""
    wanted = size if size in {PAGE, IN_GROUPS} else (PAGE if turn.private else IN_GROUPS)
    return At(max(1, min(page or 1, LAST_PAGE)), wanted)


def titled(name: str, where: At, found: Page) -> str:
    """`Open tasks 1-8 of 23`."""
    more = _("more than {count}", count=f"{COUNTED:,}")
    return _(
        "{name} {first}-{last} of {total}",
        name=name,
        first=where.skip + 1,
        last=where.skip + len(found.tasks),
        total=more if found.total > COUNTED else found.total,
    )


def rows(turn: Turn, where: At, found: Page) -> tuple[Item, ...]:
    """The tasks of a page, by their places in the list."""
    return tuple(
        row_of(turn, task, place) for place, task in enumerate(found.tasks, where.skip + 1)
    )


def turning(where: At, found: Page, to: Turning) -> tuple[Button, ...]:
    """Buttons to the pages before and after; what is too long for a button is turned by typing."""
    size = None if where.size == PAGE else where.size
    pages = []
    if where.page > 1:
        pages.append((_("< Prev"), to(where.page - 1, size)))
    if found.total > where.skip + len(found.tasks):
        pages.append((_("Next >"), to(where.page + 1, size)))
    return tuple(Button(label, to_line(command)) for label, command in pages if fits(command))


def how_far_back(work: Work, turn: Turn, found: Page) -> str:
    """A plan may list what was finished lately only; the rest is kept, and exported."""
    if found.since is None:
        return ""
    plan = work.entitlements.plan(turn.account.id)
    return _(
        "The {plan} plan lists finished tasks of the last {days} days; an export has all of them.",
        plan=plan.title.lower(),
        days=plan.history_days,
    )
