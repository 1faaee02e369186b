"""Whether Polar knows the token, and sells what the settings name."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping

from bot.billing import gateway_of
from bot.doctor.asking import Patient
from bot.doctor.finding import Finding, note, ok, wrong
from bot.tokens import tokens_of
from core.billing_facts import Catalogue
from core.errors import BillingAway, BillingRefused

TOKEN, PRODUCTS = "polar token", "polar products"


async def look(patient: Patient) -> AsyncIterator[Finding]:
    """One finding per check."""
    access = tokens_of(patient.settings).polar
    if patient.settings.polar_access_token is None or access is None:
        yield note(TOKEN, "no POLAR_ACCESS_TOKEN, nothing is sold")
        return
    logging.getLogger("adapters.polar").setLevel(logging.CRITICAL)  # we say it ourselves
    gateway = gateway_of(access)
    try:
        found = await gateway.products()
    except (BillingAway, BillingRefused) as error:
        yield _refused(error.reason, patient.settings.polar_server)
        return
    finally:
        await gateway.close()
    yield ok(TOKEN, f"is known at Polar's {patient.settings.polar_server}")
    yield _products(found, access.products)


def _refused(reason: str, server: str) -> Finding:
    if reason == "token":
        fix = f"make an organization access token at Polar's {server}, or mend POLAR_SERVER"
        return wrong(TOKEN, "Polar does not accept it, or it may not do what we need", fix)
    return wrong(TOKEN, f"Polar cannot be asked ({reason})", "let this machine reach it by https")


def _products(found: Catalogue, sold: Mapping[str, str]) -> Finding:
    there = {each.id for each in found.products if not each.archived}
    if missing := [f"{plan}:{id[:8]}..." for id, plan in sold.items() if id not in there]:
        fix = "mend POLAR_PRODUCTS, or bring them back at Polar"
        return wrong(PRODUCTS, f"Polar sells no {', '.join(missing)}", fix)
    return ok(PRODUCTS, f"all {len(sold)} are sold")
