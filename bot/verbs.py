"""Every command, as people type it, as buttons carry it, as forms fill it.

They stand together because a reply may offer any of them; what each does stands in
`bot/commands/`. The first line of a docstring is what help, menus and usage hints say.
"""

# long: it is one list

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.grammar import Command
from core.task import Ref

# -- tasks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Fields(Command):
    """What a form says about a task; empty clears, absent leaves."""

    title: str | None = None
    description: str | None = None
    status: str | None = None
    priority: str | None = None
    category: str | None = None
    assignee: str | None = None
    due: str | None = None
    time: str | None = None
    repeat: str | None = None
    remind: str | None = None
    labels: str | None = None


@dataclass(frozen=True)
class Add(Fields):
    """Add a task.

    Typed as one line: `TITLE !priority #list @person WHEN`; a form fills the rest."""

    text: str = ""


@dataclass(frozen=True)
class Reword(Command):
    """Say in other words what a message of yours added: edit the message."""

    text: str = ""


@dataclass(frozen=True)
class Capture(Fields):
    """Make a task of a message, by its menu."""

    name = "capture-message"
    source: str = ""
    """The message, as the platform names it."""


@dataclass(frozen=True)
class RemindAbout(Command):
    """Make a task of a message, and be asked when to be reminded of it."""

    name = "remind-about"


@dataclass(frozen=True)
class React(Command):
    """Make a task of a message by a reaction, or take that back."""

    on: bool
    emoji: str


@dataclass(frozen=True)
class Reactions(Command):
    """Choose the reaction that makes tasks of messages in a channel: :pushpin:, off."""

    name_of: str = ""
    """As Slack names it."""


@dataclass(frozen=True)
class Unfurl(Command):
    """Ask whether to show tasks below links to them."""

    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class UnfurlNow(Command):
    """Show a task to everybody, below a link to it."""

    name = "unfurl-now"
    ref: Ref
    message: str
    """The one that has the link, as the platform names it."""
    keep: bool | None = field(default=None, kw_only=True)
    """Whether to offer to remember that."""


@dataclass(frozen=True)
class UnfurlNot(Command):
    """Show no task below the link."""

    name = "unfurl-not"


class Previewed(StrEnum):
    """What is chosen about tasks below links."""

    SHOW = "show"
    HERE = "here"
    EVERYWHERE = "everywhere"
    ASK = "ask"
    ASK_HERE = "ask-here"
    PAUSE = "pause"
    NEVER = "never"


@dataclass(frozen=True)
class Previews(Command):
    """Choose whether I ask before I show a task of yours below a link.

    here, everywhere: show it at once; ask, ask-here; pause (24 hours), never: neither."""

    what: Previewed = Previewed.SHOW


@dataclass(frozen=True)
class Details(Command):
    """Open the details of a task that is shown below a link."""

    ref: Ref


@dataclass(frozen=True)
class ShownElsewhere(Command):
    """Keep a task up to date that you show in another chat."""

    name = "shown-elsewhere"
    ref: Ref


@dataclass(frozen=True)
class Show(Command):
    """Open a task."""

    ref: Ref | None = None


@dataclass(frozen=True)
class More(Command):
    """Show what else can be done with a task."""

    ref: Ref


@dataclass(frozen=True)
class Done(Command):
    """Mark tasks as done."""

    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Reopen(Command):
    """Open a finished task again."""

    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Begin(Command):
    """Mark a task as in progress."""

    ref: Ref | None = None


@dataclass(frozen=True)
class Cancel(Command):
    """Cancel a task, or leave what I asked."""

    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Delete(Command):
    """Delete a task, or several."""

    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class DeleteNow(Command):
    """Delete tasks after the question."""

    name = "delete-now"
    refs: tuple[Ref, ...] = ()
    at: int | None = field(default=None, kw_only=True)
    """When it was asked, in minutes since 1970: an old question is asked again."""


