"""Show a task below a link to it: to all who may see it anyway, else only if whoever posted the
link agrees. And keep up to date what somebody picked to show in another chat."""

from __future__ import annotations

from bot import verbs
from bot.cards import button, named
from bot.language import _, ngettext
from bot.turn import Turn, commands
from core.chat import Button, Reply, Style
from core.errors import NoSuchTask, RateLimited
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
    for each in command.refs:
        task = _seen(work, turn, each)
        if task is None or not _again(work, turn, task):
            continue
        name, key = task.public_id, turn.inbound.key
        if work.previews.again(name, turn.chat.id, quoted.message, key=key):
            continue  # Slack asks anew for what is shown already
        if turn.belongs_here(task):
            _show(work, turn, task, quoted.message)
        else:
            private.append(task)
    return _asked(turn, private, quoted.message) if private else Reply()


@commands.on(verbs.UnfurlNow, hidden=True)
def unfurl_now(work: Work, turn: Turn, command: verbs.UnfurlNow) -> Reply:
    try:
        task = work.tasks.get(turn.actor, command.ref)
    except NoSuchTask as refusal:
        raise NoSuchTask(refusal.ref, linked=True) from None
    _show(work, turn, task, command.message)
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
    shows = [_button(each, message) for each in tasks]
    keep = button(_("No"), verbs.Close(_("Not shown.")))
    return Reply(text=text, buttons=(*((each,) for each in shows), (keep,)))


def _button(task: Task, message: str) -> Button:
    label = _("Show {task}", task=named(task, most=LABEL_SHOWN))
    shown = verbs.UnfurlNow(Ref(public_id=task.public_id), message)
    return button(label, shown, Style.PRIMARY)


def _show(work: Work, turn: Turn, task: Task, message: str) -> None:
    by, key = turn.identity.id, turn.inbound.key
    work.previews.show(task.id, task.public_id, turn.chat.id, message, by=by, key=key)
