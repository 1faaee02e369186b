"""Codes that are typed where they do not belong: none is kept, and each wrong one counts."""

from __future__ import annotations

import itertools

import pytest

from bot import door
from bot.commands import linking
from bot.dispatch import Handled, dispatch
from bot.kept import keep_failed
from bot.logs import HIDDEN, clean
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.limits import REDEEM_CODE, REDEEM_CODE_ALL
from core.signup import Signup
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada")
BOB = Sender("telegram", "", "2", "Bob")
GROUP = Address("telegram", "", "-5", private=False, title="Flat")
SECRET = "7K3F92QXM4TD"
_keys = itertools.count(1)


def inbound(
    who: Sender, line: str, where: Address | None = None, kind: Kind = Kind.TEXT
) -> Inbound:
    here = where or Address(who.platform, who.scope, who.user_id, private=True)
    return Inbound(f"k{next(_keys)}", kind, who, here, line)


def say(memory: Memory, message: Inbound) -> Handled:
    return memory.run(lambda work: dispatch(work, message, lambda *_: True))


def kept(memory: Memory) -> str:
    """All that is kept of messages and answers."""
    tables = ("wish", "message_key", "failed_message", "task", "question")
    return repr([memory.rows(f"SELECT * FROM {each}") for each in tables])  # noqa: S608  # our own names


TYPED = (SECRET, SECRET.lower(), "7K3F 92QX M4TD", f"link {SECRET}", "it is 7K3F-92QX-M4TD I think")


@pytest.mark.parametrize("typed", TYPED)
def test_who_waits_at_the_door_types_a_code_of_which_no_copy_is_kept(
    memory: Memory, typed: str
) -> None:
    memory.signup = Signup.INVITE
    told = say(memory, inbound(ADA, typed)).reply
    assert "send me the code that you got" in told.text
    assert any(hint.line == "link CODE" for hint in told.hints)
    assert typed not in kept(memory)


def test_the_control_what_is_no_code_is_kept(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.signup = Signup.INVITE
    say(memory, inbound(ADA, "Buy milk"))
    assert "Buy milk" in kept(memory)
    monkeypatch.setattr(door, "holds_code", lambda _: False)
    say(memory, inbound(ADA, SECRET))
    assert SECRET in kept(memory)


@pytest.mark.parametrize("line", [f"start l_{SECRET}", f"start i_{SECRET}", *TYPED])
def test_a_message_that_broke_is_kept_without_its_code(memory: Memory, line: str) -> None:
    memory.run(lambda work: keep_failed(work, inbound(ADA, line, kind=Kind.COMMAND), "broke"))
    rows = kept(memory).upper().replace(" ", "").replace("-", "")
    assert SECRET not in rows


def test_the_control_its_code_would_be_kept(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.kept.looks_like_code", lambda _: False)
    monkeypatch.setattr("bot.kept.clean", lambda text: text)
    line = f"link {SECRET}"
    memory.run(lambda work: keep_failed(work, inbound(ADA, line, kind=Kind.COMMAND), "broke"))
    assert SECRET in kept(memory)


def test_a_deep_link_reaches_no_log() -> None:
    assert clean(f"GET https://t.me/fluxbot?start=l_{SECRET}").endswith(f"start={HIDDEN}")


def test_a_wrong_code_in_a_group_counts_as_everywhere(memory: Memory) -> None:
    """Else one person could use up, in a group, what everybody has together."""
    said = [
        say(memory, inbound(BOB, "link AAAA-BBBB-CCCC", GROUP, Kind.COMMAND)).reply.text
        for _ in range(REDEEM_CODE.times + 3)
    ]
    assert all(each.startswith("Not here, please.") for each in said[: REDEEM_CODE.times])
    assert all(each.startswith("Too many link attempts.") for each in said[REDEEM_CODE.times :])
    used = memory.rows("SELECT used FROM rate WHERE name = ?", REDEEM_CODE_ALL.name)
    assert used == [(REDEEM_CODE.times,)]


def test_the_control_what_is_only_answered_would_not_count(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "_not_here", lambda *_: Reply(text="Not here, please."))
    for _ in range(REDEEM_CODE.times + 3):
        said = say(memory, inbound(BOB, "link AAAA-BBBB-CCCC", GROUP, Kind.COMMAND)).reply.text
        assert said == "Not here, please."


def test_the_control_an_invitation_would_be_good_still(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.signup = Signup.INVITE
    monkeypatch.setattr(linking, "_void", lambda *_: True)
    code, _ = memory.run(lambda work: work.invitations.issue(None))
    say(memory, inbound(ADA, f"link {code}", GROUP, Kind.COMMAND))
    assert "you are in" in say(memory, inbound(BOB, code)).reply.text


def test_an_invitation_that_others_read_is_void(memory: Memory) -> None:
    memory.signup = Signup.INVITE
    code, _ = memory.run(lambda work: work.invitations.issue(None))
    told = say(memory, inbound(ADA, f"link {code}", GROUP, Kind.COMMAND)).reply
    assert "so it is void" in told.text
    assert "does not work" in say(memory, inbound(BOB, code)).reply.text
