"""Drops what is kept no longer of workspaces that uninstalled the app and people who blocked it."""

from __future__ import annotations

from core.departed import drop_blocked, drop_departed
from core.work import Work


def drop_part(work: Work) -> bool:
    """A part of it, with the jobs that clean up behind those who were forgotten (`bot.records`),
    each behind what waits for that chat; whether there may be more."""
    chats, more = drop_departed(work)
    if not more:
        chats, more = drop_blocked(work)
    until = work.now.isoformat()
    for each in chats:
        payload = {"chats": str(each), "until": until}
        work.put_in_chat(each, name="forget", id=f"departed:{each}:{until}", payload=payload)
    return more
