"""The grammar of what comes again: words as an RRULE (RFC 5545)."""

from __future__ import annotations

import re

from bot.quickadd.clock import PARTS
from bot.quickadd.distance import in_weeks
from bot.quickadd.nth import place
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import MONTHS, UNITS, WEEKDAYS

CODES = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
PLURALS = {f"{each}s": code for each, code in CODES.items()}
_PLACES = (1, 2, 3, 4, -1)
_FREQUENCIES = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_WORKING = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_FREE = "FREQ=WEEKLY;BYDAY=SA,SU"
ADVERBS = {
    "daily": "FREQ=DAILY", "weekly": "FREQ=WEEKLY", "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY", "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "weekdays": _WORKING, "weekends": _FREE,
}  # fmt: skip
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of a leap year's months
_COUNT = re.compile(r"\d{1,2}")
_NTH = re.compile(r"(\d{1,2})(st|nd|rd|th|\.)?")


def rrule(reader: Reader) -> str:
    """The rule that stands next; nothing where there is none."""
    return _every(reader) if reader.take("every") else _of_every_month(reader) or _adverb(reader)


def _every(reader: Reader) -> str:
    for read in (_ordinal, _monthday, _yearday, _week, _interval):
        start = reader.at
        if found := read(reader):
            return found
        reader.at = start
    return ""


def _of_every_month(reader: Reader) -> str:
    """`on the 1st of every month`, `the last fri of each month`, `1st mon every month`."""
    start = reader.at
    reader.take("on", "am")
    reader.take("the")
    found = _ordinal_day(reader) or _number(reader)
    reader.take("of")
    if found and reader.sequence("every", "month"):
        return f"FREQ=MONTHLY;{found}"
    reader.at = start
    return ""


def _adverb(reader: Reader) -> str:
    """`daily`, `weekly on mon`, `on mondays and fridays`, `weekdays`."""
    led = bool(reader.take("on", "am"))
    if found := reader.take(*ADVERBS):
        if led and found not in {"weekdays", "weekends"}:
            return ""
        return _on(reader, ADVERBS[found])
    codes = []
    while found := reader.take(*PLURALS):
        codes.append(PLURALS[found])
        reader.take("and")
    return f"FREQ=WEEKLY;BYDAY={','.join(codes)}" if codes else ""


def _ordinal(reader: Reader) -> str:
    """`every last fri of the month`, `every last day of the month`."""
    found = _ordinal_day(reader)
    if not found or (not _of_the_month(reader) and "=2" in found):
        return ""  # "every second fri" is every other
    return f"FREQ=MONTHLY;{found}"


def _ordinal_day(reader: Reader) -> str:
    start = reader.at
    which = place(reader)
    if which in _PLACES and (day := reader.take(*WEEKDAYS)):
        return f"BYDAY={which}{CODES[day]}"
    if which == -1 and reader.take("day"):
        return "BYMONTHDAY=-1"
    reader.at = start
    return ""


def _of_the_month(reader: Reader) -> bool:
    start = reader.at
    reader.take("of", "in")
    reader.take("the", "every", "a")
    found = bool(reader.take("month"))
    reader.at = reader.at if found else start
    return found


def _monthday(reader: Reader) -> str:
    """`every 1st`, `every 15th of the month`."""
    reader.take("the")
    if reader.sequence("first") and _of_the_month(reader):
        return _by_monthday(1)
    found = reader.match(_NTH)
    if not found or not found[2] or reader.peek() in {*MONTHS, *WEEKDAYS}:
        return ""
    _of_the_month(reader)
    return _by_monthday(int(found[1]))


def _by_monthday(day: int) -> str:
    if not 1 <= day <= 31:
        return ""
    return f"FREQ=MONTHLY;BYMONTHDAY={-1 if day == 31 else day}"


def _yearday(reader: Reader) -> str:
    """`every 24 dec`, `every dec 24`."""
    found = _date(reader)
    return f"FREQ=YEARLY;{found}" if found else ""


def _date(reader: Reader) -> str:
    month = reader.take(*MONTHS)
    number = reader.match(_NTH)
    reader.take("of")
    month = month or reader.take(*MONTHS)
    if not month or not number or not 1 <= int(number[1]) <= _LENGTHS[MONTHS.index(month)]:
        return ""
    return f"BYMONTH={MONTHS.index(month) + 1};BYMONTHDAY={number[1]}"


def _week(reader: Reader) -> str:
    """`every mon and thu`, `every other fri`, `every weekday`, `every morning`."""
    interval = ";INTERVAL=2" if reader.take("other", "second", "2nd", "2.") else ""
    if reader.take("weekday", "weekdays"):
        return f"{_WORKING}{interval}"
    if reader.take("weekend", "weekends"):
        return f"{_FREE}{interval}"
    if reader.peek() in PARTS:  # it says the time, too
        return f"FREQ=DAILY{interval}"
    codes = _days(reader)
    return f"FREQ=WEEKLY;BYDAY={codes}{interval}" if codes else ""


def _days(reader: Reader) -> str:
    codes: list[str] = []
    while found := reader.take(*WEEKDAYS, *PLURALS):
        codes.append(CODES.get(found) or PLURALS[found])
        joint = reader.take("and", "to", "by", "-") if reader.peek(1) in WEEKDAYS else ""
        if joint and joint != "and":
            codes += _between(found, reader.peek())
    return ",".join(dict.fromkeys(codes))


def _between(first: str, last: str) -> list[str]:
    """The days after one and before another: `mon to fri`."""
    start, count = WEEKDAYS.index(first), len(WEEKDAYS)
    ahead = (WEEKDAYS.index(last) - start) % count
    return [CODES[WEEKDAYS[(start + each) % count]] for each in range(1, ahead)]


def _interval(reader: Reader) -> str:
    """`every day`, `every 2 weeks`, `every other month on 1`."""
    other = reader.take("other", "second")
    found = None if other else reader.match(_COUNT)
    count = 2 if other else int(found[0]) if found else 1
    count, unit = in_weeks(count, reader.take(*UNITS))  # "alle 14 Tage montags"
    if unit not in _FREQUENCIES or not count:
        return ""
    interval = f";INTERVAL={count}" if count > 1 else ""
    return _on(reader, f"FREQ={_FREQUENCIES[unit]}{interval}")


def _on(reader: Reader, base: str) -> str:
    """The day on which it comes: `every month on last fri`, `every year on 24 dec`."""
    start = reader.at
    reader.take("on", "am")
    reader.take("the", "day")
    more = ""
    if "WEEKLY" in base and (codes := _days(reader)):
        more = f"BYDAY={codes}"
    elif "MONTHLY" in base:
        more = _ordinal_day(reader) or _number(reader)
    elif "YEARLY" in base:
        more = _date(reader)
    if not more:
        reader.at = start
        return base
    return f"{base};{more}"


def _number(reader: Reader) -> str:
    found = reader.match(_NTH)
    read = _by_monthday(int(found[1])) if found else ""
    return read.partition(";")[2]
