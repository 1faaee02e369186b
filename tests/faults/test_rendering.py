"""What people write is drawn by both platforms' renderers, wherever a reply can say it: inert, and
within the limits (`promises.md` B10). Beside it `tests/bot/test_render_everything.py` draws
every screen of the conversation, of the worst that the core takes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from adapters.sandbox.telegram_html import parse_html, utf16
from adapters.sandbox.telegram_objects import checked_keyboard
from adapters.slack.render import draw
from adapters.telegram.render import render
from core.chat import Reply
from tests.adapters.hostile_text import FIELDS, HOSTILE, inert, reply_of

SHORT, WHOLE = 60, 100_000
ALPHABETS = (
    "abcdefghij klmnop qrstuv wxyz .,;:!?-",
    "<>&\"'/\\!@#|*_~`^[](){}=+$%\n\t ",
    "\u00e4\u00df\u0130\u0131\u03a9\u0645\u0631\u062d\u0628\u05d0\u4e2d\u65e5\u3042\u0939\u093f ",
    "\u202a\u202e\u2066\u2069\u200b\u200d\ufeff\x00\x1b\x7f\x85\u2028\u0301\u0e33",
    "\U0001f95b\U0001f468\u200d\U0001f469\U0001f1e9\U0001f1ea\u2764\ufe0f",
)
LENGTHS = (0, 1, 3, 10, 40, 120, 500, 4000)
LONG = 200


def texts(count: int, seed: int) -> Iterator[str]:
    """Of pieces of what is hostile and of several scripts, mostly short; the same for each seed."""
    chance = random.Random(seed)  # noqa: S311  # nothing secret, and the same again
    for _ in range(count):
        length = chance.choices(LENGTHS, (2, 8, 20, 30, 20, 15, 4, 1))[0]
        yield "".join(_pieces(chance, length))[:length]


def _pieces(chance: random.Random, length: int) -> Iterator[str]:
    made = 0
    while made < length:
        if chance.random() < 0.2:
            whole = chance.choice(HOSTILE)
            begin = chance.randrange(len(whole))
            piece = whole[begin : begin + chance.randrange(1, 40)]
        else:
            piece = "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randrange(1, 12)))
        made += len(piece)
        yield piece


def on_slack(reply: Reply) -> list[str]:
    """What would be wrong with it there."""
    return inert("slack", draw(reply, "/task"))


def on_telegram(reply: Reply) -> list[str]:
    """What would be wrong with it there."""
    found: list[str] = []
    for page in (*render(reply), *render(reply, single=True)):
        parsed = parse_html(page.html)
        checked_keyboard(page.keyboard)
        found += inert("telegram", {"text": parsed.text, "entities": parsed.entities})
        found += [] if 0 < utf16(parsed.text) <= 4096 else [f"{utf16(parsed.text)} units"]
    return found


PLATFORMS: dict[str, Callable[[Reply], list[str]]] = {"slack": on_slack, "telegram": on_telegram}


@pytest.mark.promise("B10", on="neither")
@pytest.mark.parametrize("count", [SHORT, pytest.param(WHOLE, marks=pytest.mark.faults)])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_whatever_is_written_is_drawn_inert(
    platform: str, count: int, record_property: Callable[[str, object], None]
) -> None:
    for number, text in enumerate(texts(count, seed=10)):
        # Everywhere at once; the longest by turns, since much of it leaves no room for the rest.
        says = dict.fromkeys(FIELDS, text)
        says = {FIELDS[number % len(FIELDS)]: text} if len(text) > LONG else says
        assert PLATFORMS[platform](reply_of(says)) == [], (number, ascii(text[:200]))
    record_property("texts", count)
    record_property("fields", len(FIELDS))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.control("B10")
def test_without_escaping_it_would_not(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.telegram.render.escape", lambda text: text)
    monkeypatch.setattr("adapters.slack.render.escape", lambda text, limit: text[:limit])

    def alive(text: str) -> bool:
        try:
            return PLATFORMS[platform](reply_of({"text": text})) != []
        except Exception:  # Telegram refuses what it can't parse
            return True

    assert any(alive(each) for each in texts(SHORT, seed=10))
