"""Templates to pages. Whatever is put in is escaped; no page has a script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.pages.headers import page_headers
from core.words import Words

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_text("utf-8")


class Drawing:
    """Draws pages in the reader's language."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._templates.policies["ext.i18n.trimmed"] = True
        # The extension's own methods, which it puts into the environment as it is loaded.
        install = self._templates.install_gettext_callables  # type: ignore[attr-defined]  # the extension adds it
        install(words.gettext, words.ngettext, newstyle=True)

    def page(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        status: int = 200,
        issuer_origin: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> web.Response:
        """A page: `values` are all that its template names, but for the language."""
        found = self._templates.get_template(f"{template}.html")
        return web.Response(
            text=found.render({"language": self._words.spoken(), **values}),
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers={**page_headers(issuer_origin), **(headers or {})},
        )


async def style(_: web.Request) -> web.Response:
    """The style sheet of all pages."""
    return web.Response(
        text=STYLE, content_type="text/css", charset="utf-8", headers=page_headers()
    )
