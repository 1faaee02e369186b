"""A chart is drawn beside the loop, in a platform's colours, kept, and shown with its words."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from PIL import Image

from adapters import charts
from adapters.sandbox.files import picture as shown
from adapters.slack.files import LOOK as SLACK
from adapters.telegram.sending import LOOK as TELEGRAM
from core.chat import Audience, Bar, Picture, Reply
from core.errors import ChatGone
from tests.adapters.contract import Desk

Draw = Callable[[], Awaitable[object]]


def of(*values: int, label: str = "1 Jan", alt: str = "In words: <b>3</b> & more.") -> Picture:
    bars = tuple(Bar(f"{number} {label}", value) for number, value in enumerate(values))
    return Picture("a.png", bars, alt)


async def pixels(picture: Picture, look: charts.Look) -> Image.Image:
    file = await charts.draw(picture, look)
    return Image.open(io.BytesIO(file.content)).convert("RGB")


def colour(name: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(name.removeprefix("#")))


@pytest.mark.parametrize("look", [TELEGRAM, SLACK])
async def test_it_has_the_platform_s_colours(look: charts.Look) -> None:
    image = await pixels(of(3, 1, 4), look)
    assert image.size == (charts.WIDTH, charts.HEIGHT)
    found = {each for _, each in image.getcolors(charts.WIDTH * charts.HEIGHT) or ()}
    assert {colour(look.paper), colour(look.bar)} <= found
    other = SLACK if look is TELEGRAM else TELEGRAM
    assert colour(other.bar) not in found


async def test_the_highest_bar_is_the_most() -> None:
    image, bar = await pixels(of(2, 8, 4), TELEGRAM), colour(TELEGRAM.bar)
    third = (charts.WIDTH - 80) // 3
    heights = [
        sum(image.getpixel((40 + third * n + third // 2, y)) == bar for y in range(charts.HEIGHT))
        for n in range(3)
    ]
    assert heights[1] > heights[2] > heights[0] > 0
    assert abs(heights[1] - 2 * heights[2]) <= 12


@pytest.mark.parametrize("values", [(0,), (0, 0, 0), (1,), (10**9, 1), tuple(range(53))])
async def test_whatever_the_numbers_it_is_drawn(values: tuple[int, ...]) -> None:
    image = await pixels(of(*values), TELEGRAM)
    assert image.size == (charts.WIDTH, charts.HEIGHT)


async def test_letters_that_the_font_has_not_are_drawn_as_those_it_has() -> None:
    """A control: a label that says something else is another picture."""
    umlaut, plain, other = of(1, label="Mär"), of(1, label="Mar"), of(1, label="May")
    drawn = [await charts.draw(each, TELEGRAM) for each in (umlaut, plain, other)]
    assert drawn[0].content == drawn[1].content != drawn[2].content


async def test_the_same_is_drawn_once() -> None:
    first, again = [await charts.draw(of(5, 6, 7), TELEGRAM) for _ in range(2)]
    assert first.content is again.content
    assert (await charts.draw(of(5, 6, 8), TELEGRAM)).content is not first.content


async def test_the_loop_goes_on_meanwhile() -> None:
    """A control: drawn in the loop, nothing else happens."""

    async def inline() -> None:
        charts._png(of(*range(31, 41)).bars, TELEGRAM)

    await charts.draw(of(1), TELEGRAM)  # the library is loaded
    assert await beats(lambda: charts.draw(of(*range(21, 31)), TELEGRAM)) > 1
    assert await beats(inline) <= 1


async def beats(draw: Draw) -> int:
    """How often the loop turned while something was drawn."""
    turned = 0

    async def turn() -> None:
        nonlocal turned
        while True:
            await asyncio.sleep(0)
            turned += 1

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    turned = 0
    await draw()
    turning.cancel()
    return turned


def test_nothing_is_loaded_before_the_first() -> None:
    code = "import sys, bot.app; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # our own


# -- on its way ----------------------------------------------------------------------------------


@pytest.fixture
async def started(desk: Desk) -> Desk:
    await desk.say("hello")
    return desk


def with_picture(**said: str) -> Reply:
    return Reply(text="Your <b>weeks</b>.", picture=of(1, 2, 3, **said), audience=Audience.HERE)


async def test_it_arrives_with_its_words(started: Desk) -> None:
    await started.platform.send(started.place.private_address, with_picture())
    message = started.sandbox.world.messages(started.place.private)[-1]
    block = next(each for each in message.blocks if each["kind"] == "picture")
    look = TELEGRAM if started.place.name == "telegram" else SLACK
    drawn = (await charts.draw(of(1, 2, 3), look)).content
    assert block == shown(drawn, block["alt"])
    assert message.text.startswith("Your <b>weeks</b>.")
    read = block["alt"] if started.place.name == "slack" else message.text
    assert "In words: <b>3</b> & more." in read


async def test_words_that_are_too_long_are_cut(started: Desk) -> None:
    await started.platform.send(started.place.private_address, with_picture(alt="w" * 5000))
    message = started.sandbox.world.messages(started.place.private)[-1]
    assert any(each["kind"] == "picture" for each in message.blocks)


async def test_a_chat_that_is_gone_is_said_so(started: Desk) -> None:
    nowhere = replace(started.place.private_address, chat="9999")
    with pytest.raises(ChatGone):
        await started.platform.send(nowhere, with_picture())
