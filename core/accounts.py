"""Who a sender is: accounts are people, identities are people on one platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.addresses import Address, Sender
from core.events import Welcome
from core.handles import by_handle, handle_of, hold, is_confirmed
from core.identity import (
    ACCOUNT_BY_ID,
    BECAME,
    BY_CHAT,
    BY_IDENTITY,
    BY_USER,
    CONTACTS,
    FOLLOW,
    IDENTITIES,
    JOIN,
    NEW_ACCOUNT,
    NEW_IDENTITY,
    RENAME,
    SET_CHAT,
    Account,
    Both,
    Identity,
    read_account,
    read_both,
    read_identity,
)
from core.met import named
from core.naming import as_told, is_unmet, name_of
from core.signup import Signup
from core.zones import is_zone

if TYPE_CHECKING:
    from core.work import Work


class Accounts:
    """Accounts, identities and chats, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def recognise(self, sender: Sender, known: Both | None = None) -> tuple[*Both, bool]:
        """The account and identity of somebody who wrote, made on first contact; whether it is
        the first. A mention of them by handle alone becomes theirs. `known`: who they were, where
        that was read. Where sign-up is not open, an account is made all the same, and is not
        joined: whoever it is waits at the door (`Account.joined`)."""
        known = known or self._find(sender)
        if known is None:
            lets_in = self._work.signup is Signup.OPEN
            account, identity = self._make(sender, joined=lets_in)
            return account, identity, lets_in
        account, identity = known
        name, handle = as_told(identity, sender)
        news = (identity.name, identity.handle, identity.user_id) != (name, handle, sender.user_id)
        news |= self._work.profile.is_news(account, sender.language)
        if news or not is_confirmed(identity, sender, self._work.now):
            self._work.questions.hold(identity.id)  # before the account, as who answers one
            self._work.profile.learn_language(account, sender.language)
            self._rename(account, identity, name, {"handle": handle, "user_id": sender.user_id})
            hold(self._work, identity.id, account.id, sender)
            if not identity.user_id:
                self._address_mention(identity, sender)
            return *self._reload(identity.id), self._join(account, name)
        return account, identity, self._join(account, name)

    def learn(self, identity: int, person: Sender) -> None:
        """What the platform says of somebody: their name; zone and language where we know none."""
        found = self.identity(identity)
        if found is None:
            return
        account, known = found
        if person.name:
            values = {"handle": known.handle, "user_id": known.user_id}
            self._rename(account, known, name_of(person), values)
            named(self._work, account.id)
        self._work.profile.learn_zone(account, known, person.timezone)
        self._work.profile.learn_language(account, person.language)

    def _rename(
        self, account: Account, identity: Identity, name: str, values: Mapping[str, str]
    ) -> None:
        self._work.lock_accounts(account.id)  # first, as who learns a language besides has done
        self._work.run(RENAME, {"identity": identity.id, "name": name, **values})
        # A name that the person did not choose here follows the platform's.
        self._work.run(FOLLOW, {"account": account.id, "old": identity.name, "name": name})

    def known(self, person: Sender) -> Account | None:
        """The account of somebody who wrote or was mentioned before."""
        found = self._find(person)
        return found[0] if found else None

    def mentioned(self, person: Sender) -> Account:
        """The account of somebody mentioned; made as a placeholder if they never wrote."""
        known = self._find(person)
        return known[0] if known else self._make(person, joined=False)[0]

    def contact(self, account: int, name: str) -> Account | None:
        """Somebody who shares a task with this account, by name or handle; None when nobody or
        more than one person fits."""
        rows = self._work.run(CONTACTS, {"account": account, "name": name.lower()}).all()
        return read_account(rows[0]) if len({row.a_id for row in rows}) == 1 else None

    def _find(self, sender: Sender) -> Both | None:
        place = {"platform": sender.platform, "scope": sender.scope}
        row = self._work.run(BY_USER, place | {"user_id": sender.user_id}).first()
        if row is None and sender.handle:
            row = by_handle(self._work, sender)
        return read_both(row) if row is not None else None

    def _make(self, sender: Sender, *, joined: bool) -> Both:
        now, name = self._work.now, name_of(sender)
        chat = self._work.chats.get(_private(sender)).id
        account = self._work.run(
            NEW_ACCOUNT,
            {
                "public_id": self._work.ids.public(12),
                "name": name,
                "timezone": sender.timezone if is_zone(sender.timezone) else "",
                "language": sender.language[:16],
                "created_at": now,
                "joined_at": now if joined else None,
            },
        ).scalar_one()
        identity = self._work.run(
            NEW_IDENTITY,
            {
                "account_id": account,
                "chat_id": chat,
                "platform": sender.platform,
                "scope": sender.scope,
                "user_id": sender.user_id,
                "handle": handle_of(sender),
                "name": name,
                "linked_at": now,
            },
        ).scalar_one()
        if joined:
            hold(self._work, identity, account, sender)
        if is_unmet(sender):
            meet = {"identity": identity}
            self._work.put_in_chat(chat, name="meet", id=f"meet:{identity}", payload=meet)
        return self._reload(identity)

    def _address_mention(self, identity: Identity, sender: Sender) -> None:
        """Somebody known by handle wrote: from now on we know their private chat."""
        chat = self._work.chats.get(_private(sender))
        self._work.run(SET_CHAT, {"identity": identity.id, "chat": chat.id})

    def let_in(self, identity: Identity) -> None:
        """Let somebody in who waited at the door: they are welcomed, and what they wanted is done.
        Repeating it changes nothing."""
        account = self.get(identity.account_id)
        values = {"account": account.id, "now": self._work.now, "name": account.name}
        if self._work.run(JOIN, values).first() is not None:
            self._work.notices.tell(Welcome(account.id), account.id, but=identity.id)
        self._work.wishes.grant(identity.id, identity.chat_id)

    def _join(self, account: Account, name: str) -> bool:
        if account.joined or self._work.signup is not Signup.OPEN:
            return False
        self._work.tell(JOIN, {"account": account.id, "now": self._work.now, "name": name})
        return True

    def _reload(self, identity: int) -> Both:
        return read_both(self._work.run(BY_IDENTITY, {"id": identity}).one())

    def get(self, account: int) -> Account:
        return read_account(self._work.run(ACCOUNT_BY_ID, {"id": account}).one())

    def find(self, account: int) -> Account | None:
        """The same; None where it was forgotten."""
        row = self._work.run(ACCOUNT_BY_ID, {"id": account}).first()
        return row and read_account(row)

    def current(self, account: int) -> int:
        """The account that an account became: itself, unless it was merged into another."""
        became: int = self._work.run(BECAME, {"id": account}).scalar_one()
        return became

    def identity(self, identity: int) -> Both | None:
        row = self._work.run(BY_IDENTITY, {"id": identity}).first()
        return read_both(row) if row is not None else None

    def of_chat(self, chat: int) -> Account | None:
        """Whose private chat this is."""
        row = self._work.run(BY_CHAT, {"chat": chat}).first()
        return read_both(row)[0] if row is not None else None

    def identities(self, account: int) -> list[Identity]:
        return [read_identity(row) for row in self._work.run(IDENTITIES, {"account": account})]


def _private(sender: Sender) -> Address:
    """The private chat with a person: both platforms take a user's id for it."""
    return Address(sender.platform, sender.scope, sender.user_id or f"@{handle_of(sender)}", True)
