"""What somebody is called, by what a platform says."""

from __future__ import annotations

from core.addresses import Sender
from core.cleaning import clean
from core.handles import handle_of
from core.identity import NAME_LIMIT, UNNAMED, Identity


def name_of(sender: Sender) -> str:
    """Their name, or the best there is."""
    return (" ".join(clean(sender.name).split()) or sender.handle or UNNAMED)[:NAME_LIMIT]


def as_told(identity: Identity, sender: Sender) -> tuple[str, str]:
    """Somebody's name and handle after a message of theirs. A message on Slack tells neither; where
    there is a name and no handle, they have none."""
    if not (sender.name or sender.handle):
        return identity.name, identity.handle
    # A command on Slack has the handle in place of a name: we may know a better one.
    better = identity.name != UNNAMED and sender.name in {"", sender.handle}
    return identity.name if better else name_of(sender), handle_of(sender)


def is_unmet(sender: Sender) -> bool:
    """Whether a first message said so little of somebody that their platform is asked."""
    nameless = name_of(sender) in {sender.handle, UNNAMED}
    return bool(sender.user_id) and not sender.timezone and nameless
