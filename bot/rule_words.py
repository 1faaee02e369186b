"""How often something comes, in words: `every weekday`, `every 2 weeks on Tue`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.dates import short, ways
from bot.language import N_, _, ngettext, spoken

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMED = {"MO,TU,WE,TH,FR": N_("every weekday")}
_WHICH = {
    "1": N_("{every} on the first {day}"),
    "2": N_("{every} on the second {day}"),
    "3": N_("{every} on the third {day}"),
    "4": N_("{every} on the fourth {day}"),
    "-1": N_("{every} on the last {day}"),
}
_LEAP_YEAR = 2028
"""Any that has each day of each month."""


def say_rule(rule: str, today: date) -> str:
    """A settled rule (`core.rules.settled`), to the person who reads it today."""
    parts = dict(each.split("=", 1) for each in rule.split(";") if each)
    said = _SAID[parts["FREQ"]](parts, int(parts.get("INTERVAL", "1")))
    if "UNTIL" not in parts:
        return said
    last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007  # on the wall
    return _("{every} until {day}", every=said, day=short(last, today))


def _daily(parts: Mapping[str, str], n: int) -> str:
    return ngettext("every day", "every {n} days", n)


def _weekly(parts: Mapping[str, str], n: int) -> str:
    every = ngettext("every week", "every {n} weeks", n)
    days = parts.get("BYDAY", "")
    if n == 1 and days in _NAMED:
        return _(_NAMED[days])
    if not days:
        return every
    names = _listed([_day(each) for each in days.split(",")])
    return _("every {days}", days=names) if n == 1 else _at(every, names)


def _monthly(parts: Mapping[str, str], n: int) -> str:
    every = ngettext("every month", "every {n} months", n)
    if weekday := parts.get("BYDAY", ""):
        return _(_WHICH[weekday[:-2]], every=every, day=_day(weekday[-2:]))
    day = parts.get("BYMONTHDAY", "").split(",")[-1]
    if day == "-1":
        return _("{every} on the last day", every=every)
    return _("{every} on day {day}", every=every, day=day) if day else every


def _yearly(parts: Mapping[str, str], n: int) -> str:
    every = ngettext("every year", "every {n} years", n)
    if "BYMONTH" not in parts:
        return every
    day = int(parts["BYMONTHDAY"])
    on = date(_LEAP_YEAR, int(parts["BYMONTH"]), day if day > 0 else 29)
    return _at(every, short(on, on))


def _at(every: str, day: str) -> str:
    return _("{every} on {day}", every=every, day=day)


_SAID = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}


def _day(code: str) -> str:
    return ways(spoken()).days[_CODES.index(code)]


def _listed(names: Sequence[str]) -> str:
    """`Mon`, `Mon and Thu`, `Mon, Wed and Fri`."""
    if len(names) == 1:
        return names[0]
    return _("{days} and {day}", days=", ".join(names[:-1]), day=names[-1])
