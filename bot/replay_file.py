"""A file of inputs, one a line, handled as if they came now. What was handled already is known by
its key, and has no second effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.logs import clean
from bot.operator import opened, say
from bot.recorded import NoInput, Recorded, recorded
from bot.replaying import Replayed, handle_anew
from bot.settings import Settings, SettingsError
from bot.telegram_operator import Me, bot_of
from core.hooks import KEEP
from core.inbox import KEEP_KEYS
from core.outcomes import OPEN
from core.store import Store
from core.work import Work

MOST = 1_000_000
"""Characters of a line: no platform sends as much."""
_OLD = "is older than what we remember, so it may have been handled"


class Unusable(StrEnum):
    """Why a line came to nothing."""

    UNREADABLE = "could not be read"
    NOTHING = "asks nothing of us"
    OLD = _OLD


async def replay_file(settings: Settings, path: Path) -> int:
    """Handle each line, and say what came of it; 1 where something could not be."""
    readable = sum(1 for _ in _lines(path))  # before anything is done
    me = await _me(settings, path)
    outcomes: Counter[str] = Counter()
    failed = 0
    async with opened(settings) as (store, _):
        for number, line in _lines(path):
            outcome, well = await _one(store, line, me)
            say(f"{number}  {outcome}")
            outcomes[outcome.partition(":")[0]] += 1
            failed += not well
    say("; ".join([f"{readable} inputs", *(f"{n} {what}" for what, n in outcomes.items())]))
    return 1 if failed else 0


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """With their numbers; empty ones are passed over. Raises `SettingsError`."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError([f"{path}: cannot be read: {problem}"]) from None


async def _me(settings: Settings, path: Path) -> Me | None:
    """The bot on Telegram, asked of Telegram only where an update is in the file; by its token
    alone where Telegram is not reached: then a command that names the bot is not known as its
    own."""
    if settings.telegram_bot_token is None:
        return None
    if not any('"update_id"' in line and '"me"' not in line for _, line in _lines(path)):
        return None
    return await bot_of(settings)


async def _one(store: Store, line: str, me: Me | None) -> tuple[str, bool]:
    """What came of a line, in words, and whether that is well."""
    if len(line) > MOST:
        return f"{Unusable.UNREADABLE}: too long", False
    try:
        found = recorded(line, me)
    except NoInput as problem:
        return f"{Unusable.UNREADABLE}: {problem}", False
    except Exception as error:  # an odd shape: whatever the adapter's reader says
        return f"{Unusable.UNREADABLE}: {clean(type(error).__name__)}", False
    if found.inbound is None and found.hook is None:
        return Unusable.NOTHING, True
    try:
        return await store.mutate(lambda work: _handle(work, found))
    except DBAPIError:
        return Replayed.AGAIN, False


def _handle(work: Work, found: Recorded) -> tuple[str, bool]:
    remembered = KEEP if found.hook is not None else KEEP_KEYS
    if found.sent and found.sent < (work.now - remembered + timedelta(days=1)).timestamp():
        return Unusable.OLD, False
    if found.hook is not None:
        outcome = work.hooks.receive(found.hook)
        return f"{outcome}: {found.hook.type or found.hook.why}", outcome not in OPEN
    if found.inbound is None:  # read already, and it asks nothing
        return Unusable.NOTHING, True
    done = handle_anew(work, found.inbound)
    return done, done is not Replayed.AGAIN