@dataclass(frozen=True)
class Edit(Fields):
    """Change a task: its title, or each field in a form.

    `words` are those of the title that say the list: they leave it."""

    ref: Ref | None = None
    text: str = ""
    words: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Due(Command):
    """Set or clear when a task is due.

    `words` are those of the title that say it: with a date they leave it. Where there shall be
    none, `back` are words that were taken for one, and return to the title's end; `front` to its
    beginning."""

    ref: Ref | None = None
    date: str = ""
    time: str | None = field(default=None, kw_only=True)
    words: str | None = field(default=None, kw_only=True)
    back: str | None = field(default=None, kw_only=True)
    front: str | None = field(default=None, kw_only=True)


class Picked(StrEnum):
    """What a day is picked for."""

    DUE = "due"
    SNOOZE = "snooze"


@dataclass(frozen=True)
class Pick(Command):
    """Pick a day from a calendar.

    `month`: as `2026-12`, or this one. `typed`: in words or a form instead."""

    ref: Ref
    what: Picked = Picked.DUE
    month: str = ""
    typed: bool | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Repeat(Command):
    """Let a task come again once it is done: day, weekdays, mon,thu, 2 weeks, month on 1, never."""

    ref: Ref | None = None
    rule: str = ""


@dataclass(frozen=True)
class Skip(Command):
    """Pass over this time of a task that repeats."""

    ref: Ref | None = None


@dataclass(frozen=True)
class Nag(Command):
    """Be reminded of a task again and again until it is done: 15m, 1h, off."""

    ref: Ref | None = None
    every: str = ""


NO = frozenset({"off", "none", "no", "never", "-", "aus", "nein", "nie", "keine"})
ON = frozenset({"on", "due", "default", "0", "an"})
"""What ends a snooze or a reminder, and what brings it back to when it is due."""


@dataclass(frozen=True)
class Snooze(Command):
    """Be reminded of a task later; it stays due when it is, for you and everybody.

    When: 2h, tonight, tomorrow, fri 9:00; off for no more."""

    ref: Ref | None = None
    when: str = ""
    zone: str | None = field(default=None, kw_only=True)
    """Where that is the time, for somebody of whom that is not known yet."""


@dataclass(frozen=True)
class Remind(Command):
    """Set how long before a task is due its reminder comes: 30m, 2h, 1d, on or off."""

    ref: Ref | None = None
    before: str = ""


@dataclass(frozen=True)
class Assign(Command):
    """Give a task to somebody, or to nobody."""

    ref: Ref | None = None
    person: str = ""
    to: int | None = field(default=None, kw_only=True)
    """Somebody whom a button names."""
    page: int | None = field(default=None, kw_only=True)
    """Of those buttons."""


@dataclass(frozen=True)
class Label(Command):
    """Put labels on a task, or take them off: ~errand, -errand, none."""

    ref: Ref | None = None
    names: str = ""


@dataclass(frozen=True)
class Claim(Command):
    """Take a task of this group."""

    ref: Ref | None = None


@dataclass(frozen=True)
class ToClaim(Command):
    """Show what people who left this group had to do, and claim it."""

    name = "to-claim"
    ref: Ref | None = None
    page: int | None = field(default=None, kw_only=True)
    told: bool | None = field(default=None, kw_only=True)
    """Yes in a message that came unasked, which is to keep its way out."""


@dataclass(frozen=True)
class Accept(Command):
    """Take a task that was assigned to you."""

    ref: Ref | None = None


@dataclass(frozen=True)
class Decline(Command):
    """Give back a task that was assigned to you."""

    ref: Ref | None = None


@dataclass(frozen=True)
class Offers(Command):
    """See the tasks that others gave you and that wait for your answer."""


@dataclass(frozen=True)
class Incoming(Command):
    """Choose whether others may give you tasks."""

    on: bool | None = None


@dataclass(frozen=True)
class Note(Command):
    """Add a note to a task: reply to its card, or type it here."""

    ref: Ref | None = None
    text: str = ""


@dataclass(frozen=True)
class Notes(Command):
    """Read the notes of a task."""

    ref: Ref | None = None
    below: int | None = field(default=None, kw_only=True)
    """Start below this note: the next page."""


@dataclass(frozen=True)
class Share(Command):
    """Show a task to the group in which you say so; in private, get a link to it."""

    ref: Ref | None = None


@dataclass(frozen=True)
class Undo(Command):
    """Take back your last change, for 10 minutes."""

    change: int = 0


