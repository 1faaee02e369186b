"""Counts of one's tasks, what was done week by week, and a picture of it."""

from __future__ import annotations

from datetime import date, timedelta

from bot import verbs
from bot.cards import button
from bot.dates import short
from bot.guards import Guard
from bot.language import N_, _, ngettext
from bot.plan_words import bar
from bot.turn import IN_PRIVATE, Turn, commands
from bot.words import number
from core.activity import Activity, Week, activity
from core.chat import Button, Fact, Item, Reply
from core.limits import CHART
from core.lists import Stats
from core.work import Work

WEEKS = 8
"""Weeks that are said in text."""
_COUNTS = (
    (N_("total"), "total"),
    (N_("completed"), "completed"),
    (N_("in progress"), "in_progress"),
    (N_("pending"), "pending"),
    (N_("cancelled"), "cancelled"),
    (N_("overdue"), "overdue"),
)


@commands.on(
    verbs.Stats,
    usage="chart",
    menu=IN_PRIVATE,
    guards=lambda command: (Guard(CHART),) if command.view is verbs.StatsView.CHART else (),
)
def stats(work: Work, turn: Turn, command: verbs.Stats) -> Reply:
    if command.view is verbs.StatsView.CHART:
        return _chart(work, turn)
    counts = work.lists.stats(turn.account.id)
    done = activity(work, turn.account.id, turn.account.zone, WEEKS)
    row = [Button(_("Open"), "list"), Button(_("Overdue"), "list overdue")]
    return Reply(
        title=_("Your tasks"),
        facts=(*_counted(counts), *_streak(done)),
        items=_weeks(done, turn.today),
        buttons=(tuple(row), *_pictured(done)),
    )


def _counted(counts: Stats) -> list[Fact]:
    return [Fact(number(getattr(counts, field)), _(label)) for label, field in _COUNTS]


def _streak(done: Activity) -> list[Fact]:
    if not done.streak:
        return []
    days = ngettext("{n} day in a row", "{n} days in a row", done.streak)
    return [Fact(days, _("streak"))]


def _weeks(done: Activity, today: date) -> tuple[Item, ...]:
    """A line for each week, the newest first, the number before the bar; none of nothing."""
    most = max(each.completed for each in done.weeks)
    if not most:
        return ()
    return tuple(
        Item(_done(each, today), bar(each.completed, most)) for each in reversed(done.weeks)
    )


def _done(week: Week, today: date) -> str:
    match (today - week.monday) // timedelta(weeks=1):
        case 0:
            return _("This week: {number} done", number=number(week.completed))
        case 1:
            return _("Last week: {number} done", number=number(week.completed))
        case _:
            day, many = short(week.monday, today), number(week.completed)
            return _("Week of {day}: {number} done", day=day, number=many)


def _pictured(done: Activity) -> tuple[tuple[Button, ...], ...]:
    if not any(each.completed for each in done.weeks):
        return ()
    return ((button(_("Chart"), verbs.Stats(verbs.StatsView.CHART)),),)


def _chart(work: Work, turn: Turn) -> Reply:
    """A picture takes longer than an answer may, so that a job sends it."""
    identity = turn.identity
    work.put_in_chat(
        identity.chat_id,
        name="chart",
        id=f"chart:{turn.inbound.key}",
        payload={"identity": identity.id, "account": turn.account.id},
    )
    said = _("One moment: I draw it.")
    if not turn.private:
        said = _("One moment: I draw it, and send it to you in private.")
    return Reply(toast=said) if turn.pressed else Reply(text=said)
