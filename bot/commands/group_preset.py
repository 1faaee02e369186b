"""How much a group is told of its tasks as it happens."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.group_words import FEWER
from bot.language import _
from bot.quiet_words import GROUP_TELLS, PRESETS, typed
from bot.turn import Turn, commands
from core.chat import Audience, Hint, Reply
from core.errors import NotUnderstood
from core.group_digests import Told
from core.presets import Preset, fewer
from core.work import Work


@commands.on(verbs.GroupPreset, usage="least | quiet | normal | all | fewer", hidden=True)
def group_preset(work: Work, turn: Turn, command: verbs.GroupPreset) -> Reply:
    """Administrators say so for all, where there are any, and all read it."""
    if turn.private:
        return Reply(text=_("Say that in the group that it is for."), hints=(Hint("preset"),))
    said, now = command.which.strip().lower(), work.group_presets.of(turn.chat.id)
    if not said:
        return group_screen(work, turn)
    chosen = _wanted(said, now)
    if not turn.inbound.rules:
        return _refused(turn)
    if chosen != now:
        told = work.group_presets.told(turn.chat.id) if said == FEWER else None
        here = Told(turn.account.language, turn.inbound.address.thread)
        work.group_presets.set(turn.chat.id, chosen, told or here)
    # What was too much stays where it is.
    return replace(_screen(turn, chosen), toast=_("Saved."), fresh=said == FEWER)


def group_screen(work: Work, turn: Turn) -> Reply:
    """How much the group is told, in a message of its own."""
    return replace(_screen(turn, work.group_presets.of(turn.chat.id)), fresh=True)


def _wanted(said: str, now: Preset) -> Preset:
    """Raises `NotUnderstood`."""
    known = {typed(each): each for each in GROUP_TELLS} | {FEWER: fewer(now)}
    if said not in known:
        raise NotUnderstood("preset", said, ", ".join(known))
    return known[said]


def _refused(turn: Turn) -> Reply:
    if turn.inbound.rules is None:
        text = _("I could not find out whether you are an administrator here. Try it again soon.")
    else:
        text = _("Only an administrator of this group can change that.")
    return Reply(toast=text) if turn.pressed else Reply(text=text, audience=Audience.HERE)


def _screen(turn: Turn, now: Preset) -> Reply:
    first = _("Now: {preset}", preset=_(PRESETS[now]))
    text = [first, *(_(each) for each in GROUP_TELLS.values())]
    if turn.chat.platform == "slack":  # its command works where the bot is not, too
        text += [
            _("Anybody here can change it."),
            _("I have to be in this channel for that: invite me."),
        ]
    else:
        text.append(_("Administrators can change it."))
    row = tuple(button(_(PRESETS[each]), verbs.GroupPreset(typed(each))) for each in GROUP_TELLS)
    ways = button(_("Digest"), verbs.GroupDigest()), button(_("My settings"), verbs.Settings())
    return Reply(
        title=_("How much I tell this group"),
        text="\n".join(text),
        buttons=(row, ways),
        audience=Audience.HERE,
    )