# -- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class List(Command):
    """List your tasks, or some of them: today, overdue, done, #home.

    Which: open, started, done, cancelled, all, today, overdue, week, mine, #list, !priority,
    @person, ~label; several narrow each other down. `share` shows it to everybody in a group."""

    which: str = ""
    page: int | None = field(default=None, kw_only=True)
    by: int | None = field(default=None, kw_only=True)
    """Tasks on a page."""


@dataclass(frozen=True)
class Find(Command):
    """Find tasks by words in them, finished ones and notes too."""

    text: str = ""
    page: int | None = field(default=None, kw_only=True)
    by: int | None = field(default=None, kw_only=True)
    """Tasks on a page."""


@dataclass(frozen=True)
class Narrow(Command):
    """Choose which tasks a list shows.

    `by`: what to choose by. A form fills the rest, each a word of a filter."""

    name = "filter"
    which: str = ""
    by: str | None = field(default=None, kw_only=True)
    state: str | None = field(default=None, kw_only=True)
    list: str | None = field(default=None, kw_only=True)
    person: str | None = field(default=None, kw_only=True)
    priority: str | None = field(default=None, kw_only=True)
    label: str | None = field(default=None, kw_only=True)


class Act(StrEnum):
    """What to do with all tasks of a list."""

    ASK = "ask"
    DONE = "done"
    SNOOZE = "snooze"
    DELETE = "delete"


@dataclass(frozen=True)
class Bulk(Command):
    """Complete, snooze or delete all tasks of a list: bulk done #home."""

    act: Act = Act.ASK
    which: str = ""
    when: str | None = field(default=None, kw_only=True)
    """Until when to snooze."""
    of: str | None = field(default=None, kw_only=True)
    """Which tasks were shown with the question: of others it is asked again."""
    at: int | None = field(default=None, kw_only=True)
    """When it was asked, in minutes since 1970."""


class Each(StrEnum):
    """What to do with tasks that were named by their numbers."""

    DONE = "done"
    CANCEL = "cancel"
    DELETE = "delete"
    SNOOZE = "snooze"


@dataclass(frozen=True)
class Several(Command):
    """Do something with the tasks that a question named."""

    act: Each
    of: str
    """Which tasks these were."""
    at: int | None = field(default=None, kw_only=True)
    """When it was asked, in minutes since 1970."""
    when: str | None = field(default=None, kw_only=True)
    """Until when to snooze."""


@dataclass(frozen=True)
class Home(Command):
    """See your tasks on the Home tab."""

    page: int | None = field(default=None, kw_only=True)


class StatsView(StrEnum):
    """How counts are shown."""

    TEXT = "text"
    CHART = "chart"


@dataclass(frozen=True)
class Stats(Command):
    """Count your tasks, and see what you did week by week; with chart, as a picture."""

    view: StatsView = StatsView.TEXT


@dataclass(frozen=True)
class Inbox(Command):
    """Read what you were told."""

    below: int | None = field(default=None, kw_only=True)
    """Start below this notice: the next page."""


@dataclass(frozen=True)
class Read(Command):
    """Mark all notices as read, or one."""

    notice: int = 0


@dataclass(frozen=True)
class Drop(Command):
    """Delete a notice."""

    notice: int


# -- you -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start(Command):
    """Say hello."""

    payload: str = ""


@dataclass(frozen=True)
class Settings(Command):
    """See and change your name, time zone, language, digest and notices.

    `form`: all of it in one form; what that says is what the commands of the same words take."""

    part: str = ""
    called: str | None = field(default=None, kw_only=True)
    zone: str | None = field(default=None, kw_only=True)
    here: str | None = field(default=None, kw_only=True)
    language: str | None = field(default=None, kw_only=True)
    digest: str | None = field(default=None, kw_only=True)
    quiet: str | None = field(default=None, kw_only=True)
    preset: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Name(Command):
    """Change how others see your name."""

    text: str = ""


@dataclass(frozen=True)
class Timezone(Command):
    """Set your time zone: a city, or a name such as Europe/Berlin.

    `here Tokyo`: that of this chat alone; `here off`: your own again."""

    zone: str = ""


@dataclass(frozen=True)
class ZoneHere(Command):
    """Set the time zone of this chat alone, or off."""

    name = "zone-here"
    here: str = ""


