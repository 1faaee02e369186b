"""Which rows are about a person: the one list that exports and forgetting go by.

Every table has a decision here; a test compares it with the schema, so that a new table without
one fails. `tests/core/test_core_personal.py` has the rules for columns, too."""

# long: it is one list of decisions

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, false, or_, select, true

from core import newcomers
from core import schema as s
from core.chat import Inbound
from core.failures import KEPT
from core.identity import Identity
from core.installs import PLATFORM

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with all that is theirs, as the values of the conditions below."""

    accounts: tuple[int, ...]
    """Their account, those that became it, and those that they left something in."""
    identities: tuple[Identity, ...]
    logins: tuple[tuple[str, str], ...]
    """(issuer, subject)."""
    allowances: tuple[str, ...]
    """What stands for them where their tries are counted."""

    @property
    def chats(self) -> list[int]:
        """Their private chats."""
        return sorted({each.chat_id for each in self.identities})

    @property
    def values(self) -> Mapping[str, Any]:
        places = [f"{each.platform}:{each.scope}:{each.user_id}" for each in self.identities]
        return {
            "accounts": list(self.accounts),
            "identities": [each.id for each in self.identities],
            "chats": self.chats,
            "subjects": [f"{issuer} {subject}" for issuer, subject in self.logins],
            "allowances": list(self.allowances),
            # A pace has a second row for groups.
            "places": [*places, *(f"{each}#1" for each in places)],
            "slack": [each.user_id for each in self.identities if each.platform == PLATFORM],
        }


@dataclass(frozen=True, slots=True)
class Personal:
    """A table that has rows about people."""

    mine: ColumnElement[bool]
    """What they may read: their export has it."""
    goes: ColumnElement[bool]
    """What is deleted when they are forgotten. What else is done stands in `core/forgetting.py`."""
    hidden: frozenset[str] = frozenset()
    """Columns that an export leaves out: secrets, and digests of secrets."""


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A table that has none."""

    why: str


