"""Our service, but that polar-sdk checks and reads what Polar sends: its `validate_event`, on the
loop, as its documentation shows it."""

from __future__ import annotations

import asyncio
import sys

from polar.v2026_10.webhooks import validate_event

from adapters.polar import webhook
from adapters.polar.signature import Stamp, Verifier
from tests.bench.ours import main
from tests.bench.payloads import POLAR_SECRET


def genuine(verifier: Verifier, claimed: Stamp, raw: bytes) -> bool:
    """In the place of `Verifier.genuine`: raises what the SDK raises."""
    headers = {
        "webhook-id": claimed.id,
        "webhook-timestamp": claimed.at,
        "webhook-signature": claimed.signatures,
    }
    validate_event(raw, headers, POLAR_SECRET)
    return True


if __name__ == "__main__":
    assert webhook.Verifier is Verifier
    Verifier.genuine = genuine  # type: ignore[method-assign]  # what is compared
    sys.exit(asyncio.run(main()))
