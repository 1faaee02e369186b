"""Somebody who pays, at the sandbox's Polar."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.sandbox import Message
from tests.service_kit import Town
from tests.stories.cast import Somebody


async def compared(town: Town) -> None:
    """Polar was looked through once, so that it is known what is sold."""
    async with asyncio.timeout(10):
        while True:
            state = await town.service.store.query(lambda work: work.reconciliation.state())
            if state and state.ended_at:
                return
            await asyncio.sleep(0.02)


async def gets(who: Somebody, plan: str) -> tuple[Message, str]:
    """Ask for a plan: the message with the link to pay, and the checkout behind it."""
    before = set(who.town.sandbox.polar.book.checkouts)
    page = await who.does(f"plan get {plan}", "You pay on the page")
    [made] = set(who.town.sandbox.polar.book.checkouts) - before
    return page, str(made)


async def buys(who: Somebody, plan: str) -> dict[str, Any]:
    """Get a plan and pay for it; the subscription, as Polar has it."""
    _, checkout = await gets(who, plan)
    subscription: dict[str, Any] = who.town.sandbox.polar.pay(
        checkout, email=f"{who.handle}@x.test"
    )
    await who.hears("is active")
    return subscription


def opens(message: Message) -> list[str]:
    """The addresses that a message's buttons open."""
    return [each["url"] for row in message.buttons for each in row if each.get("url")]
