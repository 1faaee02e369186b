"""Below a link to a task stands a Work Object, under the rules of any preview; its details are for
whoever opens them."""
# long: they share one town, and a town costs more than all of them

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import Message, slack_links
from adapters.sandbox.model import Json
from bot.commands import unfurling
from tests.service_kit import Town, plain
from tests.stories.cast import Somebody, group_of, labels, newcomer, words
from tests.stories.test_story_unfurl import posts

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {
    "slack_unfurl": True,
    "slack_work_objects": True,
    "public_url": "https://bot.example.org",
    "telegram_mode": "polling",
    "secret_key": "k" * 32,
}


@pytest.fixture
def ada(town: Town) -> Somebody:
    town.sandbox.slack.unfurl_domains = {"bot.example.org"}
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


async def link_of(who: Somebody, title: str, room: str = "") -> str:
    """The link of their first task, which is new: their own, or a channel's."""
    await who.does(f"add {title}", title.partition(" !")[0], room)
    return await share(who, 1)


async def share(who: Somebody, number: int) -> str:
    shared = await who.does(f"share {number}", "/task/")
    return next(each for each in plain(shared).split() if each.startswith("http"))


def below(message: Message) -> list[Json]:
    """The Work Objects of a message, as Slack holds them."""
    return [each["entity"] for each in message.sent.get("attachments", ()) if "entity" in each]


async def object_of(who: Somebody, message: Message, title: str) -> Json:
    def found() -> Any:
        titles = [each["entity_payload"]["attributes"]["title"]["text"] for each in below(message)]
        return title in titles and below(message)[titles.index(title)]

    entity: Json = await who.until(found)
    return entity


async def opens(who: Somebody, message: Message) -> Json:
    """What they see in the pane once the bot answered."""
    await who.town.sandbox.open_details(who.id, message.chat, message.id)
    return await sees(who)


async def sees(who: Somebody, state: str = "", *, but: Json | None = None) -> Json:
    def shown() -> Any:
        pane = who.town.sandbox.world.panes.get(who.id, {"state": "loading"})
        return pane["state"] != "loading" and state in pane["state"] and pane != but and pane

    pane: Json = await who.until(shown)
    return pane


async def presses(who: Somebody, label: str) -> None:
    actions = {
        each["label"]: each["action_id"] for each in who.town.sandbox.world.panes[who.id]["actions"]
    }
    shown = await who.town.sandbox.press_details(who.id, actions[label])
    assert not shown.error, shown.error


def values(pane: Json) -> dict[str, str]:
    return {each["label"]: each["value"] for each in pane["entity"]["fields"]}


