"""How much is told, and in which hours, in words."""

from __future__ import annotations

from bot.language import N_, _
from core.presets import Preset
from core.quiet import Hours

PRESETS = {Preset.QUIET: N_("Quiet"), Preset.NORMAL: N_("Normal"), Preset.ALL: N_("All")}
TELLS = {
    Preset.QUIET: N_(
        "Quiet: reminders, what others give you or give back, payments that fail, and security."
    ),
    Preset.NORMAL: N_(
        "Normal: also what others complete, what you complete elsewhere, and news. Many at once "
        "are one message."
    ),
    Preset.ALL: N_("All: the same, each in a message of its own."),
}


def say_hours(hours: Hours | None) -> str:
    """`22:00 - 08:00`, or `none`."""
    return f"{hours.start:%H:%M} - {hours.until:%H:%M}" if hours else _("none")
