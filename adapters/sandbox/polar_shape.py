"""What all of Polar's objects have in common, and how one is made from defaults."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from adapters.sandbox.model import Json
from adapters.sandbox.polar_time import iso

ORGANIZATION = "5b1c7a52-33a5-4b8e-9a0e-0f1b0c6d7e01"
"""The seller: the one organisation of the sandbox."""
CURRENCY = "usd"


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> str:
    return iso(datetime.now(UTC))


def born(changes: Json) -> Json:
    """What every object begins with."""
    return {"id": new_id(), "created_at": changes.get("created_at") or now(), "modified_at": None}


def made(defaults: Json, changes: Json) -> Json:
    """Raises TypeError for a name that is not among the defaults."""
    if unknown := changes.keys() - defaults.keys():
        raise TypeError(f"Polar has no {', '.join(sorted(unknown))}")
    return defaults | changes


def nothing(names: str) -> Json:
    """Each of these names, with null."""
    return dict.fromkeys(names.split())


def without(thing: Json, names: tuple[str, ...]) -> Json:
    return {name: value for name, value in thing.items() if name not in names}