async def test_what_the_channel_has_is_drawn_with_its_fields(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Water the plants !high 2031-05-04", room)
    message = await posts(ada, link, room)
    entity = await object_of(ada, message, "Water the plants")
    payload = entity["entity_payload"]
    assert payload["fields"] == {
        "status": {"value": "Open", "tag_color": "blue"},
        "due_date": {"type": "slack#/types/date", "value": "2031-05-04"},
        "priority": {"value": "High"},
        "created_by": {"type": "slack#/types/user", "user": {"text": ada.name}},
    }
    assert "actions" not in payload  # below a link everybody would have them
    assert (entity["url"], entity["external_ref"]["id"]) == (link, link.rpartition("/")[2])
    assert "Water the plants" in plain(message)


async def test_it_follows_the_task_and_is_taken_away(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants", room), room)
    await object_of(ada, message, "Water the plants")
    await ada.does("done 1", "Water the plants")
    await ada.until(lambda: "Done by" in plain(message))
    assert below(message)[0]["entity_payload"]["fields"]["status"]["tag_color"] == "green"
    asked = await ada.does("delete 1", "Delete #1")
    await ada.presses(asked, next(each for each in labels(asked) if each.startswith("Delete")))
    gone = await object_of(ada, message, "This task is not shared here any more.")
    assert gone["entity_payload"]["fields"] == {}
    assert len(below(message)) == 1
    assert "Water the plants" not in plain(message)


async def test_a_private_task_shows_nothing_until_its_reader_agrees(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk !high 2031-05-04 17:00 remind 1h")
    message = await posts(ada, link, room)
    asked = await ada.hears("Only you see this", room)
    assert not below(message)
    await ada.presses(asked, "Show #1 Buy milk", "Shown.")
    entity = await object_of(ada, message, "Buy milk")  # and not "#1": the number is Ada's own
    assert "Reminds you" not in str(entity)
    assert "Reminds you" in values(await opens(ada, message))


async def test_the_control_without_the_rule_a_private_task_is_drawn_at_once(
    ada: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfurling.Turn, "belongs_here", lambda *_: True)
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Buy milk"), room)
    await object_of(ada, message, "Buy milk")


async def test_two_links_at_most_and_not_twice_in_half_an_hour(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    links = []
    for number, title in enumerate(("One", "Two", "Three"), 1):
        await ada.does(f"add {title}", title, room)
        links.append(await share(ada, number))
    message = await posts(ada, " ".join(links), room)
    await ada.until(lambda: len(below(message)) == 2)
    again = await posts(ada, links[0], room)
    await posts(ada, links[2], room)
    await ada.town.sandbox.settled()
    await ada.does("done 1", "One", room)
    await ada.until(lambda: "Done by" in plain(message))
    assert len(below(message)) == 2
    assert not below(again)


async def test_whoever_does_the_task_sees_all_of_it_with_its_buttons(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants", room), room)
    await object_of(ada, message, "Water the plants")
    pane = await opens(ada, message)
    assert pane["state"] == "shown"
    assert [each["label"] for each in pane["actions"]][:2] == ["Done", "Due"]
    await presses(ada, "Done")
    done = await sees(ada, but=pane)
    assert done["entity"]["tag"] == {"text": "Done", "colour": "green"}
    assert next(each["label"] for each in done["actions"]) == "Undo"
    await ada.until(lambda: "Done by" in plain(message))  # below the link, too
    await presses(ada, "Undo")
    undone = await sees(ada, but=done)
    assert undone["entity"]["tag"]["text"] == "Open"
    assert not ada.seen(room)[-1].ephemeral_for  # nothing is said beside it


async def test_a_question_is_for_whoever_asks_and_a_form_opens(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants", room), room)
    await object_of(ada, message, "Water the plants")
    await opens(ada, message)
    await presses(ada, "Due")
    asked = await ada.hears("When is it due?", room)
    assert asked.ephemeral_for == ada.id
    await presses(ada, "Edit")
    await ada.fills(title="Water the garden")
    await object_of(ada, message, "Water the garden")
    saved = await ada.hears("Saved", room)  # in words: Slack let the trigger of no form open a pane
    assert saved.ephemeral_for == ada.id


async def test_what_else_comes_of_a_press_stands_beside_the_task(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants !high every day", room), room)
    await object_of(ada, message, "Water the plants")
    pane = await opens(ada, message)
    await presses(ada, "Done")
    done = await sees(ada, but=pane)
    assert values(done)["Done."].startswith("Next: ")


async def test_who_only_reads_the_channel_sees_what_all_see_and_may_claim(
    ada: Somebody, ben: Somebody
) -> None:
    await ben.is_met()
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants", room), room)
    await object_of(ada, message, "Water the plants")
    pane = await opens(ben, message)
    assert [each["label"] for each in pane["actions"]] == ["Claim"]
    await presses(ben, "Claim")
    claimed = await sees(ben, but=pane)
    assert values(claimed)["Assignee"] == ben.name
    assert "Done" in [each["label"] for each in claimed["actions"]]


async def test_who_may_not_see_it_is_told_so_in_words(ada: Somebody, ben: Somebody) -> None:
    await ben.is_met()
    await ben.does("language de", "Deutsch")
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Buy milk"), room)
    await ada.presses(await ada.hears("Only you see this", room), "Show #1 Buy milk", "Shown.")
    await object_of(ada, message, "Buy milk")
    pane = await opens(ben, message)
    assert (pane["state"], "entity" in pane) == ("error", False)
    assert pane["text"].startswith("Diese Aufgabe")


async def test_who_is_not_known_is_led_to_the_bot_and_entered_nowhere(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Water the plants", room), room)
    await object_of(ada, message, "Water the plants")
    for _ in range(2):
        pane = await opens(ben, message)
        assert pane["state"] == "connect"
        assert pane["connect"] == "https://slack.com/app_redirect?app=A0FLUXBOT&team=T0ACME"
        assert "entity" not in pane
    await ben.does("start", "Hello")
    assert (await opens(ben, message))["state"] == "shown"


async def test_slack_asks_anew_for_what_is_shown_and_nobody_is_asked_again(
    ada: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfurling, "_again", lambda *_: True)  # half an hour later
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Buy milk"), room)
    await ada.presses(await ada.hears("Only you see this", room), "Show #1 Buy milk", "Shown.")
    await object_of(ada, message, "Buy milk")
    edits = message.edited
    for who in (ada, ben):
        person = ada.town.sandbox.world.people[who.id]
        chat = ada.town.sandbox.world.chats[room]
        slack_links.tell(ada.town.sandbox.slack, person, chat, message)
    await ada.until(lambda: message.edited > edits)
    await ada.town.sandbox.settled()
    await ada.does("list", "Buy milk")
    assert ada.count("Only you see this", room) == 0  # it says "Shown." by now
    for who in (ada, ben):
        assert not [each for each in who.seen(room) if "have to know you" in words(each)]


async def test_where_the_app_has_no_work_objects_the_preview_is_plain_and_follows(
    ada: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.previews.PLAIN_FOR", 0.0)  # the others' town, too
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Water the plants", room)
    for refuses in ("off", "unheard"):
        monkeypatch.setattr(ada.town.sandbox.slack.panes, "objects", refuses)
        monkeypatch.setattr(unfurling, "_again", lambda *_: True)
        message = await posts(ada, link, room)
        await ada.until(lambda message=message: "Water the plants" in plain(message))
        assert not below(message)
    await ada.does("done 1", "Water the plants")
    await ada.until(lambda: "Done by" in plain(message))
    monkeypatch.setattr(ada.town.sandbox.slack.panes, "objects", "on")
    await ada.does("undo", "Undone.")
    await object_of(ada, message, "Water the plants")  # it takes the place of what was there
