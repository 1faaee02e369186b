"""What the operator's command line does with a database, beside a running service or without."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from bot.clock import WallClock
from bot.private_file import write_new
from bot.recorded import kept_line
from bot.replaying import Replayed, Reread, replay
from bot.settings import Settings, SettingsError
from core import migrations
from core.events import Announced
from core.ids import Ids
from core.store import Store, Tools, open_store
from core.work import Work

SHOWN = 1000
"""Dead letters in one list."""
EVERYTHING = 10**6
PAGE = 500
"""Jobs that are run again at once."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Store, DbosEngine]]:
    """The database as it is: its jobs are put and looked at here, and run by the service.

    Raises `SettingsError` for one that has not our tables."""
    from bot.billing import sales_of
    from bot.tokens import tokens_of

    url = settings.database_url
    await asyncio.to_thread(_check, url)
    engine = DbosEngine(url=url)
    ids = Ids(settings.secret_key())
    sales = sales_of(settings, tokens_of(settings).polar)  # or a plan would be taken for none
    store = open_store(url, Tools(WallClock(), engine, ids, process="operator", sales=sales))
    try:
        yield store, engine
    finally:
        await store.close()
        await engine.stop()


def _check(url: str) -> None:
    found = migrations.current(url)
    if found is None:
        raise SettingsError(["DATABASE_URL: has no tables yet; `migrate` or `run` makes them"])
    if found != migrations.HEAD:
        raise SettingsError([f"DATABASE_URL: is at step {found}; run `migrate` first"])
    prepare(url)  # where no service ever ran, the engine's tables are missing


async def jobs(settings: Settings, again: Sequence[str]) -> int:
    """List the dead letters, or run those with these ids again; `all` is all of them."""
    async with opened(settings) as (_, engine):
        if again:
            return await _run_again(engine, again)
        letters = await engine.dead_letters(SHOWN)
        for each in letters:
            say(f"{each.at:%Y-%m-%d %H:%M:%S}  {each.id}  {each.error}")
        more = " or more" if len(letters) == SHOWN else ""
        say(f"{len(letters)}{more} jobs were given up.")
    return 0


async def _run_again(engine: DbosEngine, ids: Sequence[str]) -> int:
    if list(ids) == ["all"]:  # as they are now: some may be given up again meanwhile
        ids = [each.id for each in await engine.dead_letters(EVERYTHING)]
    pages = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
    taken = sum([await engine.replay(page) for page in pages])
    say(f"{taken} of {len(ids)} are run again.")
    return 0 if taken == len(ids) else 1


async def failed(
    settings: Settings, most: int, again: Sequence[str] = (), out: Path | None = None
) -> int:
    """List the messages that our code could not handle (reference, instant, key, error), or handle
    those with these references now; `all` is all of them. `out`: write those that are listed to a
    file, as `replay` takes it."""
    async with opened(settings) as (store, _):
        if again:
            return await _handle_again(store, again)
        found = await store.query(lambda work: work.failures.page(most))
        if out is not None:
            content = "".join(f"{kept_line(each.message)}\n" for each in found).encode()
            await asyncio.to_thread(write_new, out, content)
        for each in found:
            last = each.error.strip().splitlines()[-1]
            say(f"{each.at:%Y-%m-%d %H:%M:%S}  {each.reference}  {each.message.key}  {last}")
        say(f"{len(found)} messages could not be handled.")
    return 0


async def _handle_again(store: Store, references: Sequence[str]) -> int:
    if list(references) == ["all"]:
        found = await store.query(lambda work: work.failures.page(EVERYTHING))
        references = [each.reference for each in found]
    readers = _readers()
    outcomes = [await _handle(store, each, readers) for each in references]
    failed = (Replayed.AGAIN, Replayed.UNKNOWN)
    return 1 if any(each in failed for each in outcomes) else 0


def _readers() -> Mapping[str, Reread]:
    """By the platforms' names."""
    from adapters.slack.unread import reread as slack
    from adapters.telegram.unread import reread as telegram

    return {"telegram": telegram, "slack": slack}


async def _handle(store: Store, reference: str, readers: Mapping[str, Reread]) -> Replayed:
    try:
        outcome = await store.mutate(lambda work: replay(work, reference, readers))
    except DBAPIError:  # the database refused it again; it stands in the list as before
        outcome = Replayed.AGAIN
    say(f"{reference}  {outcome}")
    return outcome


async def announce(settings: Settings, text: str, kind: str) -> int:
    """Tell everybody who joined something, in batches. The same words on the same day are told
    once, so that an announcement that broke off can be repeated."""
    text = text.strip()
    if not text:
        raise SettingsError(["TEXT: is empty"])
    day = f"{WallClock().now():%Y-%m-%d}"
    event = Announced(f"{day}:{hashlib.sha256(text.encode()).hexdigest()[:12]}", text, kind)
    told, last = 0, 0
    async with opened(settings) as (store, _):
        while True:
            batch, last = await store.mutate(_telling(event, last))
            told += batch
            if not last:
                break
    say(f"{told} people are told.")
    return 0


def _telling(event: Announced, after: int) -> Callable[[Work], tuple[int, int]]:
    return lambda work: work.notices.announce(event, after=after)


async def invite(settings: Settings) -> int:
    """Make an invitation from the operator and print its code."""
    async with opened(settings) as (store, _):
        code, until = await store.mutate(lambda work: work.invitations.issue(None))
    say(f"{code}  works once, until {until:%Y-%m-%d %H:%M} UTC")
    say("Whoever gets it sends it to the bot in a private chat, alone or behind `link`.")
    if settings.signup == "open":
        say("SIGNUP=open: nobody needs it as long as that is so.")
    return 0


def say(line: str) -> None:
    """To whoever runs the command."""
    print(line)