@dataclass(frozen=True)
class MoveZone(Command):
    """Let what was dated in another time zone be at the same time in yours."""

    name = "zone-move"
    old: str


@dataclass(frozen=True)
class Digest(Command):
    """Get what is overdue, due today or without a date in one message: now, or at 8:30 on weekdays.

    `on 08:30 weekdays`, `on 9:00 mon`, `daily`, `now`, `off`."""

    text: str = ""


@dataclass(frozen=True)
class GroupDigest(Command):
    """Get what a group has to do in one message there, every day or every week."""

    name = "group-digest"
    text: str = ""


@dataclass(frozen=True)
class Quiet(Command):
    """Set the hours in which I tell you nothing that can wait: 22:00 8:00, or off."""

    text: str = ""


@dataclass(frozen=True)
class PresetOf(Command):
    """Choose how much I tell you in this chat: least, quiet, normal, all."""

    name = "preset"
    which: str = ""
    identity: int | None = field(default=None, kw_only=True)
    """Another chat, in place of this one."""


@dataclass(frozen=True)
class GroupPreset(Command):
    """Choose how much a group is told of its tasks: least, quiet, normal, all, or fewer."""

    name = "group-preset"
    which: str = ""


class About(StrEnum):
    """What there may be too much of."""

    NEWS = "news"
    REMINDERS = "reminders"
    OFFERS = "offers"
    DIGESTS = "digests"


@dataclass(frozen=True)
class Fewer(Command):
    """Get fewer messages from me."""

    about: About = About.NEWS
    ref: Ref | None = None


@dataclass(frozen=True)
class PlanNews(Command):
    """Choose where I tell you of your plan: started, telegram, slack."""

    name = "plan-news"
    where: str = ""


@dataclass(frozen=True)
class Language(Command):
    """Set your language."""

    tag: str = ""


@dataclass(frozen=True)
class Notify(Command):
    """Turn notices to one of your chats on or off."""

    on: bool
    identity: int = 0


@dataclass(frozen=True)
class Whoami(Command):
    """Show your account and the chats that are connected to it."""


@dataclass(frozen=True)
class Link(Command):
    """Connect another chat to your account: get a code here, or enter one."""

    code: str = ""


@dataclass(frozen=True)
class SignIn(Command):
    """Connect this chat to an account by signing in on the web."""

    name = "sign-in"


@dataclass(frozen=True)
class StopSignIn(Command):
    """Stop a sign-in on the web."""

    name = "sign-in-stop"


@dataclass(frozen=True)
class Letters(Command):
    """Enter the letters that the browser shows after a sign-in."""

    code: str = ""


@dataclass(frozen=True)
class Join(Command):
    """Agree to connect two chats."""

    attempt: str


@dataclass(frozen=True)
class Refuse(Command):
    """Refuse to connect two chats."""

    attempt: str


@dataclass(frozen=True)
class Block(Command):
    """Refuse to connect two chats, and whatever else the other one asks."""

    attempt: str


@dataclass(frozen=True)
class MoveTasks(Command):
    """Bring along the tasks of a chat that was connected."""

    name = "move-tasks"
    link: str


@dataclass(frozen=True)
class LeaveApart(Command):
    """Leave the tasks of a chat that was connected where they are."""

    name = "leave-apart"
    link: str


@dataclass(frozen=True)
class UndoMove(Command):
    """Take back that tasks came along, for a day."""

    name = "undo-move"
    link: str


@dataclass(frozen=True)
class UndoLink(Command):
    """Take back that chats were connected, for a day."""

    name = "undo-link"
    link: str


@dataclass(frozen=True)
class JoinApp(Command):
    """Agree to connect a chat to an account of the operator's app."""

    name = "joinapp"
    attempt: str


@dataclass(frozen=True)
class RefuseApp(Command):
    """Refuse to connect a chat to an account of the operator's app."""

    name = "refuseapp"
    attempt: str


@dataclass(frozen=True)
class Invite(Command):
    """Invite somebody who does not know me yet."""


@dataclass(frozen=True)
class Unlink(Command):
    """Disconnect one of your chats."""

    identity: int = 0
    login: int | None = field(default=None, kw_only=True)
    """A sign-in, in place of a chat."""


