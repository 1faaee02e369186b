"""A plan in words: what it allows, how much of it is used, what is paid and until when."""

from __future__ import annotations

from datetime import datetime

from bot.dates import short
from bot.language import _, ngettext
from bot.offers import plan_of
from bot.prices import CANCELS, UNKNOWN, named, paid_for, status, trial_days
from bot.words import capital, number
from core import billing_facts as facts
from core.billing import Held, Standing
from core.billing_facts import Subscription
from core.chat import Item
from core.entitlements import Usage
from core.identity import Account
from core.plans import UNLIMITED, Plan
from core.work import Work

WIDTH = 10
"""Characters of a bar."""


def bar(used: int, limit: int) -> str:
    """`[######....]`, which no line breaks into: full only at the limit, empty only at nothing."""
    full = min(WIDTH, used * WIDTH // limit) if limit else WIDTH
    full = max(full, 1) if used else full
    return f"[{'#' * full}{'.' * (WIDTH - full)}]"


def allowed(plan: Plan) -> tuple[tuple[int, str], ...]:
    """Each of a plan's numbers, and of what it is."""
    return (
        (plan.open_tasks, _("open tasks")),
        (plan.categories, _("categories")),
        (plan.assignees, _("people with tasks of yours")),
    )


def allows(plan: Plan) -> str:
    """`50 open tasks, 5 categories, ...`: a plan in one line."""
    limits = [f"{_number(limit)} {what}" for limit, what in allowed(plan)]
    return f"{', '.join(limits)}, {history(plan)}"


def history(plan: Plan) -> str:
    """How far back the list of done tasks goes."""
    if plan.history_days >= UNLIMITED:
        return _("all done tasks")
    return ngettext("done tasks of {n} day", "done tasks of {n} days", plan.history_days)


def _number(limit: int) -> str:
    return _("any number of") if limit >= UNLIMITED else number(limit)


def usage(plan: Plan, used: Usage) -> tuple[Item, ...]:
    """A line for each limit: the numbers in words first, then the bar."""
    counts = (used.open_tasks, used.categories, used.assignees)
    lines = [
        _used(count, limit, what)
        for count, (limit, what) in zip(counts, allowed(plan), strict=True)
    ]
    unlimited = plan.history_days >= UNLIMITED
    done = _("Done tasks: all are listed")
    if not unlimited:
        done = ngettext(
            "Done tasks: the last day is listed",
            "Done tasks: the last {n} days are listed",
            plan.history_days,
        )
    return (*lines, Item(done))


def _used(count: int, limit: int, what: str) -> Item:
    if limit >= UNLIMITED:
        return Item(_("{count} {what}, no limit", count=number(count), what=what))
    text = _("{count} of {limit} {what}", count=number(count), limit=number(limit), what=what)
    if count > limit:
        text = _("{counted}, more than the plan allows: all of it stays", counted=text)
    return Item(text, bar(count, limit))


def state(work: Work, standing: Standing, reader: Account, *, priced: bool = True) -> str:
    """How things stand with what is paid. `priced`: with prices, where those may be shown."""
    held = standing.current
    if held is None:
        return _("You pay nothing for it.") if priced else ""
    said = [_term(standing, held, reader, work.now, priced=priced)]
    sub = held.subscription
    if sub.pending_product_id and not sub.ended:
        day = on(sub.pending_at or sub.period_end, reader, work.now)
        said.append(
            _(
                "On {day} it changes to {plan}.",
                day=day,
                plan=plan_of(work, sub.pending_product_id),
            )
        )
    if standing.others:
        said.append(
            _(
                "Take care: {count} subscriptions of yours run at once, and each is charged. "
                "Cancel those that you do not need on the web.",
                count=standing.others + 1,
            )
        )
    return " ".join(said)


def _term(standing: Standing, held: Held, reader: Account, now: datetime, *, priced: bool) -> str:
    sub, cost = held.subscription, paid_for(held.subscription)
    day = on(ends(sub), reader, now)
    title = titled(held)
    match sub.status:
        case facts.TRIALING:
            return _trial(sub, reader, now, cost=cost if priced else "")
        case facts.PAST_DUE:
            return payment_failed(standing.grace_until, reader, now)
        case facts.ACTIVE if sub.cancel_at_period_end:
            return f"{_(CANCELS)} {_('You keep {plan} until {day}.', plan=title, day=day)}"
        case facts.ACTIVE:
            return _renews(day, cost if priced else _(UNKNOWN))
        case facts.PAUSED:
            text = _(
                "Your subscription to {plan} is paused, so it gives you nothing now.", plan=title
            )
            return f"{text} {_('It is charged as soon as you resume it.')}" if priced else text
        case _:
            return _(
                "Your subscription to {title} is {status}, so it gives you nothing now. "
                "On the web you see what it waits for.",
                title=title,
                status=status(sub),
            )


def _renews(day: str, cost: str) -> str:
    if cost == _(UNKNOWN):
        return _("Renews on {day}.", day=day)
    return capital(_("{price}, renews on {day}.", price=cost, day=day))


def _trial(sub: Subscription, reader: Account, now: datetime, *, cost: str) -> str:
    days, day = trial_days(sub, now), on(sub.trial_end, reader, now)
    said = _("Free trial until {day}.", day=day)
    if days is not None:
        said = ngettext(
            "Free trial until {day}: {n} day of {total} is left.",
            "Free trial until {day}: {n} days of {total} are left.",
            days.remaining,
            day=day,
            total=days.total,
        )
    if sub.cancel_at_period_end:
        return _("{said} It ends then, and nothing is charged.", said=said)
    return _("{said} Then it costs {cost}.", said=said, cost=cost) if cost else said


def payment_failed(until: datetime | None, reader: Account, now: datetime) -> str:
    """`Your last payment failed. Nothing changes until 30 Nov.`"""
    if until is None or until <= now:
        return _("Your last payment failed, so the free plan counts until it is paid.")
    return _("Your last payment failed. Nothing changes until {day}.", day=on(until, reader, now))


def ends(sub: Subscription) -> datetime | None:
    """When the running period ends."""
    return sub.ends_at or sub.period_end


def on(at: datetime | None, reader: Account, now: datetime) -> str:
    """A day where the reader is: `30 Nov`, `3 Jan 2027`."""
    if at is None:
        return _("a day that I do not know")
    return short(at.astimezone(reader.zone).date(), now.astimezone(reader.zone).date())


def titled(held: Held) -> str:
    """What is subscribed to, as people read it."""
    return named(held.plan.name, held.product)
