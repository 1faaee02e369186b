"""Messages on our own account, and what Slack's refusals mean."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack import api
from adapters.slack.api import SlackApi
from adapters.slack.errors import WAIT
from adapters.slack.installs import OneToken
from adapters.slack.platform import SlackPlatform
from core.addresses import Address
from core.chat import Reply
from core.errors import (
    Ambiguous,
    ChatGone,
    DeliveryError,
    MessageGone,
    RetryLater,
    TokenRevoked,
    Unsendable,
)
from core.own_workspace import OwnWorkspace
from tests.adapters.slack_failure import Failure
from tests.adapters.slack_kit import US, Wired, wired
from tests.adapters.slack_server import BOT_TOKEN, TEAM, SlackServer

ANN = Address("slack", TEAM, "U0ANN", private=True)
HOME = Address("slack", TEAM, "C0HOME", private=False)
NEWS = Reply(text="You completed a task")


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


async def test_the_token_says_whose_it_is(slack: Wired) -> None:
    own = OwnWorkspace()
    one = OneToken(SlackApi(BOT_TOKEN, slack.slack.base_url, slack.session), own)
    for _ in range(2):
        asked = await one.of({})
        assert asked is not None
        assert asked.us == US
    assert len(slack.slack.called("auth.test")) == 1
    assert [own.named(each) for each in (TEAM, "T0OTHER", "")] == ["Acme", "", ""]


async def test_a_message_is_sent_and_edited(slack: Wired) -> None:
    sent = await slack.platform.send(ANN, NEWS)
    again = await slack.platform.send(ANN, Reply(text="Reopened"), edit=sent.message)
    assert again == sent
    (message,) = slack.slack.messages.values()
    assert message["text"] == "Reopened."
    assert await slack.platform.send(ANN, Reply(text="Reopened"), edit=sent.message) == sent


async def test_what_is_no_text_is_not_tried_again(slack: Wired) -> None:
    api = SlackApi(BOT_TOKEN, slack.slack.base_url, slack.session)
    with pytest.raises(Unsendable):
        await api.call("chat.postMessage", channel="C0HOME", text="\ud83d")
    assert slack.slack.called("chat.postMessage") == []


async def test_a_reply_goes_into_the_thread_without_telling_the_channel(slack: Wired) -> None:
    card = await slack.platform.send(HOME, NEWS)
    await slack.platform.send(HOME, NEWS, reply_to=card.message)
    replied = slack.slack.called("chat.postMessage")[1]
    assert replied["thread_ts"] == card.message.split("/")[1]
    assert "reply_broadcast" not in replied


async def test_a_thread_that_is_gone_is_left_out(slack: Wired) -> None:
    sent = await slack.platform.send(HOME, NEWS, reply_to="C0HOME/1.1")
    assert sent.message
    assert "thread_ts" not in slack.slack.called("chat.postMessage")[-1]


@pytest.mark.parametrize("ref", ["C0HOME/1.1", "", "nonsense"])
async def test_a_message_that_is_gone_cannot_be_edited(slack: Wired, ref: str) -> None:
    with pytest.raises(MessageGone):
        await slack.platform.send(HOME, NEWS, edit=ref or "C0HOME/")


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure("channel_not_found"), ChatGone),
        (Failure("not_in_channel"), ChatGone),
        (Failure("is_archived"), ChatGone),
        (Failure("user_not_found"), ChatGone),
        (Failure("user_disabled"), ChatGone),
        (Failure("cannot_dm_bot"), ChatGone),
        (Failure("message_not_found"), MessageGone),
        (Failure("cant_update_message"), MessageGone),
        (Failure("edit_window_closed"), MessageGone),
        (Failure("invalid_auth"), TokenRevoked),
        (Failure("token_revoked"), TokenRevoked),
        (Failure("account_inactive"), TokenRevoked),
        (Failure("msg_too_long"), Unsendable),
        (Failure("invalid_blocks"), Unsendable),
        (Failure("something_new"), Unsendable),
        (Failure("internal_error"), Ambiguous),
        (Failure(status=503), RetryLater),
        (Failure(html="<h1>Bad gateway</h1>", status=502), RetryLater),
        (Failure(html="<h1>Hello</h1>", status=200), Ambiguous),
        (Failure(html="<h1>Sign in</h1>", status=307, headers={"Location": "/"}), RetryLater),
        (Failure(cut=True), Ambiguous),
    ],
    ids=lambda value: value.error or str(value) if isinstance(value, Failure) else "",
)
async def test_a_refusal_is_explained(
    slack: Wired, failure: Failure, expected: type[DeliveryError]
) -> None:
    slack.slack.fail("chat.postMessage", failure)
    with pytest.raises(expected):
        await slack.platform.send(ANN, NEWS)
    assert slack.slack.messages == {}


@pytest.mark.parametrize(
    ("given", "seconds"), [("17", 17.0), ("9" * 400, 86_400.0), ("soon", WAIT)]
)
async def test_slack_says_how_long_to_wait(slack: Wired, given: str, seconds: float) -> None:
    limited = Failure("ratelimited", 429, {"Retry-After": given})
    slack.slack.fail("chat.postMessage", limited)
    with pytest.raises(RetryLater) as raised:
        await slack.platform.send(ANN, NEWS)
    assert raised.value.seconds == seconds


async def test_no_answer_in_time_is_ambiguous(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "DEADLINE", 0.2)
    slack.slack.fail("chat.postMessage", Failure(hang=True))
    with pytest.raises(Ambiguous):
        await slack.platform.send(ANN, NEWS)


async def test_what_never_left_is_sent_later(slack: Wired) -> None:
    async with SlackServer() as gone:
        away = gone.base_url
    lost = SlackPlatform(
        bot_token="xoxb-1",
        signing_secret=None,
        app_token=None,
        base_url=away,
        session=slack.session,
        receive=slack.bot.receive,
        keep_unread=slack.bot.keep_unread,
    )
    with pytest.raises(RetryLater) as raised:
        await lost.send(ANN, NEWS)
    assert raised.value.seconds == 1


async def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    near = api.web_client("xoxb-1", slack.slack.base_url, slack.session)
    far = api.web_client("xoxb-1", "https://slack.test/api/", slack.session)
    assert (near.proxy, far.proxy) == (None, "http://127.0.0.1:9")
