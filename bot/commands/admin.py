"""What those say who look after the service: `admin status`, `admin user @ada`, ...

For everybody else there is no such command (`bot/desk.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot import verbs
from bot.admin_views import health, status, user
from bot.commands.admin_broadcast import broadcast
from bot.commands.admin_unlink import unlink
from bot.language import N_, _
from bot.turn import Turn, Where, commands
from core import upkeep
from core.audit import Deed
from core.chat import Hint, Reply
from core.errors import NotUnderstood
from core.hooks import SOURCE
from core.outcomes import Outcome
from core.work import Work

_USAGE = (
    "[status | health | user @ada | unlink telegram:1 | resend ID | broadcast --dry-run TEXT | "
    "maintenance on]"
)
_HELP = (
    ("admin status", N_("people, tasks, and what waits")),
    ("admin health", N_("whether each part works")),
    ("admin user REF", N_("who that is, by public id, @handle or telegram:ID, slack:TEAM/ID")),
    ("admin unlink REF", N_("disconnect one of somebody's chats, after a question")),
    ("admin resend ID", N_("handle a call of Polar again")),
    ("admin broadcast --dry-run TEXT", N_("see what telling everybody would be")),
    ("admin broadcast TEXT", N_("tell everybody, after a question")),
    ("admin maintenance on", N_("ask people to wait; off: no more")),
)
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.APPLIED: N_("It is done."),
    Outcome.KNOWN: N_("It was done before, and changed nothing now."),
    Outcome.STALE: N_("Something newer is known, so it changed nothing."),
    Outcome.IGNORED: N_("It says nothing that is used here."),
    Outcome.UNKNOWN: N_("It is of a kind that this version does not know."),
    Outcome.MALFORMED: N_("It still can't be read."),
    Outcome.FAILED: N_("It still breaks the code; the log says how."),
    Outcome.NOBODY: N_("Somebody paid, and nobody knows who: `billing attach` says whose it is."),
}
"""What came of a call of Polar's, for whoever had it handled again."""


@commands.on(verbs.Admin, where=Where.DESK, usage=_USAGE, hidden=True, outside=True)
def admin(work: Work, turn: Turn, command: verbs.Admin) -> Reply:
    return _DUTIES[command.duty](work, turn, command.text.strip())


def _help(work: Work, turn: Turn, text: str) -> Reply:
    hints = tuple(Hint(line, _(said)) for line, said in _HELP)
    return Reply(title=_("Looking after the service"), text=_("For you alone:"), hints=hints)


def _resend(work: Work, turn: Turn, text: str) -> Reply:
    """A call of Polar's that was kept is handled as if it came now."""
    if not text:
        raise NotUnderstood("call of Polar", text, _("its id, as `replay` lists it"))
    if (read := work.desk.hook) is None:
        return Reply(text=_("Nothing is sold here, so no call of Polar is kept."))
    kept = work.hooks.find(SOURCE, text)
    if kept is None:
        return Reply(text=_('There is no call of Polar "{id}".', id=text[:80]))
    if kept.body is None:
        return Reply(text=_("It is too old: what it said is not kept any more."))
    outcome = work.hooks.again(SOURCE, kept.id, read(kept.id, kept.body))
    work.audit.record(Deed.OPERATED, turn.account.id, {"what": "resent"})
    return Reply(text=f"{kept.type}, {kept.id}: {_(_OUTCOMES[outcome])}")


def _maintenance(work: Work, turn: Turn, text: str) -> Reply:
    said = text.lower()
    if said not in ("on", "off"):
        raise NotUnderstood("switch", text, "on, off")
    changed = upkeep.switch(work, on=said == "on")
    if changed:
        what = "closed" if said == "on" else "opened"
        work.audit.record(Deed.OPERATED, turn.account.id, {"what": what})
    if said == "off":
        if changed:
            return Reply(text=_("People can change things again, within seconds."))
        return Reply(text=_("People were not asked to wait."))
    text = _(
        "Within seconds, people are asked to wait: they can look, and change nothing. You can go "
        "on, reminders are sent, and calls of Polar are kept."
    )
    if not changed:
        text = _("People are asked to wait already.")
    return Reply(text=text, hints=(Hint("admin maintenance off", _("when it is over")),))


_Duty = Callable[[Work, Turn, str], Reply]
_DUTIES: Mapping[verbs.Duty, _Duty] = {
    verbs.Duty.HELP: _help,
    verbs.Duty.STATUS: status,
    verbs.Duty.HEALTH: health,
    verbs.Duty.USER: user,
    verbs.Duty.UNLINK: unlink,
    verbs.Duty.RESEND: _resend,
    verbs.Duty.BROADCAST: broadcast,
    verbs.Duty.MAINTENANCE: _maintenance,
}
