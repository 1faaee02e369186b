"""What people may say about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from core import schema
from core.errors import NotUnderstood, TooLong
from core.identity import NAME_LIMIT
from core.task import clean
from core.zones import is_zone

if TYPE_CHECKING:
    from core.work import Work

_a, _i = schema.account.c, schema.identity.c
_PROFILE = update(schema.account).where(_a.id == bindparam("account"))
_SET_PROFILE = {
    name: _PROFILE.values({name: bindparam("value")}) for name in ("name", "timezone", "language")
}
_RENEWALS = _PROFILE.values(tell_renewals=bindparam("on"))
_TELLS_RENEWALS = select(_a.tell_renewals).where(_a.id == bindparam("account"))
_NOTIFY = (
    update(schema.identity)
    .where(_i.id == bindparam("identity"), _i.account_id == bindparam("account"))
    .values(notify=bindparam("on"))
    .returning(_i.id)
)


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
        self._work.run(_SET_PROFILE["timezone"], {"account": account, "value": zone})

    def set_language(self, account: int, language: str) -> None:
        """Raises `NotUnderstood` for what is no language tag."""
        tag = language.strip().lower()
        if not (2 <= len(tag) <= 16 and tag.replace("-", "").isalnum() and tag.isascii()):
            raise NotUnderstood("language", language, "a language code such as en or de")
        self._work.run(_SET_PROFILE["language"], {"account": account, "value": tag})

    def set_notify(self, account: int, identity: int, on: bool) -> bool:
        """Notices to this identity on or off; False when it is not this account's."""
        values = {"account": account, "identity": identity, "on": on}
        return self._work.run(_NOTIFY, values).first() is not None

    def tells_renewals(self, account: int) -> bool:
        """Whether they want to be told each time that a plan was renewed."""
        return bool(self._work.run(_TELLS_RENEWALS, {"account": account}).scalar())

    def set_tells_renewals(self, account: int, on: bool) -> None:
        self._work.run(_RENEWALS, {"account": account, "on": on})
