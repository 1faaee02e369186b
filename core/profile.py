"""What people may say about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from core import schema
from core.cleaning import clean
from core.errors import NotUnderstood, TooLong
from core.identity import NAME_LIMIT, Account, Identity
from core.presets import Preset
from core.zone_moving import bring_along, place_counted
from core.zones import NOWHERE, is_zone

if TYPE_CHECKING:
    from core.work import Work

_a, _i = schema.account.c, schema.identity.c
_PROFILE = update(schema.account).where(_a.id == bindparam("account"))
_SET_PROFILE = {
    name: _PROFILE.values({name: bindparam("value")}) for name in ("name", "timezone", "language")
}
# What they said themselves while it was asked stays: over several processes the account may have
# been read before they did.
_LEARN = {
    name: _PROFILE.where(_a[name] == "").values({name: bindparam("value")}).returning(_a.id)
    for name in ("timezone", "language")
}
_ASK_ZONE = (
    _PROFILE.where(_a.timezone == "", _a.zone_asked.is_(False))
    .values(zone_asked=True)
    .returning(_a.id)
)
_RENEWALS = _PROFILE.values(tell_renewals=bindparam("on"))
_TELLS_RENEWALS = select(_a.tell_renewals).where(_a.id == bindparam("account"))
_NOTIFY = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"), _i.account_id == bindparam("account"))
    .values(notify=bindparam("on"))
    .returning(_i.id)
)
_SET_PRESET = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"), _i.account_id == bindparam("account"))
    .values(preset=bindparam("preset"))
    .returning(_i.id)
)
_SET_HERE = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"), _i.account_id == bindparam("account"))
    .values(timezone=bindparam("zone"))
    .returning(_i.id)
)
_PLAN_NEWS = select(_a.plan_news).where(_a.id == bindparam("account"))
_SET_PLAN_NEWS = _PROFILE.values(plan_news=bindparam("platform"))


class Profile:
    """Name, time zone, language and notices, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def rename(self, account: int, name: str) -> None:
        """Raises `NotUnderstood` for a blank name, `TooLong` beyond `NAME_LIMIT`."""
        cleaned = " ".join(clean(name).split())
        if not cleaned:
            raise NotUnderstood("name", name, "a name")
        if len(cleaned) > NAME_LIMIT:
            raise TooLong("name", NAME_LIMIT, len(cleaned))
        self._work.run(_SET_PROFILE["name"], {"account": account, "value": cleaned})

    def set_timezone(self, account: int, zone: str) -> None:
        """Raises `NotUnderstood` for what is no IANA zone."""
        if not is_zone(zone):
            raise NotUnderstood("time zone", zone, "a zone such as Europe/Berlin")
        unknown = not self._work.accounts.get(account).timezone
        self._work.run(_SET_PROFILE["timezone"], {"account": account, "value": zone})
        if unknown:
            place_counted(self._work, account)
        self._follow(account)

    def set_timezone_here(self, account: int, identity: int, zone: str) -> bool:
        """The zone in which dates are read and shown where this identity is, or empty for the
        account's, by which everything that is the account's goes on. False when it is not this
        account's. Raises `NotUnderstood` for what is no IANA zone."""
        if zone and not is_zone(zone):
            raise NotUnderstood("time zone here", zone, "a zone such as Europe/Berlin")
        values = {"account": account, "identity": identity, "zone": zone}
        if self._work.run(_SET_HERE, values).first() is None:
            return False
        self._work.homes.changed(account)
        return True

    def _follow(self, account: int) -> None:
        """Whatever comes by their clock comes by the new one."""
        self._work.quiet.follow(account)
        self._work.digests.follow(account)
        self._work.homes.changed(account)

    def learn_zone(self, account: Account, told: Identity, zone: str) -> None:
        """What a platform says of somebody who never said so themselves. The dates that they have
        by now come along, since nobody chose UTC for them; of very many the rest is asked about."""
        if account.timezone or not is_zone(zone) or not self._learn("timezone", account, zone):
            return
        place_counted(self._work, account.id)
        self._follow(account.id)
        if zone != NOWHERE and bring_along(self._work, account.id, NOWHERE):
            asks = {"identity": told.id}
            self._work.put_in_chat(told.chat_id, name="zone", id=f"zone:{told.id}", payload=asks)

    def ask_zone(self, account: int) -> bool:
        """Whether to ask them where they are: once, and never whoever said so."""
        return self._work.run(_ASK_ZONE, {"account": account}).first() is not None

    def set_language(self, account: int, language: str) -> None:
        """Raises `NotUnderstood` for what is no language tag."""
        tag = language.strip().lower()
        if not _is_tag(tag):
            raise NotUnderstood("language", language, "a language code such as en or de")
        self._work.run(_SET_PROFILE["language"], {"account": account, "value": tag})

    @staticmethod
    def is_news(account: Account, told: str) -> bool:
        """Whether a platform says a language of somebody who never said so themselves."""
        return not account.language and _is_tag(_tag(told))

    def learn_language(self, account: Account, told: str) -> bool:
        """What a platform says of somebody who never said so themselves; whether it was news."""
        return self.is_news(account, told) and self._learn("language", account, _tag(told))

    def _learn(self, name: str, account: Account, value: str) -> bool:
        """False where there is one by now."""
        values = {"account": account.id, "value": value}
        return self._work.run(_LEARN[name], values).first() is not None

    def set_notify(self, account: int, identity: int, on: bool) -> bool:
        """Notices to this identity on or off; False when it is not this account's."""
        values = {"account": account, "identity": identity, "on": on}
        return self._work.run(_NOTIFY, values).first() is not None

    def set_preset(self, account: int, identity: int, preset: Preset) -> bool:
        """How much this identity is told; False when it is not this account's."""
        values = {"account": account, "identity": identity, "preset": preset.value}
        return self._work.run(_SET_PRESET, values).first() is not None

    def plan_news(self, account: int) -> str:
        """The platform on which they want to be told of their plan; empty for where it began."""
        place: str = self._work.run(_PLAN_NEWS, {"account": account}).scalar_one()
        return place

    def set_plan_news(self, account: int, platform: str) -> None:
        self._work.run(_SET_PLAN_NEWS, {"account": account, "platform": platform})

    def tells_renewals(self, account: int) -> bool:
        """Whether they want to be told each time that a plan was renewed."""
        return bool(self._work.run(_TELLS_RENEWALS, {"account": account}).scalar())

    def set_tells_renewals(self, account: int, on: bool) -> None:
        self._work.run(_RENEWALS, {"account": account, "on": on})


def _tag(told: str) -> str:
    return told.strip().lower()


def _is_tag(tag: str) -> bool:
    return 2 <= len(tag) <= 16 and tag.replace("-", "").isalnum() and tag.isascii()
