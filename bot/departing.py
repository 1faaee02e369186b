"""Drops what is kept no longer of workspaces that uninstalled the app and people who blocked it."""

from __future__ import annotations

from core.departed import drop_blocked, drop_departed
from core.ports import Job
from core.work import Work


def drop_part(work: Work) -> bool:
    """A part of it, with the job that cleans up behind those who were forgotten (`bot.records`);
    whether there may be more."""
    chats, more = drop_departed(work)
    if not more:
        chats, more = drop_blocked(work)
    if chats:
        names, until = " ".join(map(str, chats)), work.now.isoformat()
        payload = {"chats": names, "until": until}
        work.put(Job(id=f"departed:{chats[0]}:{until}", name="forget", payload=payload))
    return more
