"""What is kept of an answer with a secret, in words for whoever did not get it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.kept import kept
from bot.language import speaking
from core.chat import Button, Link, Prompt, Reply
from core.offer import State

CODE = Reply(title="7K3F-92AB-QW5Z", text="Send me this code.", prompt=Prompt("a", State.ISSUED))
LINK = Reply(
    text="Sign in.", buttons=((Link("Sign in", "https://x.example/link/s", secret=True),),)
)


@pytest.mark.parametrize(
    ("tag", "code", "link"),
    [("en", "The code did not", "The link did not"), ("de", "Der Code ist", "Der Link ist")],
)
def test_it_says_so_in_their_language_and_holds_nothing(tag: str, code: str, link: str) -> None:
    with speaking(tag):
        shown, led = kept(replace(CODE, instead="Below.")), kept(replace(LINK, instead="Below."))
    assert shown.text.startswith(code)
    assert led.text.startswith(link)
    assert "7K3F" not in repr(shown)
    assert "/link/s" not in repr(led)
    assert shown.instead == led.instead == ""  # what they pressed says it
    assert [each.line for each in shown.hints] == ["link"]
    assert [each.line for row in led.buttons for each in row if isinstance(each, Button)] == [
        "sign-in"
    ]


def test_what_holds_no_secret_is_kept_as_it_is() -> None:
    plain = Reply(text="Sign in.", buttons=((Link("Sign in", "https://x.example"),),))
    assert kept(plain) == plain
