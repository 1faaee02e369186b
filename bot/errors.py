"""Each refusal in words, with a way on."""

# long: it is one list, and each is short

from __future__ import annotations

from functools import singledispatch

from bot import verbs
from bot.assigned import takes_none
from bot.cards import button
from bot.language import _
from bot.link_refusals import not_linked
from bot.plan_refusals import full, refused
from bot.words import cut, number, wait_in_words
from core import errors
from core.chat import Button, Hint, Reply


def sentence(refusal: errors.Refusal) -> str:
    """A refusal in one line, for lists of outcomes."""
    return explain(refusal).text


@singledispatch
def explain(refusal: errors.Refusal) -> Reply:
    """What to say. A refusal without words is a defect, and a test says so."""
    raise TypeError(f"no words for {type(refusal).__name__}")


@explain.register
def _no_such_task(refusal: errors.NoSuchTask) -> Reply:
    if refusal.linked:
        text = _(
            "That task is not there any more, or it is not yours to see. Whoever sent you the link "
            "can give it to you, or share it in a group of yours."
        )
        return Reply(text=text, buttons=((Button(_("Open tasks"), "list"),),))
    return Reply(
        text=_("I can't find a task {ref}.", ref=refusal.ref).replace(" t:", " "),
        buttons=((Button(_("Open tasks"), "list"),),),
        toast=_("I can't find that task any more."),
    )


@explain.register
def _closed(refusal: errors.Closed) -> Reply:
    text = _(
        "I am being looked after: nothing is lost, reminders still come and you can look at your "
        "tasks, but I take no changes for a while, so please send this again later."
    )
    return Reply(text=text, toast=text, buttons=((Button(_("Open tasks"), "list"),),))


@explain.register
def _not_allowed(refusal: errors.NotAllowed) -> Reply:
    who = refusal.who_may
    match refusal.what:
        case "claim":
            text = _("{who} has this already.", who=who)
        case "accept":
            text = _("Only {who} can accept this.", who=who)
        case "decline":
            text = _("This task is not assigned to you; it is with {who}.", who=who)
        case "work on" if who:  # somebody in a group; a list is its tasks' owner's
            text = _("Only @{who} or the list owner can complete this.", who=who)
        case "work on":
            text = _("Only the list owner can complete this. Nobody has it yet: claim it first.")
        case _other:
            text = _("Only {who} can change this.", who=who)
    return Reply(text=text, toast=text)


@explain.register
def _too_long(refusal: errors.TooLong) -> Reply:
    text = _(
        "That {what} has {got} characters; {limit} fit. Nothing was changed: shorten it and send "
        "it again.",
        what=_(_SAID.get(refusal.what, refusal.what)),
        got=number(refusal.got),
        limit=number(refusal.limit),
    )
    return Reply(text=text)


@explain.register
def _blank(refusal: errors.Blank) -> Reply:
    text = _("The {what} is empty. Nothing was changed.", what=_(refusal.what))
    return Reply(text=text, hints=(Hint(_("add Buy milk"), _("for example")),))


@explain.register
def _not_understood(refusal: errors.NotUnderstood) -> Reply:
    value = refusal.value if len(refusal.value) <= 60 else refusal.value[:59] + "\u2026"
    text = _(
        'I can\'t read "{value}" as a {what}. I know: {expected}.',
        value=value,
        what=_(refusal.what),
        expected=_(refusal.expected),
    )
    return Reply(text=text)


@explain.register
def _too_many(refusal: errors.TooMany) -> Reply:
    text = _(
        "I keep up to {limit} {what}. Complete or delete some first.",
        limit=number(refusal.limit),
        what=_(refusal.what),
    )
    if "line" in refusal.what:
        text = _(
            "Up to {limit} {what}, please. Nothing was changed.",
            limit=number(refusal.limit),
            what=_(refusal.what),
        )
    return Reply(text=text, buttons=((Button(_("Open tasks"), "list"),),))


@explain.register
def _stale(refusal: errors.Stale) -> Reply:
    text = _("This card was out of date - refreshed.")
    return Reply(text=text, toast=text)


@explain.register
def _nothing_to_undo(refusal: errors.NothingToUndo) -> Reply:
    text = {
        "late": _("Too late: a change can be undone for 10 minutes."),
        "changed": _("That task was changed again since, so I left it as it is."),
    }.get(refusal.reason, _("There is nothing of yours to undo."))
    return Reply(text=text, toast=text)


@explain.register
def _rate_limited(refusal: errors.RateLimited) -> Reply:
    wait = wait_in_words(refusal.wait)
    text = _(
        "Too many {what}. Try again in {wait}. Your tasks still work.",
        what=_(refusal.what),
        wait=wait,
    )
    return Reply(text=text, toast=text)


@explain.register
def _unknown_person(refusal: errors.UnknownPerson) -> Reply:
    return Reply(
        text=_(
            'I don\'t know who "{token}" is. Mention them so that the app completes their '
            "name, or name somebody you share a task with.",
            token=cut(refusal.token, 60),
        )
    )


@explain.register
def _takes_no_tasks(refusal: errors.TakesNoTasks) -> Reply:
    return Reply(text=takes_none(refusal.name))


@explain.register
def _no_such_notice(refusal: errors.NoSuchNotice) -> Reply:
    text = _("That notice is gone.")
    return Reply(text=text, toast=text, buttons=((Button(_("Inbox"), "inbox"),),))


@explain.register
def _code_refused(refusal: errors.CodeRefused) -> Reply:
    text = _("That code does not work: it is wrong, was used, or is older than 10 minutes.")
    new = Hint("link", _("get a new one, in the chat that is connected already"))
    return Reply(text=text, hints=(new,), buttons=((Button(_("Connect account"), "link"),),))


@explain.register
def _link_refused(refusal: errors.LinkRefused) -> Reply:
    return not_linked(refusal.reason)


@explain.register
def _plan_limit(refusal: errors.PlanLimit) -> Reply:
    return full(refusal.what, refusal.plan, refusal.limit)


@explain.register
def _billing_refused(refusal: errors.BillingRefused) -> Reply:
    return refused(refusal.reason)


@explain.register
def _wrong_place(refusal: errors.WrongPlace) -> Reply:
    what = "plan" if refusal.what.startswith("plan-") else refusal.what
    typed = f"{refusal.sign}{what.replace('-', '_') if refusal.sign == '/' else what}"
    text = _("{typed} only works in a direct message: the answer is for you alone.", typed=typed)
    if refusal.what.startswith(("plan", "subscriptions")):
        text = _(
            "{typed} only works in a direct message, so your billing stays private.", typed=typed
        )
    return Reply(text=text)


_SAID = {"description": "note"}
"""A field as forms call it."""


def unreadable(name: str, usage: str, word: str) -> Reply:
    """A line whose command is known and whose rest is not."""
    text = _("I can't read that. This is how it goes:")
    if word:
        text = _('I can\'t read "{word}" there. This is how it goes:', word=word)
    return Reply(
        text=text,
        hints=(Hint(f"{name} {usage}".strip()),),
        buttons=((button(_("Help"), verbs.Help(name)),),),
    )


def defect(reference: str) -> Reply:
    """Our fault."""
    text = _(
        "Something broke on our side. Nothing was saved. Reference: {reference}",
        reference=reference,
    )
    return Reply(text=text, toast=text)
