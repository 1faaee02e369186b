"""`fluxbot rotate`: what the old key sealed is sealed with the new one, while the service runs."""

from __future__ import annotations

from bot.installs import vault_of
from bot.operator import opened, say
from bot.settings import Settings
from core.installs import Install
from core.store import Store
from core.vault import Unopenable, Vault

PAGE = 50
"""Rows in one transaction."""


async def rotate(settings: Settings) -> int:
    """Seal everything with SECRET_KEY; says how many rows SECRET_KEY_OLD had sealed. 1 when some
    open with neither. Repeated, it does what is left."""
    vault = vault_of(settings)
    sealed, closed, last = 0, 0, 0
    async with opened(settings) as (store, _):
        while page := await _page(store, last):
            good = [each for each in page if _opens(each, vault)]
            sealed += await _seal(store, good, vault)
            closed += len(page) - len(good)
            last = page[-1].id
    say(f"{sealed} tokens were sealed again.")
    if closed:
        say(f"{closed} open with neither key; those workspaces have to install the app again.")
        return 1
    say("SECRET_KEY_OLD is not needed any more.")
    return 0


async def _page(store: Store, after: int) -> list[Install]:
    return await store.query(lambda work: work.installs.page(after=after, most=PAGE))


async def _seal(store: Store, rows: list[Install], vault: Vault) -> int:
    return await store.mutate(lambda work: work.installs.seal_again(rows, vault))


def _opens(install: Install, vault: Vault) -> bool:
    """Whether there is nothing sealed, or it opens; else it is said."""
    try:
        if install.token:
            vault.open(install.token, install.place)
    except Unopenable as error:
        say(str(error))
        return False
    return True
