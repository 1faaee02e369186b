"""What the operator's command line does about payments, beside a running service or without."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from adapters.polar.hooks import read
from bot.billing import gateway_of
from bot.operator import EVERYTHING, SHOWN, opened, say
from bot.reconciling import Reconciler
from bot.settings import Settings, SettingsError
from bot.tokens import tokens_of
from core.errors import BillingAway, BillingRefused
from core.hooks import Kept
from core.outcomes import OPEN
from core.store import Store
from core.work import Work


async def unknown(settings: Settings) -> int:
    """List who paid without anybody knowing whose account that is."""
    async with opened(settings) as (store, _):
        found = await store.query(lambda work: work.customers.unknown(SHOWN))
    for each in found:
        named = f", who says to be {each.external_id}" if each.external_id else ""
        since = f"since {each.since:%Y-%m-%d %H:%M}"
        say(f"{each.customer_id}  {each.subscriptions} subscriptions {since}{named}")
    say(f"{len(found)} customers pay for nobody that we know.")
    return 0


async def attach(settings: Settings, customer: str, account: str, *, sure: bool = False) -> int:
    """Say whose account a customer pays for, once the operator has seen whose it is."""
    async with opened(settings) as (store, _):
        who = await store.query(partial(_whose, account=account))
        if who is None:
            say(f"There is no account {account}.")
            return 1
        say(f"{account} is {who}.")
        if not sure and not await _agreed(f"Is this who paid as {customer}? Type yes: "):
            say("Nothing was changed.")
            return 1
        try:
            count = await store.mutate(lambda work: work.customers.attach(customer, account))
        except LookupError as problem:
            say(f"Nothing was changed: {problem}.")
            return 1
    say(f"{count} subscriptions are theirs from now on.")
    return 0


def _whose(work: Work, account: str) -> str | None:
    id = work.customers.of_external(account)
    if id is None:
        return None
    chats = [f"{each.name} on {each.platform}" for each in work.accounts.identities(id)]
    return ", ".join([work.accounts.get(id).name, *chats])


async def _agreed(question: str) -> bool:
    try:
        answer = await asyncio.to_thread(input, question)
    except EOFError:  # nobody is there to ask
        return False
    return answer.strip().lower() == "yes"


async def sync(settings: Settings) -> int:
    """Compare everything with Polar now."""
    access = tokens_of(settings).polar
    if access is None or settings.polar_sandbox:
        raise SettingsError(["POLAR_ACCESS_TOKEN: needed to ask Polar; set it"])
    gateway = gateway_of(access)
    async with opened(settings) as (store, _):
        try:
            swept = await Reconciler(store=store, gateway=gateway, process="operator").sweep()
        except (BillingAway, BillingRefused) as error:
            say(f"Polar could not be asked: {error.reason}.")
            return 1
        finally:
            await gateway.close()
    say(f"{swept.products} products and {swept.subscriptions} subscriptions at Polar.")
    say(f"{swept.news} were not as we knew them; {swept.missed} of these no call had told in time.")
    if swept.broken:
        say(f"{swept.broken} broke our code, and are as before; the log has the errors.")
    return 1 if swept.broken else 0


async def replay(settings: Settings, ids: Sequence[str]) -> int:
    """List the calls of Polar that came to nothing, or take those with these ids again, the oldest
    first; `all` is all of them."""
    async with opened(settings) as (store, _):
        if ids:
            return await _again(store, ids)
        found = await store.query(lambda work: work.hooks.page(SHOWN))
    for each in found:
        said = f"{each.received_at:%Y-%m-%d %H:%M:%S}  {each.id}  {each.outcome}  {each.type}"
        say(f"{said}  {each.why}".rstrip())
    say(f"{len(found)} calls of Polar came to nothing.")
    return 0


async def _again(store: Store, ids: Sequence[str]) -> int:
    waiting = await store.query(lambda work: work.hooks.page(EVERYTHING))
    meant = [each for each in reversed(waiting) if each.id in ids or list(ids) == ["all"]]
    for missing in {*ids} - {each.id for each in meant} - {"all"}:
        say(f"{missing}  no such call waits")
    done = [await _take(store, each) for each in meant]
    return 0 if all(done) and (meant or list(ids) == ["all"]) else 1


async def _take(store: Store, kept: Kept) -> bool:
    """Whether it came to something."""
    if kept.body is None:
        say(f"{kept.id}  is too old: what it said is not kept any more")
        return False
    hook = read(kept.id, kept.body)
    outcome = await store.mutate(lambda work: work.hooks.again(kept.source, kept.id, hook))
    say(f"{kept.id}  {outcome}")
    return outcome not in OPEN
