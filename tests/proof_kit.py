"""Browsers that prove at Telegram or Slack whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import delete, update

from core import schema
from core.work import Work
from tests.pages_kit import Browser, Page, Signing, account_of, picked
from tests.service_kit import ADA, BEN, CLEO, SADA, Person


@dataclass(frozen=True)
class Where:
    """A platform, and two who are on it."""

    platform: str
    ada: Person
    other: Person
    her: str
    """Her id there."""
    his: str

    @property
    def name(self) -> str:
        return self.platform.title()

    @property
    def spelled(self) -> str:
        """What is typed there before a code."""
        return "/task link" if self.platform == "slack" else "/link"


TELEGRAM = Where("telegram", ADA, BEN, "1001", "1002")
SLACK = Where("slack", SADA, CLEO, "U0ADA", "U0CLEO")


def nobody_is_connected(work: Work) -> None:
    """With anybody, nothing is open, and nobody has tried anything."""
    for table in (schema.link_item, schema.link, schema.login, schema.oidc_state, schema.rate):
        work.run(delete(table))
    work.run(delete(schema.web_link))
    row = schema.identity.c
    at_home = update(schema.identity).where(row.home_id.is_not(None))
    work.run(at_home.values(account_id=row.home_id, home_id=None))


async def agreed(up: Signing, browser: Browser, link: str, person: str = "u-ada") -> Page:
    """The page with the letters."""
    return await browser.send(await up.sign_in(browser, link, person), "/link/consent")


async def there(browser: Browser, shown: Page) -> Page:
    """Sent to the platform to prove it."""
    asked = await browser.send(shown, "/link/prove")
    assert "-sign-in/authorize?" in asked.url
    return asked


async def back(browser: Browser, asked: Page, user: str, *, follow: bool = True) -> Page:
    """Somebody is signed in there."""
    form = picked(asked, user)
    return await browser._go("POST", asked.url.partition("?")[0], form, follow=follow)


async def sent_back(browser: Browser, asked: Page, user: str) -> str:
    """The address that somebody who is signed in there comes back to."""
    return (await back(browser, asked, user, follow=False)).headers["Location"]


def of(url: str) -> dict[str, str]:
    """What stands behind the question mark."""
    return dict(parse_qsl(urlsplit(url).query))


async def passed_on(up: Signing, at: Where) -> Page:
    """The attacker begins in his chat and passes the link on; the victim signs in, agrees, and
    proves who she is."""
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(at.other))
    return await back(browser, await there(browser, shown), at.her)


async def nothing_is_connected(up: Signing, at: Where) -> bool:
    rows = await up.town.service.store.query(lambda work: work.run(schema.login.select()).all())
    return not rows and await account_of(up, at.ada) != await account_of(up, at.other)
