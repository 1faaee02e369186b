"""Lists, page by page, and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from bot import verbs
from bot.cards import item
from bot.grammar import BUTTON_BYTES, straight, to_line
from bot.people import person_known
from bot.turn import EVERYWHERE, IN_PRIVATE, Turn, commands
from bot.words import plural
from core.chat import Button, Fact, Hint, Reply
from core.errors import NotUnderstood
from core.lists import COUNTED, Filter, Page
from core.task import Priority, Status, read_priority
from core.work import Work

PAGE = 8
"""Tasks on a page (`product.md` 1.4)."""

_SHORTCUTS = (("Open", ""), ("Today", "today"), ("Overdue", "overdue"), ("Done", "done"))
_WORDS = "open, started, done, cancelled, all, today, overdue, week, mine, #category, !priority"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a list shows, and how that is called."""

    filter: Filter = field(default_factory=Filter)
    name: str = "Open tasks"
    said: str = ""


@commands.on(
    verbs.List, aliases=("ls", "tasks"), usage="[today | overdue | done | #home]", menu=EVERYWHERE
)
def list_tasks(work: Work, turn: Turn, command: verbs.List) -> Reply:
    wanted = _wanted(work, turn, straight(command.which).strip())
    page = max(1, min(command.page or 1, 1000))
    found = work.lists.page(turn.account.id, wanted.filter, skip=(page - 1) * PAGE, most=PAGE)
    if not found.tasks and page > 1:
        return list_tasks(work, turn, verbs.List(command.which))
    if not found.tasks:
        return _empty(work, turn, wanted, found)
    first = (page - 1) * PAGE + 1
    last = first + len(found.tasks) - 1
    total = f"more than {COUNTED:,}" if found.total > COUNTED else f"{found.total}"
    items = tuple(
        item(task, turn.now, turn.today, place) for place, task in enumerate(found.tasks, first)
    )
    more = found.total > last
    return Reply(
        title=f"{wanted.name} {first}-{last} of {total}",
        text=_how_far_back(work, turn, found),
        items=items,
        buttons=_navigation(wanted.said, page, more=more),
    )


def _empty(work: Work, turn: Turn, wanted: _Wanted, found: Page) -> Reply:
    if not wanted.said:
        text = "No open tasks. Send me a line of text to add one, for example:"
        return Reply(text=text, hints=(Hint("add Buy milk tomorrow 5pm"),))
    opened = work.lists.page(turn.account.id, Filter(), most=1).total
    have = plural(opened, "open task") if opened else "no open tasks"
    back = _how_far_back(work, turn, found)
    text = f'Nothing matches "{wanted.said}". You have {have}. {back}'.strip()
    return Reply(text=text, buttons=((Button("Show all", "list"),),))


def _how_far_back(work: Work, turn: Turn, found: Page) -> str:
    """A plan may list what was finished lately only; the rest is kept, and exported."""
    if found.since is None:
        return ""
    plan = work.entitlements.plan(turn.account.id)
    return (
        f"The {plan.title.lower()} plan lists finished tasks of the last {plan.history_days} days; "
        "an export has all of them."
    )


def _navigation(said: str, page: int, *, more: bool) -> tuple[tuple[Button, ...], ...]:
    turning = []
    if page > 1:
        turning.append(_to(said, page - 1, "< Prev"))
    if more:
        turning.append(_to(said, page + 1, "Next >"))
    views = [
        Button(label, to_line(verbs.List(which))) for label, which in _SHORTCUTS if which != said
    ]
    closing = Button("Close", to_line(verbs.Close("List closed.")))
    rows = (tuple(each for each in turning if each), tuple(views), (closing,))
    return tuple(row for row in rows if row)


def _to(said: str, page: int, label: str) -> Button | None:
    """A button to a page; a filter too long for a button is turned by typing."""
    line = to_line(verbs.List(said, page=page))
    return Button(label, line) if len(line.encode()) <= BUTTON_BYTES else None


def _wanted(work: Work, turn: Turn, said: str) -> _Wanted:
    """Read the words of a filter. Raises `NotUnderstood`, `UnknownPerson`."""
    wanted = _Wanted(said="" if said.lower() == "open" else said)
    for word in said.split():
        wanted = _narrow(work, turn, wanted, word)
    return wanted


def _narrow(work: Work, turn: Turn, wanted: _Wanted, word: str) -> _Wanted:
    lower = word.lower()
    if lower in _VIEWS:
        return _VIEWS[lower](turn, wanted)
    match word[0]:
        case "#" | "+":
            return _with(wanted, word, category=word[1:])
        case "@":
            return _with(wanted, word, assignee=person_known(work, turn, word).id)
        case "!":
            return _with(wanted, word, priority=read_priority(word).value)
    if lower in set(Priority):
        return _with(wanted, lower, priority=lower)
    raise NotUnderstood("filter", word, _WORDS)


def _with(wanted: _Wanted, name: str, **changes: object) -> _Wanted:
    narrowed = replace(wanted.filter, **changes)  # type: ignore[arg-type]  # names of Filter's fields
    return replace(wanted, filter=narrowed, name=f"{wanted.name}, {name}")


_View = Callable[[Turn, _Wanted], _Wanted]


def _view(name: str, **changes: object) -> _View:
    def view(turn: Turn, wanted: _Wanted) -> _Wanted:
        narrowed = replace(wanted.filter, **changes)  # type: ignore[arg-type]  # names of Filter's fields
        return replace(wanted, filter=narrowed, name=name)

    return view


def _until(name: str, days: int) -> _View:
    """Open and due before the end of a day so many days ahead, what is overdue included."""

    def view(turn: Turn, wanted: _Wanted) -> _Wanted:
        end = turn.today + timedelta(days=days + 1)
        before = datetime.combine(end, time(0, 1), turn.account.zone)
        return replace(wanted, filter=replace(wanted.filter, due_before=before), name=name)

    return view


def _overdue(turn: Turn, wanted: _Wanted) -> _Wanted:
    narrowed = replace(wanted.filter, due_before=turn.now)
    return replace(wanted, filter=narrowed, name="Overdue tasks")


def _mine(turn: Turn, wanted: _Wanted) -> _Wanted:
    narrowed = replace(wanted.filter, assignee=turn.account.id)
    return replace(wanted, filter=narrowed, name="Tasks assigned to you")


_VIEWS: dict[str, _View] = {
    "open": _view("Open tasks"),
    "all": _view("All tasks", open=None),
    "pending": _view("Pending tasks", status=Status.PENDING),
    "started": _view("Tasks in progress", status=Status.IN_PROGRESS),
    "done": _view("Done tasks", open=False, status=Status.COMPLETED),
    "completed": _view("Done tasks", open=False, status=Status.COMPLETED),
    "cancelled": _view("Cancelled tasks", open=False, status=Status.CANCELLED),
    "today": _until("Tasks due today or before", 0),
    "week": _until("Tasks due within a week", 7),
    "overdue": _overdue,
    "mine": _mine,
}


@commands.on(verbs.Stats, usage="", menu=IN_PRIVATE)
def stats(work: Work, turn: Turn, command: verbs.Stats) -> Reply:
    counts = work.lists.stats(turn.account.id)
    rows = (
        ("total", counts.total),
        ("completed", counts.completed),
        ("in progress", counts.in_progress),
        ("pending", counts.pending),
        ("cancelled", counts.cancelled),
        ("overdue", counts.overdue),
    )
    return Reply(
        title="Your tasks",
        facts=tuple(Fact(str(number), name) for name, number in rows),
        buttons=((Button("Open", "list"), Button("Overdue", "list overdue")),),
    )
