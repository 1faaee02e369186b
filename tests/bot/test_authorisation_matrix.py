"""Every command and every button, said by everybody: what comes of it is decided here, in a row for
each (`promises.md` B9), and what is somebody else's is not told from what is not there (T21, T26).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.slack import intake as slack
from adapters.slack.installation import Installation
from adapters.telegram import intake as telegram
from bot import commands as _table  # fills the table  # noqa: F401
from bot.turn import commands
from core import links, taking_back
from core.errors import LinkRefused
from core.identity import Identity
from core.work import Work
from tests.bot.matrix import (
    ASSIGNEE,
    FORGOTTEN,
    GUEST,
    GUEST_AT,
    MEMBER,
    MEMBER_AT,
    OTHER,
    OUTSIDE,
    OWNER,
    RELINKED,
    ROLES,
    UNLINKED,
    WHY,
    Matrix,
    Role,
)

# Who: the owner, their other chat, whoever has the task to do, whoever sees its card in a group or
# a shared channel, the same people with a task that is not that group's, strangers (another
# workspace, a chat that left the account), and who waits at the door (also who was forgotten).
COLUMNS: tuple[tuple[Role, ...], ...] = (
    (OWNER,), (RELINKED,), (ASSIGNEE,), (MEMBER, GUEST), (MEMBER_AT, GUEST_AT), (OTHER, UNLINKED),
    (FORGOTTEN, OUTSIDE),
)  # fmt: skip
RULES = {
    # Tasks: see, work on, own (`house.md` section 8).
    "see": "sees sees sees sees gone gone door",
    "see, said to others": "self self self self gone gone door",
    "work": "does does does denied gone gone door",
    "worked": "sees sees sees denied gone gone door",
    "own": "does does denied denied gone gone door",
    "form of whoever works": "self self self denied gone gone door",
    "by a link": "sees sees sees denied gone gone gone",
    "mine to do": "does does does self self self door",
    "asked of owners": "sees sees denied denied gone gone door",
    "form of owners": "self self denied denied gone gone door",
    "own, or leave": "does does denied denied gone gone gone",
    "claim": "denied denied sees does gone gone door",
    "claim, in its group": "self self self does gone self door",
    "decline": "denied denied does denied gone gone door",
    "of who was asked": "self self sees self self self door",
    "one's own of a task": "does does sees denied gone gone door",
    "assignee's": "denied denied does denied gone gone door",
    # What belongs to an account, or to one chat of it.
    "account's": "does does gone gone gone gone door",
    "account's, of who was there": "does gone gone gone gone gone door",
    "of who is new": "gone does gone gone gone gone door",
    "asked of an account": "self self gone gone gone gone door",
    "shown to an account": "sees sees gone gone gone gone door",
    "chat's": "does gone gone gone gone gone gone",
    "chat's, once in": "does gone gone gone gone gone door",
    "letters": "does gone gone self self gone gone",
    # Whatever somebody does to themselves and reads of themselves.
    "mine": "does does self self self self door",
    "mine, in Slack": "self does self self self self door",
    "mine, of who was there": "does gone self self self self door",
    "mine, there and at the door": "does gone self self self self self",
    "read": "sees sees sees self self self door",
    "who": "sees sees self self self self self",
    "record": "sees sees self place place self self",
    "copy": "does does self place place self self",
    "copy, of who was there": "does gone self place place self self",
    "private": "self self self place place self self",
    "private, after a day": "gone gone self place place self self",
    "private, once in": "self self self place place self door",
    "nothing to take back": "gone gone gone place place gone door",
    "asked of who pays": "self gone gone place place gone door",
    "mine, in private": "does does self place place self door",
    "mine, of who pays": "does gone self place place self door",
    "paid": "does gone gone place place gone door",
    "harmless": "self self self self self self door",
    "open": "self self self self self self self",
}
"""By column. `sees`: the owner's words; `does`: changes what the owner has; `self`: neither, so it
is about whoever says it; `denied`: they see it and may not; `gone`: as if it were not there."""
ROWS = {
    "add": ("mine", "add Buy milk"),
    # None of these people is on the list, so for none of them is there such a command.
    "admin": ("open", "admin user telegram:1"),
    "admin-unlink-now": ("open", "admin-unlink-now {identity} at:{at}"),
    "admin-broadcast-now": ("open", "admin-broadcast-now 1 at:{at}"),
    "capture-message": ("mine", 'capture-message title:"Buy milk"'),
    "remind-about": ("harmless", "remind-about"),
    "unfurl": ("harmless", "unfurl t:{task}"),
    "unfurl-now": ("see, said to others", "unfurl-now t:{task} C1/1.2"),
    "unfurl-not": ("mine", "unfurl-not"),
    "previews": ("mine, in Slack", "previews never"),
    "details": ("see", "details t:{task}"),
    "shown-elsewhere": ("see, said to others", "shown-elsewhere t:{task}"),
    "react": ("harmless", "react on pushpin"),
    "reactions": ("harmless", "reactions"),
    "reword": ("open", "reword Other words"),
    "show": ("see", "show t:{task}"),
    "more": ("worked", "more t:{task}"),
    "done": ("work", "done t:{task}"),
    "reopen": ("worked", "reopen t:{task}"),
    "begin": ("work", "begin t:{task}"),
    "cancel": ("own, or leave", "cancel t:{task}"),
    "delete": ("asked of owners", "delete t:{task}"),
    "delete-now": ("own", "delete-now t:{task} at:{at}"),
    "edit": ("own", "edit t:{task} Other words"),
    "due": ("own", "due t:{task} 2026-12-24"),
    "pick": ("asked of owners", "pick t:{task}"),
    "repeat": ("own", "repeat t:{task} weekdays"),
    "skip": ("asked of owners", "skip t:{task}"),
    "snooze": ("one's own of a task", "snooze t:{task} 2h"),
    "remind": ("work", "remind t:{task} off"),
    "nag": ("assignee's", "nag t:{task} 15m"),
    "assign": ("own", "assign t:{task} nobody"),
    "label": ("own", "label t:{task} ~errand"),
    "claim": ("claim", "claim t:{task}"),
    "to-claim": ("claim, in its group", "to-claim t:{task}"),
    "accept": ("decline", "accept t:{task}"),
    "decline": ("decline", "decline t:{task}"),
    "offers": ("of who was asked", "offers"),
    "incoming": ("mine", "incoming off"),
    "undo": ("account's", "undo {change}"),
    "list": ("read", "list"),
    "home": ("read", "home"),
    "find": ("read", "find words"),
    "filter": ("harmless", "filter"),
    "bulk": ("harmless", "bulk"),
    "several": ("harmless", "several done 0123abcd"),
    "note": ("work", "note t:{task} more words"),
    "notes": ("see", "notes t:{task}"),
    "share": ("asked of owners", "share t:{task}"),
    "stats": ("harmless", "stats"),
    "inbox": ("read", "inbox"),
    "read": ("account's", "read {notice}"),
    "drop": ("account's, of who was there", "drop {notice}"),
    "start": ("open", "start"),
    "settings": ("harmless", "settings"),
    "name": ("mine", "name X"),
    "timezone": ("mine", "timezone Europe/Berlin"),
    "zone-here": ("mine", "zone-here Tokyo"),
    "zone-move": ("harmless", "zone-move Asia/Tokyo"),
    "digest": ("mine", "digest on 8:30 daily"),
    "group-digest": ("harmless", "group-digest on 8:30 daily"),
    "group-preset": ("harmless", "group-preset all"),
    "quiet": ("mine", "quiet 22:00 8:00"),
    "preset": ("mine", "preset normal"),
    "fewer": ("harmless", "fewer news"),
    "plan-news": ("harmless", "plan-news"),
    "language": ("mine", "language de"),
    "notify": ("account's", "notify off {identity}"),
    "whoami": ("who", "whoami"),
    "link": ("mine, of who was there", "link"),
    "sign-in": ("mine, there and at the door", "sign-in"),
    "sign-in-stop": ("chat's", "sign-in-stop"),
    "letters": ("letters", "letters BCDF-GHJK"),
    "join": ("chat's", "join {attempt}"),
    "refuse": ("chat's", "refuse {attempt}"),
    "block": ("chat's, once in", "block {attempt}"),
    "joinapp": ("chat's", "joinapp {app}"),
    "refuseapp": ("chat's", "refuseapp {app}"),
    "move-tasks": ("of who is new", "move-tasks {link}"),
    "leave-apart": ("harmless", "leave-apart {link}"),
    "undo-move": ("asked of an account", "undo-move {link}"),
    "undo-link": ("account's", "undo-link {link}"),
    "invite": ("private, once in", "invite"),
    "unlink": ("asked of an account", "unlink {identity}"),
    "unlink-now": ("account's", "unlink-now {identity} at:{at}"),
    "keep-connected": ("account's", "keep-connected {asked}"),
    "security": ("record", "security"),
    "plan": ("private, once in", "plan"),
    "plans": ("private, once in", "plans"),
    "subscriptions": ("private, once in", "subscriptions"),
    "plan-change": ("paid", "plan-change when:now at:{at} teams"),
    "plan-cancel": ("paid", "plan-cancel reason:other when:now at:{at}"),
    "plan-resume": ("nothing to take back", "plan-resume at:{at}"),
    "privacy": ("private", "privacy"),
    "export": ("copy, of who was there", "export all"),
    "forget-me": ("private, after a day", "forget-me"),
    "forget-me-now": ("private", "forget-me-now"),
    "help": ("open", "help"),
    "small-talk": ("open", "small-talk thanks"),
    "ask": ("asked of owners", "ask title edit t:{task}"),
    "close": ("open", "close"),
}
"""A rule and a line for each command in the table."""
ALSO = {
    "unlink login:{login}": "shown to an account",
    "unlink-now login:{login} at:{at}": "account's",
    "timezone here Tokyo": "mine",
    "unfurl-now t:{task} keep:on C1/1.2": "see, said to others",
    "previews everywhere": "mine, in Slack",
    "previews": "harmless",
    "list all": "read",
    "list share": "read",
    "bulk done": "mine to do",
    "bulk delete": "harmless",
    "note t:{task}": "form of whoever works",
    "start t_{task}": "by a link",
    "security below:{notice}": "private",
    "edit t:{task}": "asked of owners",
    "assign t:{task}": "form of owners",
    "label t:{task}": "asked of owners",
    "delete-now t:{task} at:0": "asked of owners",
    "forget-me-now \"forget owner\" at:{at}": "private",
    "export": "copy",
    "plan resume": "nothing to take back",
    "plan keep": "nothing to take back",
    "plan renewals on": "mine, in private",
    "plan web": "mine, of who pays",
    "plan refresh": "mine, in private",
    "plan change teams": "asked of who pays",
    "plan cancel": "asked of who pays",
}  # fmt: skip
"""More lines of some, where what they say makes a difference."""


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    made = Matrix()
    yield made
    made.memory.close()


def cells() -> Iterator[tuple[str, str]]:
    """Rule and line."""
    yield from ROWS.values()
    yield from ((rule, line) for line, rule in ALSO.items())


def decided(rule: str) -> Iterator[tuple[Role, str]]:
    """What everybody may expect."""
    for roles, verdict in zip(COLUMNS, RULES[rule].split(), strict=True):
        yield from ((role, verdict) for role in roles)


@pytest.mark.parametrize(("rule", "line"), list(cells()), ids=[line for _, line in cells()])
def test_everybody_gets_what_was_decided(matrix: Matrix, rule: str, line: str) -> None:
    expected = {role.name: verdict for role, verdict in decided(rule)}
    found = {role.name: matrix.verdict(role, matrix.line(line, role)) for role in ROLES}
    assert found == expected


@pytest.mark.parametrize(("rule", "line"), list(cells()), ids=[line for _, line in cells()])
def test_what_is_foreign_is_not_told_from_what_is_not_there(
    matrix: Matrix, rule: str, line: str
) -> None:
    """The same line with and without what it names: the same answer, by as many statements."""
    for role, verdict in decided(rule):
        if verdict == "gone" and role not in (OWNER, RELINKED):
            there, missing = matrix.twin(role, matrix.line(line, role))
            assert there == missing, role.name


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("line", ["undo-link {link}", "undo-move {link}", "move-tasks {link}"])
def test_a_foreign_linking_says_nothing_of_a_later_one(
    matrix: Matrix, line: str, moved: bool
) -> None:
    """Whoever was connected once knows its name from their Undo button. Neither the answer nor the
    number of statements says that the account went on to another, or became part of it."""
    with matrix.memory.aside():
        matrix.memory.run(lambda work: matrix.joins_the_partner(work, moved=moved))
        there, missing = matrix.twin(UNLINKED, matrix.line(line, UNLINKED))
        assert there == missing


def test_the_control_one_statement_more_is_noticed(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_where_there_is_one(work: Work, identity: Identity, public_id: str) -> bool:
        last = links.last_after(work, public_id)
        return last is not None and work.accounts.current(last.account) == identity.account_id

    monkeypatch.setattr(taking_back, "_goes_on_to", only_where_there_is_one)
    with matrix.memory.aside():
        matrix.memory.run(lambda work: matrix.joins_the_partner(work, moved=False))
        there, missing = matrix.twin(UNLINKED, matrix.line("undo-link {link}", UNLINKED))
        assert there != missing


def undecided(names: set[str]) -> set[str]:
    return names ^ set(ROWS)


def test_every_command_has_its_row() -> None:
    assert undecided({each.name for each in commands}) == set()
    assert {role for column in COLUMNS for role in column} == set(ROLES)
    assert {rule for rule, _ in cells()} == set(RULES)


def test_a_command_without_a_row_is_found_out() -> None:
    assert undecided({"brand-new", *(each.name for each in commands)}) == {"brand-new"}


# -- who is nobody -------------------------------------------------------------------------------

ME = telegram.Me(1, "fluxbot")
US = Installation("T1", "UBOT", "BBOT")
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
LIAR = {**ANONYMOUS, "is_bot": False}
"""The id of all anonymous admins, should Telegram ever call it a person."""
BOT = {"id": 7, "is_bot": True, "first_name": "Bot"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Ann"}


def typed(who: dict[str, object], line: str, **more: object) -> telegram.Arrived:
    chat = {"id": -100, "type": "supergroup", "title": "Flat"}
    name, _, rest = line.partition(" ")
    text = f"/{name.replace('-', '_')} {rest}"
    message = {"message_id": 9, "date": 1, "chat": chat, "from": who, "text": text, **more}
    return telegram.read({"update_id": 1, "message": message}, ME)


def pressed(who: dict[str, object], line: str) -> telegram.Arrived:
    chat = {"id": -100, "type": "supergroup", "title": "Flat"}
    query = {"id": "1", "from": who, "data": line, "message": {"message_id": 9, "date": 1}}
    query["message"] |= {"chat": chat}  # type: ignore[operator]  # the dict above
    return telegram.read({"update_id": 1, "callback_query": query}, ME)


def said_on_slack(line: str, **by: str) -> object:
    event = {"type": "message", "channel": "D1", "text": line, "ts": "1.1", **by}
    return slack.read({"type": "event_callback", "event_id": "E", "event": event}, US)


@pytest.mark.parametrize(("rule", "line"), list(cells()), ids=[line for _, line in cells()])
def test_who_is_no_person_says_nothing(matrix: Matrix, rule: str, line: str) -> None:
    """Anonymous admins, channels and bots: nothing of theirs reaches the table."""
    said = matrix.line(line, OWNER)
    for who in (ANONYMOUS, LIAR, BOT):
        assert typed(who, said).inbound is None
        assert pressed(who, said).inbound is None
    assert typed(PERSON, said, sender_chat={"id": -100, "type": "supergroup"}).inbound is None
    assert said_on_slack(said, user="U1", bot_id="B7") is None
    assert said_on_slack(said, user="UBOT") is None
    # The same, said by a person, does.
    assert typed(PERSON, said).inbound is not None
    assert pressed(PERSON, said).inbound is not None
    assert said_on_slack(said, user="U1") is not None


# -- negative controls ---------------------------------------------------------------------------


def test_rights_that_are_not_checked_are_found_out(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tasks.may", lambda task, actor, right: True)
    assert matrix.verdict(OTHER, matrix.line("done t:{task}", OTHER)) == "does"
    assert matrix.verdict(OTHER, matrix.line("show t:{task}", OTHER)) == "sees"


def test_an_answer_that_tells_what_is_there_is_found_out(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    def telling(*_: object) -> LinkRefused:
        return LinkRefused("other-chat")

    monkeypatch.setattr("core.attempts.elsewhere", telling)
    there, missing = matrix.twin(OTHER, matrix.line("join {attempt}", OTHER))
    assert there != missing
    monkeypatch.setitem(WHY, "NotAllowed", "gone")
    there, missing = matrix.twin(MEMBER, matrix.line("done t:{task}", MEMBER))
    assert there != missing
