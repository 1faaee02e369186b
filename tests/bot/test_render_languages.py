"""The screens of `test_render_everything` in every other language: within the limits, each button
readable, and no sentence left in English that has a translation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.language import ENGLISH, LANGUAGES, catalogue
from core.chat import Button, Form, Link, Reply
from core.store import Store
from core.task import Priority
from tests.bot.test_render_everything import SEATS, Seat, Walk, buttons, fill, pay, store

__all__ = ["store"]  # a fixture

OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
TASKS = 100
IN_PRIVATE = (SEATS[0], SEATS[2])
_KEPT = {each.value for each in Priority} | {"link"}
"""Values that forms and lines have in English, too."""


class Listener(Walk):
    """Notes what was said."""

    language = ENGLISH

    def follow(self, screen: str, reply: Reply) -> None:
        """Raises `AssertionError` for a whole label or sentence that stayed in English."""
        catalogued = catalogue(self.language).said
        for said in whole_sentences(reply):
            assert catalogued.get(said, said) == said or said in _KEPT, (screen, said)
        stay = (tuple(each for each in row if not _switches(each)) for row in reply.buttons)
        super().follow(screen, replace(reply, buttons=tuple(stay)))


def _switches(button: Button | Link) -> bool:
    """Whether it is another language from then on."""
    return isinstance(button, Button) and button.line.startswith("language ")


def whole_sentences(reply: Reply) -> Iterator[str]:
    """What is said in one piece: texts may be put together of several, so they are cut."""
    for line in reply.text.splitlines():
        yield from (line, *(f"{part.removesuffix('.')}." for part in line.split(". ")))
    yield from (reply.title, reply.toast, *(each.label for each in buttons(reply)))
    yield from (each.text for each in reply.hints)
    for fact in reply.facts:
        yield fact.label
    yield from (() if reply.form is None else in_form(reply.form))


def in_form(form: Form) -> Iterator[str]:
    yield from (form.title, form.submit, form.leave)
    for each in form.questions:
        yield from (each.label, each.help, *(option.label for option in each.options))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("seat", IN_PRIVATE, ids=["telegram", "slack"])
async def test_every_screen_fits_in_every_language(store: Store, seat: Seat, language: str) -> None:
    seat = replace(seat, sender=replace(seat.sender, language=language))
    await store.mutate(lambda work: pay(work, seat))
    await store.mutate(lambda work: fill(work, seat, TASKS))
    walk = Listener(seat)
    walk.language = language
    await walk.go(store)
    assert walk.seen > 200


def test_a_label_left_in_english_is_found() -> None:
    walk = Listener(SEATS[0])
    walk.language = "de"
    with pytest.raises(AssertionError, match="Nothing was connected"):
        walk.follow("link", Reply(text="Hallo. Nothing was connected."))
