"""All settings on one screen, each a button away; or in one form, where there are forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot import verbs
from bot.cards import button
from bot.commands.digest import set_digest
from bot.commands.group_preset import group_screen
from bot.commands.quiet import set_preset, set_quiet
from bot.commands.zone import set_here, timezone
from bot.digest_words import say_rule
from bot.grammar import to_line
from bot.group_words import of_all, of_group, ways_in_group
from bot.language import LANGUAGES, _, known, speaking
from bot.preview_words import in_settings, way_back
from bot.quiet_words import PRESETS, say_hours, typed
from bot.turn import Scope, Turn, commands
from bot.verbs import PlanPart
from bot.zone_words import zone_here
from core.chat import Button, Fact, Form, Input, Option, Question, Reply
from core.errors import NotUnderstood
from core.identity import NAME_LIMIT
from core.presets import Preset
from core.work import Work

FORM = "form"
_STARTED = "started"


@commands.on(verbs.Settings, usage="", menu=frozenset({Scope.PRIVATE, Scope.ADMINS}))
def settings(work: Work, turn: Turn, command: verbs.Settings) -> Reply:
    said = {name: value for name in _SET if (value := getattr(command, name)) is not None}
    if said:
        return _save(work, turn, said)
    if command.part == FORM:
        return Reply(form=settings_form(work, turn))
    if command.part:
        raise NotUnderstood("setting", command.part, FORM)
    return group_screen(work, turn) if of_all(turn) else _screen(work, turn)


def saved(work: Work, turn: Turn) -> Reply:
    """The screen after a change."""
    now = work.accounts.identity(turn.identity.id) or (turn.account, turn.identity)
    fresh = replace(turn, account=now[0], identity=now[1])
    with speaking(fresh.account.language):  # it may be another one now
        return replace(_screen(work, fresh), text=_("Saved."))


def _facts(work: Work, turn: Turn) -> Iterator[Fact]:
    account = turn.account
    yield Fact(account.name, _("name"))
    yield Fact(account.timezone or _("not known, so UTC"), _("time zone"))
    yield from zone_here(account)
    yield Fact(LANGUAGES[known(account.language)], _("language"))
    yield Fact(say_rule(work.digests.of(account.id)), _("digest"))
    yield Fact(say_hours(work.quiet.of(account.id)), _("quiet hours"))
    yield Fact(_tells(turn), _("this chat"))
    yield Fact(_("on") if account.takes_tasks else _("off"), _("tasks from others"))
    yield from (*in_settings(work, turn), *of_group(work, turn))
    if work.sales.on:
        renewals = work.profile.tells_renewals(account.id)
        yield Fact(_("on") if renewals else _("off"), _("renewal messages"))
        yield Fact(_place(work.profile.plan_news(account.id)), _("news of your plan"))


def _screen(work: Work, turn: Turn) -> Reply:
    return Reply(
        title=_("Settings"),
        facts=tuple(_facts(work, turn)),
        buttons=(
            (
                button(_("Name"), verbs.Name()),
                button(_("Time zone"), verbs.Timezone()),
                button(_("Language"), verbs.Language()),
            ),
            (
                button(_("Digest"), verbs.Digest()),
                button(_("Quiet hours"), verbs.Quiet()),
                button(_("Notices"), verbs.PresetOf()),
            ),
            (
                button(_("Tasks from others"), verbs.Incoming()),
                button(_("Time zone here"), verbs.ZoneHere()),
                button(_("Chats"), verbs.Whoami()),
            ),
            *(*way_back(work, turn), *ways_in_group(turn)),
            *(_of_plans(work, turn) if work.sales.on else ()),
            *_in_one(turn),
        ),
    )


def _tells(turn: Turn) -> str:
    if not turn.identity.notify:
        return _("notices off")
    return _(PRESETS[Preset(turn.identity.preset)])


def _of_plans(work: Work, turn: Turn) -> tuple[tuple[Button, ...], ...]:
    on = work.profile.tells_renewals(turn.account.id)
    label = _("No renewal messages") if on else _("Tell me of renewals")
    renewals = button(label, verbs.Plan(PlanPart.RENEWALS, "off" if on else "on"))
    return ((Button(_("Plan"), "plan"), button(_("Plan news"), verbs.PlanNews()), renewals),)


def _in_one(turn: Turn) -> tuple[tuple[Button, ...], ...]:
    return ((button(_("All in one form"), verbs.Settings(FORM)),),) if turn.inbound.forms else ()


def settings_form(work: Work, turn: Turn) -> Form:
    """What the screen has, to be filled in; what is left empty there is left as it is, but for the
    digest, the quiet hours and the zone of this chat, which end."""
    account = turn.account
    languages = tuple(Option(name, tag) for tag, name in LANGUAGES.items())
    presets = tuple(Option(_(label), typed(each)) for each, label in PRESETS.items())
    now = typed(Preset(turn.identity.preset))
    return Form(
        to_line(verbs.Settings(FORM)),
        _("Settings"),
        (
            Question("called", _("Name"), value=account.name, required=True, max_length=NAME_LIMIT),
            Question(
                "zone",
                _("Time zone"),
                value=account.timezone,
                help=_("A city, or a name such as Europe/Berlin"),
            ),
            Question(
                "here",
                _("Time zone here"),
                value=turn.identity.timezone,
                help=_("Of this chat alone; or empty, for the one above"),
            ),
            Question("language", _("Language"), Input.CHOICE, known(account.language), languages),
            *_hours(work, account.id),
            Question("preset", _("In this chat"), Input.CHOICE, now, presets),
        ),
        submit=_("Save"),
    )


def _hours(work: Work, account: int) -> tuple[Question, ...]:
    rule, hours = work.digests.of(account), work.quiet.of(account)
    digest = f"{rule.wall:%H:%M} {rule.days}" if rule else ""
    quiet = f"{hours.start:%H:%M} {hours.until:%H:%M}" if hours else ""
    at, between = _("For example: 8:30 weekdays; or empty"), _("For example: 22:00 8:00; or empty")
    return (
        Question("digest", _("Digest"), value=digest, help=at),
        Question("quiet", _("Quiet hours"), value=quiet, help=between),
    )


_Set = Callable[[Work, Turn, str], object]
_SET: Mapping[str, _Set] = {
    "called": lambda work, turn, said: work.profile.rename(turn.account.id, said),
    "language": lambda work, turn, said: work.profile.set_language(turn.account.id, said),
    "digest": lambda work, turn, said: set_digest(work, turn, said or "off"),
    "quiet": lambda work, turn, said: set_quiet(work, turn, said or "off"),
    "preset": set_preset,
    "here": set_here,
    "zone": lambda work, turn, said: None,
}


def _save(work: Work, turn: Turn, said: Mapping[str, str]) -> Reply:
    """The zone comes last, since it may ask something."""
    for name, value in said.items():
        _SET[name](work, turn, value.strip())
    if (zone := said.get("zone", "").strip()) and zone != turn.account.timezone:
        return replace(timezone(work, turn, verbs.Timezone(zone)), fresh=True)
    return saved(work, turn)


@commands.on(verbs.PlanNews, usage="started | telegram | slack")
def plan_news(work: Work, turn: Turn, command: verbs.PlanNews) -> Reply:
    said = command.where.strip().lower()
    places = sorted({each.platform for each in work.accounts.identities(turn.account.id)})
    if not said:
        return _news(work.profile.plan_news(turn.account.id), places)
    if said not in {_STARTED, *places}:
        raise NotUnderstood("place", said, ", ".join([_STARTED, *places]))
    place = "" if said == _STARTED else said
    work.profile.set_plan_news(turn.account.id, place)
    return replace(_news(place, places), toast=_("Saved."))


def _news(now: str, places: list[str]) -> Reply:
    text = _("I tell you of your plan and its payments in one chat: {place}.", place=_place(now))
    row = [button(_("Where I started"), verbs.PlanNews(_STARTED))]
    row += [button(each.title(), verbs.PlanNews(each)) for each in places]
    back = (button(_("Back"), verbs.Settings()),)
    return Reply(title=_("News of your plan"), text=text, buttons=(tuple(row), back))


def _place(platform: str) -> str:
    return platform.title() if platform else _("where it started")
