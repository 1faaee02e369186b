"""Show a task below a link to it: to all who may see it anyway, else only if whoever posted the
link agrees, now or as they said before. And keep up to date what somebody picked to show in another
chat."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, named
from bot.grammar import fits
from bot.language import _, ngettext
from bot.preview_words import remembering
from bot.turn import Turn, commands
from core.chat import Button, Reply, Style
from core.errors import NoSuchTask, RateLimited
from core.habits import Habit
from core.limits import UNFURL
from core.task import Ref, Task
from core.work import Work

LABEL_SHOWN = 40
"""Characters of a title on a button."""


@commands.on(verbs.Unfurl, hidden=True)
def unfurl(work: Work, turn: Turn, command: verbs.Unfurl) -> Reply:
    quoted = turn.inbound.quoted
    if quoted is None or not quoted.message:
        return Reply(text=_("Post the link to a task, and I ask whether to show it."))
    private: list[Task] = []
    habit = _habit(work, turn)
    for each in command.refs:
        task = _seen(work, turn, each)
        if task is None or not _again(work, turn, task):
            continue
        name, key = task.public_id, turn.inbound.key
        if work.previews.again(name, turn.chat.id, quoted.message, key=key):
            continue  # Slack asks anew for what is shown already
        if turn.belongs_here(task) or (habit.unasked and _is_own(work, turn, task)):
            _show(work, turn, task, quoted.message)
        elif not habit.silent:
            private.append(task)
    return _asked(turn, private, quoted.message) if private else Reply()


@commands.on(verbs.UnfurlNow, hidden=True)
def unfurl_now(work: Work, turn: Turn, command: verbs.UnfurlNow) -> Reply:
    try:
        task = work.tasks.get(turn.actor, command.ref)
    except NoSuchTask as refusal:
        raise NoSuchTask(refusal.ref, linked=True) from None
    _show(work, turn, task, command.message)
    if command.keep and _is_own(work, turn, task):
        habit = work.habits.of(turn.identity.id, turn.chat.id)
        if not (habit.unasked or habit.rule):
            return remembering()
    return Reply(text=_("Shown."), toast=_("Shown."))


@commands.on(verbs.ShownElsewhere, hidden=True)
def shown_elsewhere(work: Work, turn: Turn, command: verbs.ShownElsewhere) -> Reply:
    shown = turn.inbound.shown
    try:
        task = work.tasks.get(turn.actor, command.ref)
    except NoSuchTask:
        if not shown:
            raise
        # It was theirs to show when it was offered, and is not any more.
        name, by = command.ref.public_id, turn.identity.id
        work.previews.take_back(name, turn.chat.id, shown, by=by, key=turn.inbound.key)
        return Reply()
    if not shown:
        return Reply(text=_("Write my name and some words in another chat, and pick a task."))
    follow(work, turn, task)
    return Reply()


def follow(work: Work, turn: Turn, task: Task) -> None:
    """Draw the message elsewhere that shows the task, now and whenever it changes."""
    if turn.inbound.shown:
        _show(work, turn, task, turn.inbound.shown)


def not_added(work: Work, turn: Turn) -> None:
    """What was picked to be added became no task: the message elsewhere says so."""
    if turn.inbound.line.split(" ", 1)[0] == verbs.Add.name:
        by, key = turn.identity.id, turn.inbound.key
        work.previews.take_back("", turn.chat.id, turn.inbound.shown, by=by, key=key)


def _habit(work: Work, turn: Turn) -> Habit:
    """What they said of links here. Where people of another organisation read along, nothing that
    they said shows anything, and what they said of this channel is over: it was another one then.
    """
    who = turn.identity.id
    if not turn.inbound.external:
        return work.habits.of(who, turn.chat.id)
    work.habits.ask_in(who, turn.chat.id)
    said = work.habits.of(who, turn.chat.id)
    return said if said.silent else Habit()


def _is_own(work: Work, turn: Turn, task: Task) -> bool:
    """Whether the task is theirs alone to show: neither somebody else's, whoever does it, nor
    another channel's."""
    return task.owner == turn.account.id and work.chats.by_id(task.chat).private


def _seen(work: Work, turn: Turn, ref: Ref) -> Task | None:
    """The task, if whoever posted the link may see it: of any other nothing is said at all."""
    try:
        return work.tasks.get(turn.actor, ref)
    except NoSuchTask:
        return None


def _again(work: Work, turn: Turn, task: Task) -> bool:
    """Whether some time has passed since it was shown here, or asked."""
    try:
        work.limits.use(UNFURL, f"{turn.chat.id}:{task.id}")
    except RateLimited:
        return False
    return True


def _asked(turn: Turn, tasks: list[Task], message: str) -> Reply:
    text = ngettext(
        "Only you see this. Shall I show the task to everybody here, below your link?",
        "Only you see this. Shall I show the tasks to everybody here, below your links?",
        len(tasks),
    )
    if turn.inbound.external:
        text = f"{text} {_('People of another organisation are here, too.')}"
    keep = None if turn.inbound.external else True  # there it is asked each time
    shows = [_button(each, message, keep) for each in tasks]
    none = button(_("No"), verbs.UnfurlNot())
    return Reply(text=text, buttons=(*((each,) for each in shows), (none,)))


def _button(task: Task, message: str, keep: bool | None) -> Button:
    label = _("Show {task}", task=named(task, most=LABEL_SHOWN))
    shown = verbs.UnfurlNow(Ref(public_id=task.public_id), message, keep=keep)
    if not fits(shown):  # names of the platform's that are longer than they ever were
        shown = replace(shown, keep=None)
    return button(label, shown, Style.PRIMARY)


def _show(work: Work, turn: Turn, task: Task, message: str) -> None:
    by, key = turn.identity.id, turn.inbound.key
    work.previews.show(task.id, task.public_id, turn.chat.id, message, by=by, key=key)