def _bound(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


_ACCOUNTS, _IDENTITIES, _CHATS = _bound("accounts"), _bound("identities"), _bound("chats")
_SUBJECTS, _PLACES, _SLACK = _bound("subjects"), _bound("places"), _bound("slack")
_ALLOWANCES = _bound("allowances")
_OWNED = select(s.task.c.id).where(s.task.c.owner_id.in_(_ACCOUNTS))
_CHANGES = select(s.change.c.id).where(s.change.c.account_id.in_(_ACCOUNTS))
_WEB_LINK = s.web_link.c.identity_id.in_(_IDENTITIES)
_WEB_SUBJECT = (s.web_link.c.issuer + " " + s.web_link.c.subject).in_(_SUBJECTS)
_WEB_LINKS = select(s.web_link.c.id)
_LINKED = s.link.c.account_id.in_(_ACCOUNTS) | s.link.c.from_id.in_(_ACCOUNTS)
_LINKS = select(s.link.c.id).where(_LINKED)
_APP_SUBJECT = s.app_link.c.issuer + " " + s.app_link.c.subject
_PAID = s.subscription.c.account_id.in_(_ACCOUNTS)
# A webhook is about them where it names their account, or the customer that they are at Polar.
TOLD_OF = or_(
    exists().where(s.account.c.id.in_(_ACCOUNTS), s.hook.c.body.contains(s.account.c.public_id)),
    exists().where(_PAID, s.hook.c.body.contains(s.subscription.c.customer_id)),
)
BY_HAND = false()
"""Not deleted: `core/forgetting.py` says what becomes of it."""


def _all(mine: ColumnElement[bool], *hidden: str) -> Personal:
    """What they may read goes with them."""
    return Personal(mine, mine, frozenset(hidden))


DECISIONS: Mapping[str, Personal | Impersonal] = {
    "account": _all(s.account.c.id.in_(_ACCOUNTS)),
    "identity": _all(s.identity.c.id.in_(_IDENTITIES)),
    "login": _all(s.login.c.account_id.in_(_ACCOUNTS)),
    # The row stays without a name, since the keys of messages refer to it.
    "chat": Personal(s.chat.c.id.in_(_CHATS), BY_HAND),
    # A task of somebody else's stays, without their name.
    "task": Personal(
        s.task.c.owner_id.in_(_ACCOUNTS) | s.task.c.assignee_id.in_(_ACCOUNTS),
        s.task.c.owner_id.in_(_ACCOUNTS),
    ),
    "concern": Personal(
        s.concern.c.account_id.in_(_ACCOUNTS),
        s.concern.c.account_id.in_(_ACCOUNTS) | s.concern.c.task_id.in_(_OWNED),
    ),
    # What they wrote to tasks of others loses its words, and its place stays.
    "note": Personal(
        s.note.c.account_id.in_(_ACCOUNTS) | s.note.c.task_id.in_(_OWNED),
        s.note.c.task_id.in_(_OWNED),
    ),
    "reminder": Personal(
        s.reminder.c.account_id.in_(_ACCOUNTS),
        s.reminder.c.account_id.in_(_ACCOUNTS) | s.reminder.c.task_id.in_(_OWNED),
    ),
    "change": _all(s.change.c.account_id.in_(_ACCOUNTS)),
    "change_task": Personal(
        s.change_task.c.change_id.in_(_CHANGES),
        s.change_task.c.change_id.in_(_CHANGES) | s.change_task.c.task_id.in_(_OWNED),
    ),
    "notice": Personal(
        s.notice.c.account_id.in_(_ACCOUNTS),
        s.notice.c.account_id.in_(_ACCOUNTS) | s.notice.c.task_id.in_(_OWNED),
    ),
    "held": _all(s.held.c.identity_id.in_(_IDENTITIES)),
    "digest": _all(s.digest.c.account_id.in_(_ACCOUNTS)),
    # The key stays without a word, so that a message that comes again is not taken for new.
    "message_key": Personal(s.message_key.c.chat_id.in_(_CHATS), BY_HAND),
    # Whose it is stands in its text: `written_by`, `names`.
    "failed_message": Personal(true(), BY_HAND),
    "card": _all(s.card.c.chat_id.in_(_CHATS) | s.card.c.task_id.in_(_OWNED)),
    "preview": _all(s.preview.c.identity_id.in_(_IDENTITIES) | s.preview.c.task_id.in_(_OWNED)),
    "preview_habit": _all(s.preview_habit.c.identity_id.in_(_IDENTITIES)),
    "preview_place": _all(s.preview_place.c.identity_id.in_(_IDENTITIES)),
    # A message in somebody else's chat goes with the task that was made of it.
    "source": Personal(
        s.source.c.account_id.in_(_ACCOUNTS),
        or_(
            s.source.c.account_id.in_(_ACCOUNTS),
            s.source.c.task_id.in_(_OWNED),
            s.source.c.chat_id.in_(_CHATS),
        ),
    ),
    "draft": _all(s.draft.c.identity_id.in_(_IDENTITIES)),
    "home": _all(s.home.c.identity_id.in_(_IDENTITIES)),
    "question": _all(s.question.c.identity_id.in_(_IDENTITIES) | s.question.c.chat_id.in_(_CHATS)),
    "link_attempt": _all(
        or_(
            s.link_attempt.c.account_id.in_(_ACCOUNTS),
            s.link_attempt.c.source_id.in_(_IDENTITIES),
            s.link_attempt.c.target_id.in_(_IDENTITIES),
        ),
        "code_hash",
    ),
    "prompt": _all(s.prompt.c.chat_id.in_(_CHATS)),
    # Also where they signed in by a link from somebody else's chat, which is not theirs to read.
    "web_link": Personal(
        _WEB_LINK,
        _WEB_LINK | _WEB_SUBJECT,
        frozenset({"token_hash", "session_hash", "code_hash"}),
    ),
    "oidc_state": Personal(
        s.oidc_state.c.web_link_id.in_(_WEB_LINKS.where(_WEB_LINK)),
        s.oidc_state.c.web_link_id.in_(_WEB_LINKS.where(_WEB_LINK | _WEB_SUBJECT)),
        frozenset({"state_hash", "session_hash"}),
    ),
    "app_link": _all(
        s.app_link.c.identity_id.in_(_IDENTITIES) | _APP_SUBJECT.in_(_SUBJECTS), "code_hash"
    ),
    "link": _all(_LINKED),
    "link_item": _all(s.link_item.c.link_id.in_(_LINKS)),
    "parting": _all(s.parting.c.identity_id.in_(_IDENTITIES)),
    "link_block": _all(
        s.link_block.c.account_id.in_(_ACCOUNTS) | s.link_block.c.identity_id.in_(_IDENTITIES)
    ),
    "invitation": _all(s.invitation.c.account_id.in_(_ACCOUNTS), "code_hash"),
    "wish": _all(s.wish.c.identity_id.in_(_IDENTITIES)),
    # The chain keeps its rows; what they say is erased.
    "audit": Personal(s.audit.c.account_id.in_(_ACCOUNTS), BY_HAND),
    # A keyed digest for a day: being forgotten begins nobody's tries anew.
    "rate": Personal(s.rate.c.key.in_(_ALLOWANCES), BY_HAND, frozenset({"key"})),
    "pace": _all(s.pace.c.key.in_(_PLACES)),
    # The workspace's own; who installed it is a person.
    "slack_install": Personal(
        s.slack_install.c.installed_by.in_(_SLACK), BY_HAND, frozenset({"token"})
    ),
    "subscription": _all(_PAID),
    "checkout": _all(s.checkout.c.account_id.in_(_ACCOUNTS)),
    "billing_step": _all(s.billing_step.c.account_id.in_(_ACCOUNTS)),
    # That it came stays, so that it is not taken for new; what it says goes.
    "hook": Personal(TOLD_OF, BY_HAND),
    "group_digest": Impersonal("when a group is told what it has to do: nobody's own"),
    "group_preset": Impersonal("how much a group is told of its tasks: nobody's own"),
    "group_news": Impersonal("which tasks of a group it is told of within a minute"),
    "product": Impersonal("what the operator sells"),
    "reconciliation": Impersonal("when the subscriptions were looked through"),
    "audit_head": Impersonal("the end of the chain: a number and a hash"),
    "tombstone": Impersonal("says nothing of anybody without the key"),
    "install_state": Impersonal("a browser, before Slack says whose"),
    "lease": Impersonal("processes of the service"),
    "upkeep": Impersonal("whether people are asked to wait"),
    "broadcast": Impersonal("what the operator tells everybody"),
}

_a, _i, _l, _g = s.account.c, s.identity.c, s.link.c, s.login.c
_MERGED = select(_a.id).where(_a.merged_into.in_(_ACCOUNTS))
_LEFT = (
    select(_i.home_id.label("id")).where(_i.account_id.in_(_ACCOUNTS), _i.home_id.is_not(None)),
    select(_l.from_id.label("id")).where(
        _l.account_id.in_(_ACCOUNTS), _l.from_id.is_not(None), _l.undone_at.is_(None)
    ),
)
_ABANDONED = select(_a.id).where(
    _a.id.in_(_ACCOUNTS),
    _a.merged_into.is_(None),
    _a.id.not_in(select(_i.account_id)),
    _a.id.not_in(select(_g.account_id)),
)
_LOGINS = select(_g.issuer, _g.subject).where(_g.account_id.in_(_ACCOUNTS)).order_by(_g.id)


def person(work: Work, account: int, *, reader: int = 0) -> Person:
    """Whoever has this account, with what they left behind in others when they linked chats.

    `reader`: the identity for which it is collected, where that is so: what others left apart less
    than a day ago is not theirs to read, as it is not theirs to move (`core/newcomers.py`)."""
    accounts = {account}
    while fresh := _more(work, accounts, reader) - accounts:
        accounts |= fresh
    identities = [each for own in sorted(accounts) for each in work.accounts.identities(own)]
    found = work.run(_LOGINS, {"accounts": list(accounts)})
    logins = [(row.issuer, row.subject) for row in found]
    tried = [f"{each.platform}:{each.scope}:{each.user_id}" for each in identities]
    tried += [f"{issuer} {subject}" for issuer, subject in logins]
    return Person(
        tuple(sorted(accounts)),
        tuple(identities),
        tuple(logins),
        tuple(work.limits.kept_for(each) for each in tried),
    )


def _more(work: Work, accounts: set[int], reader: int) -> set[int]:
    known = {"accounts": list(accounts)}
    merged = set(work.run(_MERGED, known).scalars())
    left = {found for each in _LEFT for found in work.run(each, known).scalars()}
    if reader:
        left -= newcomers.apart_of_others(work, accounts, reader)
    # One that somebody uses, perhaps after an unlinking, is theirs.
    return merged | set(work.run(_ABANDONED, {"accounts": list(left)}).scalars())


def written_by(who: Person, kept: str) -> bool:
    """Whether they wrote a kept message. Of one that nobody could read, nobody can tell."""
    message = KEPT.validate_json(kept)
    if not isinstance(message, Inbound):
        return False
    sender = (message.sender.platform, message.sender.scope, message.sender.user_id)
    return sender in {(each.platform, each.scope, each.user_id) for each in who.identities}


def names(ids: Iterable[str], kept: str) -> bool:
    """Whether one of these ids stands in a kept message, as a word of its own."""
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", kept) for each in ids if each)
