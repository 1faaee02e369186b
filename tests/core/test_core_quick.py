"""Dataclasses that are made quickly are those that Python makes, in all else."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from core.chat import Button, Menu, Style
from core.quick import quick
from core.task import Draft, Ref


def plain() -> Any:
    """A class as Python makes it."""

    @dataclass(frozen=True, slots=True)
    class Value:
        name: str
        count: int = 0
        people: Mapping[str, int] = field(default_factory=dict)
        tags: tuple[str, ...] = ()

    return Value


Slow, Quick = plain(), quick(plain())


GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a",), {}),
    (("a", 1), {"tags": ("x",)}),
    ((), {"name": "a", "people": {"b": 1}}),
    (("a", 1, {}, ()), {}),
]


@pytest.mark.parametrize(("args", "named"), GIVEN)
def test_it_keeps_what_it_is_given(args: tuple[Any, ...], named: dict[str, Any]) -> None:
    slow, made = Slow(*args, **named), Quick(*args, **named)
    assert [getattr(made, each) for each in Quick.__slots__] == [
        getattr(slow, each) for each in Slow.__slots__
    ]
    assert str(inspect.signature(Quick)) == str(inspect.signature(Slow))


def test_what_is_made_anew_is_made_for_each() -> None:
    assert Quick("a").people is not Quick("a").people


@pytest.mark.parametrize("wrong", [{}, {"name": "a", "other": 1}])
def test_it_is_refused_what_it_has_no_field_for(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Quick(**wrong)


def test_it_is_frozen_and_equal_and_copied_as_any() -> None:
    made = Ref(public_id="9k3f7q2m", revision=17)
    with pytest.raises(FrozenInstanceError):
        made.revision = 18  # type: ignore[misc]  # that is what is tried
    assert made == Ref(0, "9k3f7q2m", 17) != replace(made, revision=18)
    assert hash(made) == hash(Ref(0, "9k3f7q2m", 17))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # our own


def test_what_follows_from_one_has_fields_of_its_own() -> None:
    menu = Menu("Due", "due 1", options=(Button("Today", "due 1 today"),), beside=True)
    assert (menu.label, menu.style, menu.beside) == ("Due", Style.PLAIN, True)
    assert Draft("Buy milk").labels == ()


def test_only_a_plain_one_is_taken() -> None:
    with pytest.raises(TypeError, match="no plain dataclass"):

        @quick
        @dataclass(frozen=True, slots=True)
        class _Checked:
            name: str

            def __post_init__(self) -> None: ...

    with pytest.raises(TypeError, match="no plain dataclass"):

        @quick
        @dataclass(frozen=True, slots=True)
        class _Named:
            name: str = field(kw_only=True)

    with pytest.raises(TypeError, match="no plain dataclass"):
        quick(dataclass(frozen=True)(type("_Loose", (), {"__annotations__": {"name": str}})))
