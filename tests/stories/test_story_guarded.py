"""What must not be got round: limits, places, audiences, and cards that tell the truth."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import CODE, Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_asking_for_a_field_runs_nothing(town: Town) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    await ada.writes("Buy milk", "#1 Buy milk")
    await ada.does("ask x done 1", "I can't read")
    await ada.does("ask title edit 1 Buy bread", "I can't read")
    await ada.does("show 1", "#1 Buy milk")
    assert all("Done by" not in words(each) for each in ada.seen())
    code = CODE.search(words(await ada.does("link", "Send me this code")))
    assert code
    await ben.does("start", "Hello")
    await ben.does(f"ask x link {code[0]}", "I can't read")
    await ben.does(f"link {code[0]}", "Connect to the account of")  # it was not spent


async def test_one_person_cannot_use_up_the_guesses_of_all(town: Town) -> None:
    eve, ada, bob = (newcomer(town, "telegram", each) for each in ("Eve", "Ada", "Bob"))
    for _ in range(5):
        await eve.does("link AAAA-BBBB-CCCC", "does not work")
    for _ in range(110):
        await eve.says("/link AAAA-BBBB-CCCC")
    await ada.writes("Buy milk", "#1 Buy milk")
    code = CODE.search(words(await ada.does("link", "Send me this code")))
    assert code
    await bob.does("start", "Hello")
    await bob.does(f"link {code[0].lower()}", "Connect to the account of")


async def test_a_code_is_not_issued_by_the_way(town: Town) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    room = group_of(town, ada, ben)
    await ada.does("start", "Hello")
    await ada.says("/link@fluxbot something", room)
    said = await ada.hears("Get a code, and send it, in a private chat.")
    assert not CODE.search(words(said))


async def test_every_card_of_a_bulk_change_is_drawn_again(ada: Somebody) -> None:
    first = await ada.writes("Buy milk", "#1 Buy milk")
    second = await ada.writes("Buy bread", "#2 Buy bread")
    await asyncio.sleep(0.3)  # until the service knows which messages the cards are
    await ada.does("done 1 2", "Done: #1 Buy milk")
    await ada.until(lambda: "Done by" in words(first) and "Done by" in words(second))


async def test_the_card_above_is_drawn_again_when_a_new_one_follows(ada: Somebody) -> None:
    above = await ada.writes("Buy milk", "#1 Buy milk")
    await asyncio.sleep(0.3)
    await ada.does("done 1", "Done by")
    await ada.until(lambda: "Done by" in words(above))
    assert "Done" not in labels(above)


async def test_what_was_typed_into_a_form_is_for_one_reader(town: Town) -> None:
    ada, ben = newcomer(town, "slack", "Ada"), newcomer(town, "slack", "Ben")
    room = group_of(town, ada, ben)
    await ada.does("start", "Hello")
    await ben.does("start", "Hello")
    card = await ada.does("add Buy milk", "Buy milk", room)
    await ada.presses(card, "Edit")
    await ada.form()
    await ben.presses(card, "Claim", then=f"@{ben.name}")
    await ada.fills(title="Buy oat milk", description="SECRET")
    await ada.until(lambda: any("SECRET" in words(each) for each in [*ada.seen(), *ada.seen(room)]))
    assert all("SECRET" not in words(each) for each in ben.seen(room))


async def test_saving_something_else_does_not_move_the_hour(ada: Somebody) -> None:
    await ada.does("timezone UTC", "UTC")
    await ada.writes("Call bank due 2031-05-04 17:00", "17:00 (UTC)")
    await ada.does("timezone Asia/Tokyo", "Asia/Tokyo")
    await ada.does("edit 1 due:2031-05-04 time:17:00 priority:high", "17:00 (UTC)")


async def test_undoing_an_assignment_tells_nobody_again(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await ada.does("assign 1 nobody", "Assigned to nobody.")
    await ben.until(lambda: "no longer yours" in words(got))
    await ada.does("undo", "Undone.")
    await asyncio.sleep(0.6)
    assert sum("assigned a task to you" in words(each) for each in ben.seen()) == 0
