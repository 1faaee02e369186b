"""What a job about billing says, to whom, and in place of which message."""

from __future__ import annotations

from collections.abc import Callable

from bot.billing_calls import Page
from bot.billing_outcomes import outcome
from bot.billing_pages import Asker, to_pay, to_portal
from bot.language import speaking
from bot.telling import Message
from core.billing_steps import Step
from core.chat import Reply
from core.work import Work


def theirs(work: Work, public_id: str) -> Step | None:
    """The step, if whoever asked still belongs to the account: queued authority is stale."""
    step = work.steps.find(public_id)
    asker = work.accounts.identity(step.identity) if step else None
    return step if step and asker and asker[0].id == step.account else None


def message_of(
    work: Work, public_id: str, words: Callable[[Work, Step, Asker], Reply]
) -> Message | None:
    """What is to be said now, in place of the "one moment" where that is known."""
    step = theirs(work, public_id)
    found = work.accounts.identity(step.identity) if step else None
    if step is None or found is None:
        return None
    account, identity = found
    chat = work.chats.by_id(identity.chat_id)
    if chat.gone:
        return None
    with speaking(account.language):
        reply = words(work, step, Asker(account, identity.platform))
    return Message(
        step.address or chat.address,
        reply,
        edit=step.message,
        still=lambda later: theirs(later, public_id) is not None,
    )


def words_of(work: Work, step: Step, asker: Asker, *, page: Page | None) -> Reply:
    if page is None:
        return outcome(work, step, step.state, asker)
    if step.kind == "portal":
        return to_portal(page.url)
    return to_pay(work, step, asker, page.url, page.until)
