"""How much is told, and when: quiet hours, presets, and the way out of messages that are too
many."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot import verbs
from bot.cards import button
from bot.clocks import clocks_in
from bot.commands.group_preset import group_preset
from bot.forms import one_line_form
from bot.language import _
from bot.people import describe
from bot.quiet_words import PRESETS, TELLS, read_preset, say_hours, typed
from bot.turn import Turn, commands
from bot.zone_asking import with_zone
from core.chat import Button, Kind, Question, Reply
from core.errors import LinkRefused, NotUnderstood
from core.identity import Identity
from core.presets import Preset
from core.work import Work

NIGHTS = ((time(22), time(8)), (time(20), time(7)), (time(18), time(9)))
"""Hours that are offered."""
SET = "set"


@commands.on(verbs.Quiet, usage="22:00 8:00 | off")
def quiet(work: Work, turn: Turn, command: verbs.Quiet) -> Reply:
    said = command.text.strip()
    if said.lower() == SET:
        asked = Question("text", _("From when to when"), help=_("For example: 22:00 8:00, or off"))
        return Reply(form=one_line_form("quiet", _("Quiet hours"), asked))
    if said:
        set_quiet(work, turn, said)
        return replace(_hours(work, turn), toast=_("Saved."))
    return _hours(work, turn)


def set_quiet(work: Work, turn: Turn, said: str) -> None:
    """`22:00 8:00`, `22-8`, `off`. Raises `NotUnderstood`."""
    if said.lower() in verbs.NO:
        work.quiet.end(turn.account.id)
        return
    match clocks_in(said):
        case [start, until]:
            work.quiet.set(turn.account.id, start, until)
        case _:
            raise NotUnderstood("quiet hours", said, "22:00 8:00, off")


def _hours(work: Work, turn: Turn) -> Reply:
    hours = work.quiet.of(turn.account.id)
    text = _(
        "In quiet hours nothing comes that can wait: it is told in one message when they are over. "
        "What you set for a time inside them comes at that time, and security always comes at once."
    )
    zone = turn.account.timezone or "UTC"
    state = _("Now: {hours}", hours=f"{say_hours(hours)} ({zone})" if hours else _("none"))
    nights = tuple(
        button(f"{a:%H:%M} - {b:%H:%M}", verbs.Quiet(f"{a:%H:%M} {b:%H:%M}")) for a, b in NIGHTS
    )
    off = (button(_("No quiet hours"), verbs.Quiet("off")),) if hours else ()
    other = (button(_("Other hours"), verbs.Quiet(SET)), *off)
    back = (button(_("Back"), verbs.Settings()),)
    reply = Reply(title=_("Quiet hours"), text=f"{text}\n{state}", buttons=(nights, other, back))
    return with_zone(turn, reply) if hours else reply


@commands.on(verbs.PresetOf, usage="least | quiet | normal | all")
def preset(work: Work, turn: Turn, command: verbs.PresetOf) -> Reply:
    # As for a digest: what is pressed in a group stands on an answer that one person reads.
    pressed = turn.inbound.kind in {Kind.PRESS, Kind.FORM}
    if not (turn.private or pressed) and command.identity is None:
        return group_preset(work, turn, verbs.GroupPreset(command.which))
    said, of = command.which.strip(), _chat_of(work, turn, command.identity)
    if not said:
        return _presets(turn, of)
    chosen = set_preset(work, turn, said, of.id)
    return replace(_presets(turn, replace(of, preset=chosen.value)), toast=_("Saved."))


def _chat_of(work: Work, turn: Turn, identity: int | None) -> Identity:
    """The chat that is meant. Raises `LinkRefused` for one that is not theirs."""
    if identity in {None, turn.identity.id}:
        return turn.identity
    mine = work.accounts.identities(turn.account.id)
    found = next((each for each in mine if each.id == identity), None)
    if found is None:
        raise LinkRefused("gone")
    return found


def set_preset(work: Work, turn: Turn, said: str, identity: int = 0) -> Preset:
    """For the chat in which it is said, or another one. Raises `NotUnderstood`."""
    chosen = read_preset(said)
    if not work.profile.set_preset(turn.account.id, identity or turn.identity.id, chosen):
        raise LinkRefused("gone")
    return chosen


def _presets(turn: Turn, of: Identity) -> Reply:
    here = of.id == turn.identity.id
    now = _(PRESETS[Preset(of.preset)])
    first = _("In this chat: {preset}", preset=now) if here else f"{describe(of)}: {now}"
    row = tuple(
        button(_(label), verbs.PresetOf(typed(each), identity=None if here else of.id))
        for each, label in PRESETS.items()
    )
    back = (button(_("Back"), verbs.Settings() if here else verbs.Whoami()),)
    text = "\n".join([first, *(_(each) for each in TELLS.values())])
    return Reply(title=_("How much I tell you"), text=text, buttons=(row, back))


@commands.on(verbs.Fewer, usage="")
def fewer(work: Work, turn: Turn, command: verbs.Fewer) -> Reply:
    """What was too much stays where it is: it has buttons of its own."""
    rows: list[tuple[Button, ...]] = []
    if command.ref is not None:
        never = verbs.Remind(command.ref, "off")
        rows.append((button(_("No reminder of this task"), never),))
    elif command.about is verbs.About.OFFERS and turn.account.takes_tasks:
        rows.append((button(_("Take no tasks"), verbs.Incoming(False)),))
    elif command.about is verbs.About.DIGESTS:
        rows.append((button(_("No digest"), verbs.Digest("off")),))
    elif command.about is verbs.About.NEWS and turn.identity.preset != Preset.LEAST:
        quieter = verbs.PresetOf(typed(Preset.LEAST))
        rows.append((button(_("Only what waits for me"), quieter),))
    if work.quiet.of(turn.account.id) is None:
        rows.append((button(_("Quiet hours"), verbs.Quiet()),))
    if work.digests.of(turn.account.id) is None:
        rows.append((button(_("A digest once a day"), verbs.Digest()),))
    silence = verbs.Notify(False, turn.identity.id)
    rows.append((button(_("Nothing in this chat"), silence), _leave()))
    return Reply(text=_("What shall I leave out?"), buttons=tuple(rows), fresh=True)


def _leave() -> Button:
    return button(_("Leave it"), verbs.Close(_("Left as it was.")))
