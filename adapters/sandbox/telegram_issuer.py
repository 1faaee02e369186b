"""A stand-in for "Log In With Telegram": the people of the sandbox, each as Telegram names them."""

from __future__ import annotations

import hashlib

from adapters.sandbox.issuer import Issuer
from adapters.sandbox.model import Person
from adapters.sandbox.world import World


def telegram_issuer(world: World) -> Issuer:
    """Says of everybody what Telegram's tokens say: their id, as text; a subject that is another
    number; and no nonce."""

    def users() -> dict[str, Person]:
        return {each.user_id: each for each in world.people.values() if each.platform == "telegram"}

    return Issuer(
        people=lambda: {user: f"Allow, as {who.name}" for user, who in users().items()},
        claims=lambda user: {"sub": _subject(user), "id": user, "name": users()[user].name},
        plays="logging in with Telegram, which asks whether Fluxbot may know who you are",
        no="Deny",
        echoes_nonce=False,
    )


def _subject(user: str) -> str:
    return str(int.from_bytes(hashlib.sha256(user.encode()).digest()[:8], "big"))
