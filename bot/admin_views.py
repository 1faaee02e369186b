"""What whoever looks after the service sees: how it is, and who somebody is. Nothing that anybody
wrote is in it."""

from __future__ import annotations

import math
from datetime import timedelta

from bot import verbs
from bot.cards import button
from bot.language import _, ngettext, pgettext
from bot.people import describe
from bot.plan_words import titled
from bot.turn import Turn
from bot.words import number, say_instant, wait_in_words
from core import broadcasts, operating, upkeep
from core.broadcasts import Broadcast
from core.chat import Button, Fact, Hint, Item, Reply
from core.errors import NotUnderstood
from core.identity import Account, Identity
from core.work import Work

REFS = "@handle, telegram:ID, slack:TEAM/ID"
_SHOWN = 5
"""People in one answer."""


def status(work: Work, turn: Turn, text: str) -> Reply:
    """The service in numbers. What the last look counted is up to half a minute old."""
    desk, census = work.desk, operating.census(work)
    chats = ", ".join(f"{name.title()} {number(many)}" for name, many in census.chats.items())
    jobs, oldest = desk.waiting(work)
    facts = [
        Fact(desk.version, _("version")),
        Fact(wait_in_words(work.now - desk.since) if desk.since else "-", _("up for")),
        Fact(f"{number(census.people)} ({chats or '-'})", _("people and their chats")),
        Fact(
            _(
                "{open} open, {made} ever made",
                open=number(census.open_tasks),
                made=number(census.made),
            ),
            _("tasks"),
        ),
        Fact(_aged(jobs, oldest), _("jobs that wait")),
        Fact(_counted(work, "undelivered"), _("answers that wait")),
        Fact(_counted(work, "failed_messages"), _("messages that failed")),
        Fact(_numbered(work, "dead_letters"), _("jobs given up")),
        Fact(desk.database(), _("database")),
        Fact(_platforms(work), _("platforms")),
        *_going_on(work, turn),
    ]
    return Reply(title=_("Status"), facts=tuple(facts), hints=(Hint("admin health"),))


def _aged(count: int, seconds: float) -> str:
    if not count:
        return "0"
    age = wait_in_words(timedelta(seconds=seconds))
    return _("{count}, the oldest for {age}", count=number(count), age=age)


def _counted(work: Work, name: str) -> str:
    age = work.desk.numbers().get(f"{name}_age_seconds", math.nan)
    count = work.desk.numbers().get(name, math.nan)
    return _("not counted yet") if math.isnan(count + age) else _aged(int(count), age)


def _numbered(work: Work, name: str) -> str:
    count = work.desk.numbers().get(name, math.nan)
    return _("not counted yet") if math.isnan(count) else number(int(count))


def _platforms(work: Work) -> str:
    problems = work.desk.problems()
    ill = _("see below: admin health")
    return ", ".join(
        f"{each.title()} ({ill if each in problems else _('works')})"
        for each in work.desk.platforms
    )


def _going_on(work: Work, turn: Turn) -> list[Fact]:
    """What somebody began and did not end."""
    found = []
    if (since := upkeep.since(work)) is not None:
        when = say_instant(since.astimezone(turn.account.zone), turn.today)
        found.append(Fact(_("people are asked to wait since {when}", when=when), _("maintenance")))
    if (last := broadcasts.last(work)) is not None and last.ended_at is None:
        found.append(Fact(told_so_far(last), _("broadcast")))
    return found


def told_so_far(state: Broadcast) -> str:
    """`200 of 1,234 people, in 190 chats`."""
    return _(
        "{told} of {people} people, in {chats} chats",
        told=number(state.told),
        people=number(state.people),
        chats=number(state.chats),
    )


def health(work: Work, turn: Turn, text: str) -> Reply:
    """As /readyz says it, part by part. That this is answered shows that the database works."""
    problems = dict(work.desk.problems())
    parts = {"database": "", **dict.fromkeys(work.desk.platforms, ""), **problems}
    facts = [Fact(said or _("works"), part) for part, said in parts.items()]
    if (since := upkeep.since(work)) is not None:
        when = say_instant(since.astimezone(turn.account.zone), turn.today)
        facts.append(Fact(_("people are asked to wait since {when}", when=when), _("maintenance")))
    title = _("Not everything works") if problems else _("Ready")
    return Reply(title=title, facts=tuple(facts), hints=(Hint("admin status"),))


def user(work: Work, turn: Turn, text: str) -> Reply:
    """Who somebody is."""
    if not text:
        raise NotUnderstood("person", text, REFS)
    found = operating.who(work, text)
    if not found:
        return nobody(text)
    if len(found) == 1:
        return one(work, turn, found[0])
    items = tuple(Item(each.name, f"admin user {each.public_id}") for each in found[:_SHOWN])
    return Reply(title=_("Several people are called that"), items=items)


def nobody(ref: str) -> Reply:
    """Where a reference means nobody."""
    text = _('Nobody here is "{ref}". I know people by: {refs}.', ref=ref[:60], refs=REFS)
    return Reply(text=text)


def one(work: Work, turn: Turn, person: Account) -> Reply:
    """Somebody with their chats, in numbers."""
    tally = operating.tally(work, person.id)
    mine = work.accounts.identities(person.id)
    plans = ", ".join(titled(each) for each in work.billing.running(person.id))
    since = say_instant(tally.since.astimezone(turn.account.zone), turn.today)
    facts = (
        Fact(person.public_id, _("public id")),
        Fact(since if person.joined else _("was only mentioned"), _("known since")),
        Fact(plans or _("none"), pgettext("what somebody pays for", "plan")),
        Fact(
            _(
                "{owned} of their own, {open} open; {given} of others",
                owned=number(tally.owned),
                open=number(tally.open),
                given=number(tally.given),
            ),
            _("tasks"),
        ),
    )
    there = [each for each in mine if each.user_id]
    rows = [(_leaves(each),) for each in there] if len(there) > 1 else []
    return Reply(
        title=person.name,
        text=ngettext("{n} chat:", "{n} chats:", len(mine)),
        facts=facts,
        items=tuple(_chat(work, turn, each) for each in mine),
        buttons=tuple(rows),
    )


def _leaves(identity: Identity) -> Button:
    return button(
        _("Disconnect {who}", who=describe(identity))[:40],
        verbs.Admin(verbs.Duty.UNLINK, ref_of(identity)),
    )


def ref_of(identity: Identity) -> str:
    """As `admin user` and `admin unlink` read it."""
    if not identity.user_id:
        return f"@{identity.handle}"
    scope = f"{identity.scope}/" if identity.scope else ""
    return f"{identity.platform}:{scope}{identity.user_id}"


def _chat(work: Work, turn: Turn, identity: Identity) -> Item:
    since = say_instant(identity.linked_at.astimezone(turn.account.zone), turn.today)
    said = [ref_of(identity), _("since {day}", day=since)]
    if not identity.notify:
        said.append(_("notices off"))
    if gone := operating.gone(work, identity):
        said.append(_("can't be written to: {why}", why=gone))
    return Item(describe(identity), ", ".join(said))
