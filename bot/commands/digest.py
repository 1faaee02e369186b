"""The digest: now, at its time, or not at all; one's own, and a group's."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot import verbs
from bot.cards import button
from bot.clocks import clocks_in
from bot.digest_words import digest_of, say_rule
from bot.forms import one_line_form
from bot.language import _
from bot.turn import IN_PRIVATE, Turn, commands
from bot.zone_asking import with_zone, zone_hint
from core.chat import Audience, Button, Kind, Question, Reply
from core.digests import Days, Rule
from core.errors import NotUnderstood
from core.group_digests import Told
from core.work import Work

WHEN = time(8, 30)
"""Where nobody says when."""
NOW, SET, FEWER = "now", "set", "fewer"
_FEWER = {Days.DAILY: Days.WEEKDAYS, Days.WEEKDAYS: Days.MON}
_KNOWN = "on 8:30 weekdays, daily 9:00, mon 8:30, now, off"
_NAMES = {
    Days.DAILY: "daily day täglich",
    Days.WEEKDAYS: "weekdays weekday mon-fri werktags mo-fr",
    Days.MON: "mon monday mondays mo montag montags",
    Days.TUE: "tue tues tuesday tuesdays di dienstag dienstags",
    Days.WED: "wed wednesday wednesdays mi mittwoch mittwochs",
    Days.THU: "thu thurs thursday thursdays do donnerstag donnerstags",
    Days.FRI: "fri friday fridays fr freitag freitags",
    Days.SAT: "sat saturday saturdays sa samstag samstags",
    Days.SUN: "sun sunday sundays so sonntag sonntags",
}
_WORDS = {name: days for days, names in _NAMES.items() for name in names.split()}
_WEEKLY = frozenset({"weekly", "week", "wöchentlich"})
"""On Mondays, where no day is said."""
_ON = frozenset({"on", "every", "each", "am", "an", "jeden", "jede"})


@commands.on(verbs.Digest, usage="on 8:30 weekdays | now | off", menu=IN_PRIVATE)
def digest(work: Work, turn: Turn, command: verbs.Digest) -> Reply:
    said = command.text.strip().lower()
    if said == NOW:
        return _now(work, turn)
    # What is pressed in a group stands on an answer that one person reads.
    if not turn.private and turn.inbound.kind not in {Kind.PRESS, Kind.FORM}:
        return group_digest(work, turn, verbs.GroupDigest(said))
    if said == SET:
        hint = _("For example: 8:30 weekdays, 9:00 daily, 8:00 mon, off")
        return Reply(
            form=one_line_form("digest", _("Digest"), Question("text", _("When"), help=hint))
        )
    if not said:
        return _screen(turn, work.digests.of(turn.account.id))
    set_digest(work, turn, said)
    rule = work.digests.of(turn.account.id)
    text = _("Saved.") if rule else _("No digest any more.")
    return replace(_screen(turn, rule), toast=text)


def set_digest(work: Work, turn: Turn, said: str) -> None:
    """`8:30 weekdays`, `mon`, `on`, `off`. Raises `NotUnderstood`."""
    if said.lower() in verbs.NO:
        work.digests.end(turn.account.id)
        return
    days, wall = _wanted(said, work.digests.of(turn.account.id))
    work.digests.set(turn.account.id, turn.identity.id, days, wall)


def _wanted(said: str, before: Rule | None) -> tuple[Days, time]:
    """What is not said stays as it was. Raises `NotUnderstood`."""
    days, wall = _read(said)
    return (
        days or (before.days if before else Days.WEEKDAYS),
        wall or (before.wall if before else WHEN),
    )


def _read(said: str) -> tuple[Days | None, time | None]:
    """The days and the time, as far as they are said. Raises `NotUnderstood`."""
    words = said.lower().replace(",", " ").split()
    days = [_WORDS[word] for word in words if word in _WORDS]
    if not days and _WEEKLY & set(words):
        days = [Days.MON]
    clocks = clocks_in(said, also=_WORDS.keys() | _WEEKLY | _ON)
    if clocks is None or len(days) > 1 or len(clocks) > 1 or not words:
        raise NotUnderstood("digest", said, _KNOWN)
    return next(iter(days), None), next(iter(clocks), None)


def _now(work: Work, turn: Turn) -> Reply:
    """What the digest would say, asked for, so said even where there is nothing."""
    found = digest_of(work, turn.account)
    if found is None:
        text = _("Nothing is overdue, due today or without a date.")
        return Reply(text=text, buttons=((Button(_("All tasks"), "list"),),))
    return replace(found, silent=False, fresh=True, audience=Audience.PRIVATE)


def _screen(turn: Turn, rule: Rule | None) -> Reply:
    when = say_rule(rule)
    text = _(
        "One message with what is overdue, due today or has no date. It comes without a sound, and "
        "not at all when there is nothing to say."
    )
    zone = turn.account.timezone or "UTC"
    state = _("Now: {when} ({zone})", when=when, zone=zone) if rule else _("Now: off")

    def at(label: str, said: str) -> Button:
        return button(label, verbs.Digest(said))

    off = (at(_("Off"), "off"),) if rule else ()
    other = (at(_("Another time"), SET), *off, at(_("Show it now"), NOW))
    back = (button(_("Back"), verbs.Settings()),)
    rows = (_days(verbs.Digest, rule), other, back)
    reply = Reply(title=_("Digest"), text=f"{text}\n{state}", buttons=rows)
    return with_zone(turn, reply) if rule else reply


def _days(kind: type[verbs.Digest | verbs.GroupDigest], rule: Rule | None) -> tuple[Button, ...]:
    """The usual days, at the time that it comes."""
    clock = f"{rule.wall if rule else WHEN:%H:%M}"
    return (
        button(_("Weekdays {time}", time=clock), kind(f"on {clock} weekdays")),
        button(_("Every day {time}", time=clock), kind(f"on {clock} daily")),
        button(_("Mondays {time}", time=clock), kind(f"on {clock} mon")),
    )


@commands.on(verbs.GroupDigest, usage="on 9:00 weekdays | off", hidden=True)
def group_digest(work: Work, turn: Turn, command: verbs.GroupDigest) -> Reply:
    """Anybody there says so for all, and all read it."""
    if turn.private:
        return Reply(text=_("Say that in the group whose digest it is."))
    said, found = command.text.strip().lower(), work.group_digests.of(turn.chat.id)
    before = found[0] if found else None
    if not said:
        return replace(_group_screen(turn, before), fresh=True)
    if said == FEWER:
        return _fewer(work, turn, before)
    if said in verbs.NO:
        work.group_digests.end(turn.chat.id)
        return replace(_group_screen(turn, None), toast=_("No digest any more."))
    rule = Rule(*_wanted(said, before), turn.account.timezone or "UTC")
    told = Told(turn.account.language, turn.inbound.address.thread)
    work.group_digests.set(turn.chat.id, rule, told)
    return replace(_group_screen(turn, rule), toast=_("Saved."))


def _fewer(work: Work, turn: Turn, rule: Rule | None) -> Reply:
    """On fewer days, and at last on none; below the digest, which stays where it is."""
    less = _FEWER.get(rule.days) if rule else None
    found = work.group_digests.of(turn.chat.id)
    if rule and less and found:
        rule = replace(rule, days=less)
        work.group_digests.set(turn.chat.id, rule, found[1])
    else:
        work.group_digests.end(turn.chat.id)
        rule = None
    return replace(_group_screen(turn, rule), fresh=True)


def _group_screen(turn: Turn, rule: Rule | None) -> Reply:
    text = _(
        "A digest of this group: one message here with its own open tasks that are overdue, due "
        "today or have no date. It comes without a sound, and not at all when there is nothing to "
        "say. Anybody here can change or end it."
    )
    if turn.chat.platform == "slack":  # its command works where the bot is not, too
        text = f"{text} {_('I have to be in this channel for that: invite me.')}"
    when = say_rule(rule)
    state = _("Now: {when} ({zone})", when=when, zone=rule.zone) if rule else _("Now: off")
    off = ((button(_("Off"), verbs.GroupDigest("off")),),) if rule else ()
    return Reply(
        title=_("Digest of this group"),
        text=f"{text}\n{state}",
        hints=(zone_hint(),) if rule and not turn.account.timezone else (),
        buttons=(_days(verbs.GroupDigest, rule), *off),
        audience=Audience.HERE,
    )
