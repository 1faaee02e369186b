"""The language of the pages: the browser's own. Whoever opens a link need not be whose chat it came
from (`promises.md` T1), so the chat's language says nothing of the reader's."""

from __future__ import annotations

from contextlib import AbstractContextManager

from bot.language import _, accepted, ngettext, speaking, spoken


class BrowserWords:
    """As `core.words.Words` says."""

    def gettext(self, message: str) -> str:
        return _(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return ngettext(one, many, n)

    def spoken(self) -> str:
        return spoken()

    def reading(self, accepted_: str) -> AbstractContextManager[None]:
        return speaking(accepted(accepted_))
