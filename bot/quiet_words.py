"""How much is told, and in which hours, in words."""

from __future__ import annotations

from bot.language import N_, _
from core.errors import NotUnderstood
from core.presets import Preset
from core.quiet import Hours

PRESETS = {
    Preset.LEAST: N_("Least"),
    Preset.QUIET: N_("Quiet"),
    Preset.NORMAL: N_("Normal"),
    Preset.ALL: N_("All"),
}
TELLS = {
    Preset.LEAST: N_(
        "Least: reminders, what others give you or give back, payments that fail, and security."
    ),
    Preset.QUIET: N_(
        "Quiet: also what others complete, what you complete elsewhere, and news. Many in a minute "
        "are one message."
    ),
    Preset.NORMAL: N_("Normal: the same as it happens; only what happens at once is one message."),
    Preset.ALL: N_("All: the same, each in a message of its own."),
}

GROUP_TELLS = {
    Preset.LEAST: N_("Least: nothing by myself, apart from a digest."),
    Preset.QUIET: N_("Quiet: only what somebody who left had to do, so that others can claim it."),
    Preset.NORMAL: N_("Normal: also what is due, once."),
    Preset.ALL: N_("All: also what is done or taken, without a sound, below its card."),
}


def typed(preset: Preset) -> str:
    """As it is typed and stands on buttons, in any language: `quiet`."""
    return preset.name.lower()


def read_preset(said: str) -> Preset:
    """Raises `NotUnderstood`."""
    known = {typed(each): each for each in Preset}
    if said.lower() not in known:
        raise NotUnderstood("preset", said, ", ".join(known))
    return known[said.lower()]


def say_hours(hours: Hours | None) -> str:
    """`22:00 - 08:00`, or `none`."""
    return f"{hours.start:%H:%M} - {hours.until:%H:%M}" if hours else _("none")
