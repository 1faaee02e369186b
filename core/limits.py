"""How often: allowances in the database, exact under concurrency, surviving a restart.

aiolimiter paces what we send; it is never a guard, since it forgets at a restart and counts one
process only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, delete, select, update

from core import schema
from core.errors import RateLimited
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work


@dataclass(frozen=True, slots=True)
class Limit:
    """`times` within `per`, counted from the first use. `what` is for people."""

    name: str
    times: int
    per: timedelta
    what: str


ISSUE_CODE = Limit("link.issue", 5, timedelta(minutes=15), "link codes")
REDEEM_CODE = Limit("link.redeem", 5, timedelta(minutes=15), "link attempts")
"""Counts what failed; the number is the original's (`parity.md` 1.6)."""
REDEEM_CODE_HOUR = Limit("link.redeem.hour", 10, timedelta(hours=1), "link attempts")
"""Half of what a workspace has: one person alone never uses that up for the others."""
REDEEM_CODE_TEAM = Limit("link.redeem.team", 20, timedelta(hours=1), "link attempts")
"""Failures of everybody in one workspace (`promises.md` T3)."""
REDEEM_CODE_ALL = Limit("link.redeem.all", 100, timedelta(minutes=1), "link attempts")
"""Over the whole service (`product.md` 1.7): what makes guessing hopeless."""
ASKED = Limit("link.asked", 5, timedelta(hours=1), "questions about connecting chats")
"""To one account, whoever entered its codes (`promises.md` T13)."""

CHART = Limit("chart", 20, timedelta(hours=1), "charts")
"""Each is drawn and sent: half a message a minute, beside whatever else there is to say."""
REACT = Limit("react", 60, timedelta(hours=1), "tasks from reactions")
"""Each asks the platform for a message, and marks it."""

UNFURL = Limit("unfurl", 1, timedelta(minutes=30), "previews of a task")
"""Of one task in one chat (`product.md` 1.5)."""
DETAILS = Limit("unfurl.details", 60, timedelta(minutes=10), "looks at details")
"""By one person: each is a call to the platform, which takes some 50 a minute (Slack's tier 3)."""
INTRODUCE = Limit("unfurl.introduce", 1, timedelta(days=1), "questions about links")
"""To somebody who never wrote to the bot and posts links to tasks."""

MASKED = Limit("masked", 5, timedelta(minutes=1), "explanations")
"""To a group, of whose administrators nobody knows who writes: none of them has a limit of their
own, and Telegram takes 20 messages a minute for all that is to be said there."""

INLINE = Limit("inline", 60, timedelta(minutes=1), "lookups")
"""For whoever types to the bot in another chat: Telegram asks once or twice a second meanwhile, and
each is a search."""

INVITE = Limit("invite", 10, timedelta(days=1), "invitations")
APP_LINK = Limit("link.app", 5, timedelta(minutes=15), "links")
"""For each user of the operator's app, as for codes."""

SIGN_IN = Limit("sign-in", 5, timedelta(hours=1), "sign-ins")
"""Begun in one chat (`product.md` 1.7)."""
SIGN_IN_ADDRESS = Limit("sign-in.address", 30, timedelta(minutes=15), "sign-ins from your network")
"""Steps of a sign-in from one client address; one sign-in has three, and an office shares one."""
PAGE_ADDRESS = Limit("link.page.address", 300, timedelta(minutes=15), "pages from your network")
"""Requests for pages from one client address, whether links and forms are good or not; one sign-in
has a dozen."""
APP_LINK_ADDRESS = Limit("link.app.address", 60, timedelta(minutes=1), "requests")
"""Of one address, whether its tokens are good or not: an app's server asks for all its users."""

INSTALL_ADDRESS = Limit("install.address", 30, timedelta(minutes=15), "installs from your network")
"""Steps of a Slack install from one client address; one install has two."""

_r = schema.rate.c
# One statement decides and counts: a row comes back only while there is something left.
_USE = upsert(
    schema.rate,
    ("name", "key"),
    lambda new: {
        "used": case((_r.since <= bindparam("expired"), 1), else_=_r.used + 1),
        "since": case((_r.since <= bindparam("expired"), new.since), else_=_r.since),
    },
    where=(_r.since <= bindparam("expired")) | (_r.used < bindparam("times")),
    returning=("used",),
)
_SINCE = select(_r.since).where(_r.name == bindparam("n"), _r.key == bindparam("k"))
_GIVE_BACK = (
    update(schema.rate)
    .where(_r.name == bindparam("n"), _r.key == bindparam("k"), _r.used > 0)
    .values(used=_r.used - 1)
)
_FORGET = delete(schema.rate).where(_r.since < bindparam("before"))


class Limits:
    """The allowances, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def use(self, limit: Limit, key: str) -> None:
        """Use one of the allowance of `key`. Raises `RateLimited` when nothing is left; that
        writes nothing, so hammering does not prolong the wait.

        To be called outside the savepoint of what it guards: a failed attempt must count."""
        now, kept = self._work.now, self.kept_for(key)
        values = {
            "name": limit.name,
            "key": kept,
            "used": 1,
            "since": now,
            "expired": now - limit.per,
            "times": limit.times,
        }
        if self._work.run(_USE, values).first() is None:
            since = self._work.run(_SINCE, {"n": limit.name, "k": kept}).scalar_one()
            raise RateLimited(limit.what, since + limit.per - now)

    def give_back(self, limit: Limit, key: str) -> None:
        """Return what `use` took: the attempt succeeded, and only failures count."""
        self._work.run(_GIVE_BACK, {"n": limit.name, "k": self.kept_for(key)})

    def kept_for(self, key: str) -> str:
        """What stands for a key: nothing that names anybody, so that being forgotten ends no wait
        (`promises.md` T3, T39), and as long for every key."""
        return self._work.ids.keyed(f"allowance:{key}")

    def forget(self) -> None:
        """Drop allowances that were last begun over a day ago: longer than any `per`."""
        self._work.run(_FORGET, {"before": self._work.now - timedelta(days=1)})
