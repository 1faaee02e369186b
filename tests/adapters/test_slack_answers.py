"""An answer goes where the person looks for it, and nowhere that others should not read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.api import SlackApi
from core.chat import Audience, Button, Card, Form, Question, Reply
from core.errors import RetryLater, TokenRevoked, Unsendable
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import Wired, card, payload, said, wired

HERE = Reply(title="Buy milk", card=Card("t", 1), audience=Audience.HERE)
MINE = Reply(text="Only for you")
ASK = Reply(form=Form("add", "Add a task", (Question("title", "Title"),)))


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


async def test_a_card_is_posted_in_the_channel(slack: Wired) -> None:
    sent, body = await slack.turn("command in a channel", HERE)
    assert sent is not None
    assert body is None
    channel, ts = sent.message.split("/")
    posted = slack.slack.messages[channel, ts]
    assert (channel, posted["unfurl_links"], posted["unfurl_media"]) == ("C0HOME", False, False)
    assert not posted.keys() & {"link_names", "parse", "reply_broadcast"}
    assert sent.address.chat == "C0HOME"


async def test_where_the_bot_is_no_member_it_says_how_to_invite_it(slack: Wired) -> None:
    slack.slack.members.clear()
    sent, _ = await slack.turn("command in a channel", HERE)
    (whispered,) = slack.slack.responses
    assert sent is None
    assert whispered["response_type"] == "ephemeral"
    assert "/invite @fluxbot" in said(whispered)
    assert "Buy milk" in said(whispered)


async def test_a_private_chat_is_written_to_by_the_persons_id(slack: Wired) -> None:
    sent, _ = await slack.turn("direct message", MINE)
    assert sent is not None
    (posted,) = slack.slack.called("chat.postMessage")
    assert posted["channel"] == sent.address.chat == "U0ANN"
    assert sent.message.startswith("D0ANN/")


async def test_a_mention_is_answered_in_its_thread(slack: Wired) -> None:
    await card(slack)
    await slack.turn("mention in a thread", HERE)
    assert slack.slack.called("chat.postMessage")[0]["thread_ts"] == "1700000002.000100"


async def test_a_private_answer_to_a_mention_is_ephemeral(slack: Wired) -> None:
    sent, _ = await slack.turn("mention in a thread", MINE)
    (whispered,) = slack.slack.called("chat.postEphemeral")
    assert sent is None
    assert (whispered["channel"], whispered["user"]) == ("C0HOME", "U0ANN")
    assert slack.slack.called("chat.postMessage") == []


async def test_a_press_edits_the_pressed_message(slack: Wired) -> None:
    ts = await card(slack)
    sent, _ = await slack.turn("press on a card", replace(HERE, title="Done"))
    assert sent is not None
    assert sent.message == f"C0HOME/{ts}"
    assert said(slack.slack.messages["C0HOME", ts]) == "Done."


async def test_a_private_answer_to_a_press_in_a_channel_leaves_the_card(slack: Wired) -> None:
    ts = await card(slack)
    sent, _ = await slack.turn("press on a card", MINE)
    (whispered,) = slack.slack.responses
    assert sent is None
    assert (whispered["replace_original"], said(whispered)) == (False, "Only for you.")
    assert said(slack.slack.messages["C0HOME", ts]) == "Buy milk."


async def test_a_press_in_a_private_chat_edits(slack: Wired) -> None:
    ts = await card(slack, "D0ANN")
    await slack.turn("press in a direct message", MINE)
    assert said(slack.slack.messages["D0ANN", ts]) == "Only for you."


async def test_a_fresh_answer_is_a_message_of_its_own(slack: Wired) -> None:
    ts = await card(slack)
    sent, _ = await slack.turn("press on a card", replace(HERE, title="New", fresh=True))
    assert sent is not None
    assert sent.message != f"C0HOME/{ts}"
    assert said(slack.slack.messages["C0HOME", ts]) == "Buy milk."


async def test_a_press_on_a_message_that_is_gone_is_answered_anew(slack: Wired) -> None:
    sent, _ = await slack.turn("press on a card", HERE)
    assert sent is not None
    assert len(slack.slack.called("chat.postMessage")) == 1


async def test_an_ephemeral_message_is_replaced_through_its_url(slack: Wired) -> None:
    await slack.turn("press on an ephemeral message", MINE)
    (replaced,) = slack.slack.responses
    assert (replaced["replace_original"], said(replaced)) == (True, "Only for you.")


@pytest.mark.parametrize("thread", ["", "1700000002.000100"])
async def test_an_ephemeral_message_is_deleted_through_its_url(slack: Wired, thread: str) -> None:
    pressed = payload("press on an ephemeral message")["container"]
    given = {**pressed, "thread_ts": thread} if thread else pressed
    anew = replace(MINE, instead="Below.")
    await slack.turn("press on an ephemeral message", anew, container=given)
    new, deleted = slack.slack.responses
    assert (new["replace_original"], said(new)) == (False, "Only for you.")
    assert new.get("thread_ts", "") == thread  # where the old one was
    assert deleted == {"delete_original": True}


async def test_an_ephemeral_message_that_stays_fails_nothing(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    respond = SlackApi.respond

    async def used_up(self: SlackApi, url: str, message: dict[str, Any]) -> None:
        if "delete_original" in message:
            raise Unsendable("used_url")
        await respond(self, url, message)

    monkeypatch.setattr(SlackApi, "respond", used_up)
    await slack.turn("press on an ephemeral message", replace(MINE, instead="Below."))
    assert [said(each) for each in slack.slack.responses] == ["Only for you."]


async def test_sharing_from_an_ephemeral_message_posts_in_the_channel(slack: Wired) -> None:
    sent, _ = await slack.turn("press on an ephemeral message", HERE)
    assert sent is not None
    assert sent.message.startswith("C0HOME/")


async def test_a_toast_is_ephemeral_and_changes_nothing(slack: Wired) -> None:
    ts = await card(slack)
    await slack.turn("press on a card", Reply(toast="Only @alice may do this"))
    (toast,) = slack.slack.responses
    assert (toast["replace_original"], said(toast)) == (False, "Only @alice may do this.")
    assert said(slack.slack.messages["C0HOME", ts]) == "Buy milk."


@pytest.mark.parametrize("url", ["", "used"])
async def test_without_a_usable_url_a_toast_is_an_ephemeral_message(slack: Wired, url: str) -> None:
    slack.slack.fail("hook:used", Failure(error="used_url", status=404))
    await slack.turn(
        "press on a card", Reply(toast="Gone"), response_url=url and slack.slack.hook(url)
    )
    assert len(slack.slack.called("chat.postEphemeral")) == 1
    assert slack.slack.responses == []


async def test_where_nothing_ephemeral_works_it_is_said_privately(slack: Wired) -> None:
    slack.slack.members.clear()
    await slack.turn("mention in a thread", MINE)
    (posted,) = slack.slack.called("chat.postMessage")
    assert posted["channel"] == "U0ANN"


async def test_a_toast_that_is_lost_does_not_repeat_the_answer(slack: Wired) -> None:
    await card(slack)
    slack.slack.fail("hook:one", Failure(status=429))
    sent, _ = await slack.turn("press on a card", replace(HERE, toast="Done"))
    assert sent is not None
    slack.slack.fail("hook:one", Failure(status=429))
    with pytest.raises(RetryLater):
        await slack.turn("press on a card", Reply(toast="Done"))


async def test_a_drawn_button_pressed_is_its_line(slack: Wired) -> None:
    button = Button("Done", "done t:9k3f7q2m rev:17")
    await slack.turn("command in a channel", replace(HERE, buttons=((button,),)))
    drawn = slack.slack.called("chat.postMessage")[0]["blocks"][-1]["elements"][0]
    await slack.turn("press on a card", MINE, actions=[drawn])
    assert slack.bot.inbound[-1].line == button.line


async def test_a_revoked_token_is_said_to_be(slack: Wired) -> None:
    slack.slack.fail("chat.postMessage", Failure(error="token_revoked"))
    with pytest.raises(TokenRevoked):
        await slack.turn("command in a channel", HERE)