@dataclass(frozen=True)
class UnlinkNow(Command):
    """Disconnect a chat after the question."""

    name = "unlink-now"
    identity: int = 0
    login: int | None = field(default=None, kw_only=True)
    at: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class KeepConnected(Command):
    """Keep a chat connected that a new one asked to be disconnected."""

    name = "keep-connected"
    identity: int = 0
    login: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Security(Command):
    """See what happened to your account: links, sign-ins, exports."""

    below: int | None = field(default=None, kw_only=True)
    """Start below this entry: the next page."""


@dataclass(frozen=True)
class Privacy(Command):
    """Read what I keep about you, why, and for how long."""


@dataclass(frozen=True)
class Export(Command):
    """Get your tasks as a file, or everything that I keep about you."""

    what: str = ""


@dataclass(frozen=True)
class ForgetMe(Command):
    """Delete your account and everything that I keep about you."""

    name = "forget-me"


@dataclass(frozen=True)
class ForgetMeNow(Command):
    """Delete everything after the question."""

    name = "forget-me-now"
    phrase: str = ""
    at: int | None = field(default=None, kw_only=True)


# -- what is paid for -----------------------------------------------------------------------------


class PlanPart(StrEnum):
    """What about a plan."""

    SHOW = "show"
    GET = "get"
    CHANGE = "change"
    CANCEL = "cancel"
    RESUME = "resume"
    KEEP = "keep"
    WEB = "web"
    REFRESH = "refresh"
    RENEWALS = "renewals"


@dataclass(frozen=True)
class Plan(Command):
    """See your plan, how much of it you use, and what you pay.

    Also: get pro, change teams, cancel, resume, keep, web, refresh, renewals on."""

    part: PlanPart = PlanPart.SHOW
    which: str = ""


class Sold(StrEnum):
    """Which of what is sold."""

    PLANS = "plans"
    ALL = "all"


@dataclass(frozen=True)
class Plans(Command):
    """See the plans that there are, with what they allow and cost.

    `all`: whatever else the operator sells, too."""

    which: Sold = Sold.PLANS
    page: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Subscriptions(Command):
    """See all that you ever subscribed to."""

    page: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class ChangePlan(Command):
    """Change to another plan, once it is known when, and after the question."""

    name = "plan-change"
    product: str
    when: str | None = field(default=None, kw_only=True)
    at: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class CancelPlan(Command):
    """Cancel a plan, once it is known why and when, and after the question."""

    name = "plan-cancel"
    reason: str | None = field(default=None, kw_only=True)
    when: str | None = field(default=None, kw_only=True)
    at: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class ResumePlan(Command):
    """Let a plan that is paused go on, after the question: it is charged at once."""

    name = "plan-resume"
    at: int | None = field(default=None, kw_only=True)


# -- whoever looks after the service --------------------------------------------------------------


class Duty(StrEnum):
    """What there is to look after."""

    HELP = "help"
    STATUS = "status"
    HEALTH = "health"
    USER = "user"
    UNLINK = "unlink"
    RESEND = "resend"
    BROADCAST = "broadcast"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True)
class Admin(Command):
    """Look after the service."""

    duty: Duty = Duty.HELP
    text: str = ""


@dataclass(frozen=True)
class AdminUnlink(Command):
    """Disconnect somebody's chat after the question."""

    name = "admin-unlink-now"
    identity: int
    at: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class AdminSend(Command):
    """Tell everybody something after the question."""

    name = "admin-broadcast-now"
    broadcast: int
    at: int | None = field(default=None, kw_only=True)


# -- the conversation itself ---------------------------------------------------------------------


@dataclass(frozen=True)
class Help(Command):
    """Explain what I can do, or one command."""

    topic: str = ""


@dataclass(frozen=True)
class SmallTalk(Command):
    """Say something kind, such as thanks."""

    name = "small-talk"
    text: str = ""


@dataclass(frozen=True)
class Ask(Command):
    """Ask for one field of a command."""

    field: str
    line: str = ""


@dataclass(frozen=True)
class Close(Command):
    """Put a list or a question away."""

    said: str = ""
