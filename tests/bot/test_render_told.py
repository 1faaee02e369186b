"""What is told without being asked, with the worst data that the core lets in, drawn for both
platforms (`promises.md` B10)."""

from __future__ import annotations

import pytest

from bot.digest_words import digest_of
from bot.gathered import SHOWN, gathered
from core.chat import Audience
from core.events import TaskCompleted, TaskDue
from core.rights import Actor
from core.store import Store
from core.task import Draft, Due
from core.work import Work
from tests.adapters.hostile_text import HOSTILE
from tests.bot.test_render_everything import SEATS, Seat, check, filled, store

__all__ = ["store"]  # a fixture


def fill(work: Work, seat: Seat, many: int) -> None:
    """So many tasks with the longest titles, each due, completed by somebody of the worst name."""
    chat = work.chats.heard_from(seat.address)
    account, identity, _ = work.accounts.recognise(seat.sender)
    actor = Actor(account.id, account.name, identity.id, chat.id, private=True)
    for number in range(many):
        title = filled(f"{number} {HOSTILE[number % (len(HOSTILE) - 2)]}", 500)
        task = work.tasks.add(actor, Draft(title, due=Due(work.now.date(), None, "UTC")))
        at = int(work.now.timestamp())
        due = int(task.due.instant.timestamp()) if task.due else 0
        for event in (TaskDue(task.id, at, due, False), TaskCompleted(task.id, 1, 0)):
            work.notices.tell(
                event, account.id, task=task.id, subject=title, actor=seat.sender.name
            )


@pytest.mark.parametrize("seat", [SEATS[0], SEATS[2]], ids=["telegram", "slack"])
@pytest.mark.parametrize("many", [1, SHOWN, 40])
async def test_it_can_be_drawn(store: Store, seat: Seat, many: int) -> None:
    def drawn(work: Work) -> None:
        fill(work, seat, many)
        account, identity, _ = work.accounts.recognise(seat.sender)
        notices = work.notices.page(account.id, most=100)
        for each in (notices, notices[:1], notices[:2]):
            saying = gathered(work, each, account, identity, held=False)
            assert saying is not None
            assert saying.reply.audience is Audience.HERE
            check(saying.reply)
        digest = digest_of(work, account)
        assert digest is not None
        check(digest)

    await store.mutate(drawn)
