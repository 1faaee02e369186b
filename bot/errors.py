"""Each refusal in words, with a way on."""

from __future__ import annotations

from functools import singledispatch

from bot import verbs
from bot.cards import button
from bot.link_refusals import not_linked
from bot.plan_refusals import full, refused
from bot.words import wait_in_words
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
def _(refusal: errors.NoSuchTask) -> Reply:
    return Reply(
        text=f"I can't find a task {refusal.ref}.".replace(" t:", " "),
        buttons=((Button("Open tasks", "list"),),),
        toast="I can't find that task any more.",
    )


@explain.register
def _(refusal: errors.NotAllowed) -> Reply:
    who = refusal.who_may
    text = {
        "claim": f"{who} has this already.",
        "decline": f"This task is not assigned to you; it is with {who}.",
        # somebody in a group, before they claimed it
        "work on": f"Only {who} can do that. If nobody has the task yet, claim it first.",
    }.get(refusal.what, f"Only {who} can {refusal.what} this.")
    return Reply(text=text, toast=text)


@explain.register
def _(refusal: errors.TooLong) -> Reply:
    text = (
        f"That {_said(refusal.what)} has {refusal.got:,} characters; {refusal.limit:,} fit. "
        "Nothing was changed: shorten it and send it again."
    )
    return Reply(text=text)


@explain.register
def _(refusal: errors.Blank) -> Reply:
    text = f"The {refusal.what} is empty. Nothing was changed."
    return Reply(text=text, hints=(Hint("add Buy milk", "for example"),))


@explain.register
def _(refusal: errors.NotUnderstood) -> Reply:
    value = refusal.value if len(refusal.value) <= 60 else refusal.value[:59] + "\u2026"
    text = f'I can\'t read "{value}" as a {refusal.what}. I know: {refusal.expected}.'
    return Reply(text=text)


@explain.register
def _(refusal: errors.TooMany) -> Reply:
    text = f"I keep up to {refusal.limit:,} {refusal.what}. Complete or delete some first."
    if "line" in refusal.what:
        text = f"Up to {refusal.limit:,} {refusal.what}, please. Nothing was changed."
    return Reply(text=text, buttons=((Button("Open tasks", "list"),),))


@explain.register
def _(refusal: errors.Stale) -> Reply:
    text = "This card was out of date - refreshed."
    return Reply(text=text, toast=text)


@explain.register
def _(refusal: errors.NothingToUndo) -> Reply:
    text = {
        "late": "Too late: a change can be undone for 10 minutes.",
        "changed": "That task was changed again since, so I left it as it is.",
    }.get(refusal.reason, "There is nothing of yours to undo.")
    return Reply(text=text, toast=text)


@explain.register
def _(refusal: errors.RateLimited) -> Reply:
    wait = wait_in_words(refusal.wait)
    text = f"Too many {refusal.what}. Try again in {wait}. Your tasks still work."
    return Reply(text=text, toast=text)


@explain.register
def _(refusal: errors.UnknownPerson) -> Reply:
    return Reply(
        text=f'I don\'t know who "{refusal.token}" is. Mention them so that the app completes '
        "their name, or name somebody you share a task with."
    )


@explain.register
def _(refusal: errors.NoSuchNotice) -> Reply:
    text = "That notice is gone."
    return Reply(text=text, toast=text, buttons=((Button("Inbox", "inbox"),),))


@explain.register
def _(refusal: errors.CodeRefused) -> Reply:
    text = "That code does not work: it is wrong, was used, or is older than 10 minutes."
    new = Hint("link", "get a new one, in the chat that is connected already")
    return Reply(text=text, hints=(new,))


@explain.register
def _(refusal: errors.LinkRefused) -> Reply:
    return not_linked(refusal.reason)


@explain.register
def _(refusal: errors.PlanLimit) -> Reply:
    return full(refusal.what, refusal.plan, refusal.limit)


@explain.register
def _(refusal: errors.BillingRefused) -> Reply:
    return refused(refusal.reason)


@explain.register
def _(refusal: errors.WrongPlace) -> Reply:
    billing = refusal.what.startswith(("plan", "subscriptions"))
    why = ", so your billing stays private" if billing else ": the answer is for you alone"
    what = "plan" if refusal.what.startswith("plan-") else refusal.what
    return Reply(text=f'"{what}" only works in a private chat with me{why}.')


def _said(what: str) -> str:
    """A field as forms call it."""
    return {"description": "note"}.get(what, what)


def unreadable(name: str, usage: str, word: str) -> Reply:
    """A line whose command is known and whose rest is not."""
    what = f' "{word}"' if word else ""
    return Reply(
        text=f"I can't read{what} there. This is how it goes:",
        hints=(Hint(f"{name} {usage}".strip()),),
        buttons=((button("Help", verbs.Help(name)),),),
    )


def defect(reference: str) -> Reply:
    """Our fault."""
    text = f"Something broke on our side. Nothing was saved. Reference: {reference}"
    return Reply(text=text, toast=text)
