"""How days and months are named."""

from __future__ import annotations

from datetime import date

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def short(day: date, today: date) -> str:
    """`30 Nov`, `3 Jan 2027`: for what is read later, too."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1].title()}{year}"
