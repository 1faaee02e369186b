"""Whether this machine's clock is right, by those whom the doctor asked."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.asking import Patient
from bot.doctor.finding import Finding, note, ok, wrong

SKEW = 30.0
"""Seconds. Signatures of Slack and Polar are refused beyond 300, tokens of issuers beyond 60; and
reminders are late by as much."""
CLOCK = "clock"


def look(patient: Patient) -> Iterator[Finding]:
    """One finding, by whoever is furthest from us."""
    if not patient.skews:
        yield note(CLOCK, "nobody could be asked for the time")
        return
    host, skew = max(patient.skews.items(), key=lambda each: abs(each[1]))
    if abs(skew) <= SKEW:
        yield ok(CLOCK, f"within {max(abs(skew), 1):.0f} s of {host}")
        return
    way = "ahead of" if skew > 0 else "behind"
    yield wrong(
        CLOCK, f"{abs(skew):.0f} s {way} {host}", "let NTP set it (timedatectl set-ntp true)"
    )
