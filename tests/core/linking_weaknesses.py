"""Weaknesses to be found by the model check: each is the service's own code with some words
changed, so that one protection is taken away, and nothing else."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Weakness:
    """`place`: a function, a method or a statement of that module. `old` must stand in it once."""

    what: str
    module: str
    place: str
    old: str
    new: str


_ALWAYS = 'bindparam("session") != "",'
WEAKNESSES = (
    Weakness(
        "the letters are not typed: signing in and agreeing is enough",
        "core.web_links",
        "WebLinks.consent",
        "self._work.prompts.redraw(found.public_id, State.ASKED)",
        "connect(self._work, self._work.accounts.identity(found.identity)[1], Way.WEB, "
        "issuer=found.issuer, subject=found.subject, name=found.name)",
    ),
    Weakness(
        "letters are taken from any chat",
        "core.web_link_rows",
        "FINISH",
        '_w.identity_id == bindparam("identity"),',
        '_w.identity_id + bindparam("identity") > 0,',
    ),
    Weakness(
        "letters of any attempt are taken",
        "core.web_link_rows",
        "FINISH",
        '_w.code_hash == bindparam("code"),',
        'bindparam("code", type_=_w.code_hash.type).in_('
        "select(schema.web_link.alias().c.code_hash)),",
    ),
    Weakness(
        "letters may be tried without end",
        "core.web_link_rows",
        "MISS",
        "state=case((_w.tries + 1 >= TRIES, State.DENIED), else_=_w.state)",
        "state=_w.state",
    ),
    Weakness(
        "any browser that had the link open goes on after the sign-in",
        "core.web_link_rows",
        "CONSENT",
        "_HERS,",
        _ALWAYS,
    ),
    Weakness(
        "any chat of the account says yes, not only the one that showed the code",
        "core.linking",
        "Linking.agree",
        "if identity.id != row.source_id:",
        "if identity.account_id != row.account_id:",
    ),
    Weakness(
        "one yes is enough",
        "core.attempts",
        "FINISH",
        "_l.target_agreed,",
        "",
    ),
    Weakness(
        "a code works twice",
        "core.attempts",
        "REDEEM",
        "state=State.ASKED,",
        "state=State.ISSUED,",
    ),
    Weakness(
        "a code works for ever",
        "core.attempts",
        "BY_CODE",
        "_LIVE",
        "_OPEN",
    ),
    Weakness(
        "whoever is blocked enters the next code",
        "core.linking",
        "Linking.redeem",
        "if self._work.run(sql.BLOCKED, who).first() is not None:",
        "if False:",
    ),
    Weakness(
        "tasks come along without a question",
        "core.joining",
        "join",
        "    if apart:",
        "    if links.moved(work, link):\n"
        "        merge.move(work, link, identity.account_id, account)\n"
        "    if apart:",
    ),
    Weakness(
        "a linking is undone after more than a day",
        "core.taking_back",
        "undo",
        "if work.now - link.linked_at > UNDO_FOR:",
        "if False:",
    ),
    # Twelve are the bar; these are as likely to be made.
    Weakness(
        "a sign-in that was begun in one browser ends in another",
        "core.web_link_rows",
        "CLAIM",
        '_s.session_hash == bindparam("session"),',
        _ALWAYS,
    ),
    Weakness(
        "the second who signs in takes the attempt over",
        "core.web_link_rows",
        "SIGN_IN",
        "_w.state == State.ISSUED",
        "_w.state.in_((State.ISSUED, State.SIGNED_IN))",
    ),
    Weakness(
        "what the app asked in one chat is answered in another",
        "core.app_links",
        "_END",
        '_a.identity_id == bindparam("identity"),',
        '_a.id + bindparam("identity") > 0,',
    ),
    Weakness(
        "the code before stays good",
        "core.linking",
        "Linking.issue",
        "self.void_of(identity.account_id)",
        "pass",
    ),
    Weakness(
        "a chat of somebody else takes a linking back",
        "core.joining",
        "_ours",
        "into == identity.account_id",
        "into > 0",
    ),
    Weakness(
        "whoever agreed proves any chat to be theirs",
        "core.proving",
        "prove",
        " or not _is(found[1], who)",
        "",
    ),
    Weakness(
        "who came today takes everybody along to a third account",
        "core.newcomers",
        "may_connect",
        "_refuse(work, _AMONG_OTHERS, identity.id, identity.account_id)",
        "pass",
    ),
    Weakness(
        "who came today sends away whoever was there",
        "core.newcomers",
        "may_part",
        'raise LinkRefused("newcomer")',
        "pass",
    ),
    # That it is done too early takes two: `_DUE` alone finds `newcomers.may_part` still in its way.
    Weakness(
        "what who came today asks for is never done",
        "core.carrying_out",
        "carry_out",
        "if kept is False:",
        "if kept is None:",
    ),
    Weakness(
        "what was kept is disconnected all the same",
        "core.carrying_out",
        "carry_out",
        "if kept is False:",
        "if kept is not None:",
    ),
    Weakness(
        "a sign-in that came today lets somebody in",
        "core.newcomers",
        "may_let_in",
        'raise LinkRefused("new-sign-in")',
        "pass",
    ),
    Weakness(
        "who came today takes back what was there before",
        "core.newcomers",
        "may_take_back",
        "_refuse(work, _LATER, identity.id, identity.account_id, link=link.id)",
        "pass",
    ),
    Weakness(
        "what stayed apart today is moved by whoever was there",
        "core.newcomers",
        "moves",
        "is not None",
        "is not None or True",
    ),
    Weakness(
        "tasks stay where they were moved when the linking is undone",
        "core.taking_back",
        "undo",
        "merge.give_back(work, link, account)",
        "pass",
    ),
)


def changed(weakness: Weakness) -> tuple[Any, str, Any]:
    """Whose attribute is to be replaced, its name, and by what. Raises `ValueError` where the words
    are not there any more: then the weakness has to be written anew."""
    module: Any = importlib.import_module(weakness.module)
    owner, _, name = weakness.place.rpartition(".")
    holder = getattr(module, owner) if owner else module
    source = _source(module, holder, name)
    if source.count(weakness.old) != 1:
        raise ValueError(f"{weakness.place} has {source.count(weakness.old)} of {weakness.old!r}")
    made: dict[str, Any] = {}
    code = compile(source.replace(weakness.old, weakness.new), f"<{weakness.what}>", "exec")
    exec(code, dict(vars(module)), made)  # noqa: S102  # our own source, changed as the table says
    return holder, name, made[name]


def _source(module: Any, holder: Any, name: str) -> str:
    found = getattr(holder, name)
    if inspect.isfunction(found):
        return "from __future__ import annotations\n" + textwrap.dedent(inspect.getsource(found))
    whole = inspect.getsource(module)
    for node in ast.parse(whole).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.get_source_segment(whole, node) or ""
    raise ValueError(f"{name} is nothing that can be changed")


@contextmanager
def weakened(weakness: Weakness) -> Iterator[None]:
    """The service with that weakness, wherever the changed thing is known."""
    holder, name, made = changed(weakness)
    was = getattr(holder, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holder, name, made)
        for module in [each for each in sys.modules.values() if each.__name__.startswith("core.")]:
            for attribute in [key for key, value in vars(module).items() if value is was]:
                patch.setattr(module, attribute, made)
        yield
