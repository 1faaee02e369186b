"""What is offered to whoever types to the bot in another chat, and to whom nothing is."""

from __future__ import annotations

import itertools

import pytest

from bot import suggesting
from bot.dispatch import dispatch
from bot.suggesting import suggestions
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.forgetting import forget
from core.rights import Actor
from core.signup import Signup
from core.task import Ref
from core.work import Work
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada", "ada")
BEN = Sender("telegram", "", "2", "Ben", "ben")
_keys = itertools.count(1)


def says(memory: Memory, who: Sender, text: str, **people: Sender) -> None:
    home = Address("telegram", "", who.user_id, private=True)
    named = {f"@{name}": each for name, each in people.items()}
    inbound = Inbound(f"k{next(_keys)}", Kind.TEXT, who, home, text, people=named)
    memory.run(lambda work: dispatch(work, inbound, lambda *_: True))


def offered(memory: Memory, who: Sender, text: str = "") -> list[str]:
    return [each.title for each in memory.run(lambda work: suggestions(work, who, text))]


def actor(work: Work, who: Sender) -> Actor:
    account, identity, _ = work.accounts.recognise(who)
    return Actor(account.id, account.name, identity.id, identity.chat_id, private=True)


@pytest.mark.parametrize("signup", [Signup.INVITE, Signup.CLOSED])
def test_who_waits_at_the_door_is_offered_nothing(memory: Memory, signup: Signup) -> None:
    """What they pick would be said of a task that is not added."""
    says(memory, ADA, "Milk")
    memory.signup = signup
    assert offered(memory, BEN, "Bread") == []  # a stranger
    says(memory, BEN, "Bread")
    assert offered(memory, BEN, "Bread") == []  # known, and outside
    assert offered(memory, BEN) == []
    assert offered(memory, ADA, "mil") == ["Add: mil", "#1 Milk"]  # who is in


def test_where_everybody_may_come_in_a_stranger_may_add(memory: Memory) -> None:
    says(memory, ADA, "Bread")
    assert offered(memory, BEN, "Bread") == ["Add: Bread"]
    assert offered(memory, BEN) == []
    assert memory.rows("SELECT count(*) FROM identity") == [(1,)]  # typing makes nobody known


CODES = ("7K3F-92QX-M4TD", "link 7k3f92qxm4td", "my code is 7K3F-92QX-M4TD")


@pytest.mark.parametrize("text", CODES)
def test_a_code_is_not_offered_to_be_said_aloud(memory: Memory, text: str) -> None:
    says(memory, ADA, "Milk")
    assert offered(memory, ADA, text) == []


def test_the_control_it_would_be(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "quotes_code", lambda _: False)
    says(memory, ADA, "Milk")
    assert offered(memory, ADA, CODES[0]) == [f"Add: {CODES[0]}"]


HOSTILE = (
    '"', '" OR "', "who : a1", "who:a1", "a1", "a1*", "*", "NEAR(quokka)", "quokka OR a2",
    "title : quokka", "^quokka", "-quokka", "{title} : quokka", "' | '@1", "quokka:*", "\\", "%",
    "@1", "quokka\x00", "(quokka", "quokka AND NOT who",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_nobody_elses_is_found(memory: Memory, text: str) -> None:
    says(memory, ADA, "Quokka")
    says(memory, BEN, "Bread")
    assert [each for each in offered(memory, BEN, text)[1:] if "Quokka" in each] == []
    # The control: the same words find her own, where they are words of it.
    assert offered(memory, ADA, "quokka")[1:] == ["#1 Quokka"]


def test_what_is_no_longer_theirs_is_offered_no_more(memory: Memory) -> None:
    says(memory, BEN, "Tea")
    says(memory, ADA, "Quokka @ben", ben=BEN)
    assert len(offered(memory, BEN, "quokka")) == 2
    [(name,)] = memory.rows("SELECT public_id FROM task WHERE title = 'Quokka'")
    take = {"assignee": None}
    memory.run(lambda work: work.tasks.update(actor(work, ADA), Ref(public_id=name), take))
    assert offered(memory, BEN, "quokka") == ["Add: quokka"]
    assert offered(memory, BEN) == ["#1 Tea"]


def test_who_was_forgotten_is_a_stranger(memory: Memory) -> None:
    says(memory, ADA, "Quokka")
    assert len(offered(memory, ADA, "quokka")) == 2
    memory.run(lambda work: forget(work, actor(work, ADA).account))
    assert offered(memory, ADA, "quokka") == ["Add: quokka"]
    assert offered(memory, ADA) == []
    memory.signup = Signup.CLOSED
    assert offered(memory, ADA, "quokka") == []
