"""All checks one after the other, and how they are shown."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

import aiohttp

from bot import logs
from bot.doctor import clock, database, polar, site, slack, telegram
from bot.doctor.asking import Patient
from bot.doctor.finding import Finding, State
from bot.operator import say
from bot.settings import Settings


async def examine(
    settings: Settings, now: Callable[[], float] = time.time
) -> AsyncIterator[Finding]:
    """The findings, as they come. Changes nothing, at the platforms or here, but that Polar's
    self-test is kept once. `now`: seconds since 1970, by this machine's clock."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        patient = Patient(settings, session, now)
        for look in (telegram.look, slack.look, polar.look):
            async for finding in look(patient):
                yield finding
        for finding in await asyncio.to_thread(database.look, settings, patient.skews, now()):
            yield finding
        async for finding in site.look(patient):
            yield finding
        for finding in clock.look(patient):
            yield finding


async def doctor(settings: Settings, *, as_json: bool = False) -> int:
    """Examine, and print a line for each check, or all as JSON: 1 where something is wrong."""
    logs.redact(settings.secrets())
    found = []
    async for finding in examine(settings):
        found.append(finding)
        if not as_json:
            say(logs.clean(finding.line))
    if as_json:
        say(logs.clean(json.dumps([asdict(each) for each in found], indent=2)))
    sick = [each.check for each in found if each.state is State.WRONG]
    if not as_json:
        say(f"Wrong: {', '.join(sick)}." if sick else "Nothing is wrong.")
    return 1 if sick else 0
