"""Where a link to a task leads in a browser: a page that says in which chat to open it.

It knows nothing of the task, not even whether there is one: whoever opens it may be anybody. The
chat shows the task to those who may see it (`promises.md` T26)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web

from adapters.pages.drawing import Drawing, style
from core.words import Words

PATH = "/task"


def routes(
    base_url: Callable[[], str], words: Words, on_telegram: Callable[[str], str], command: str
) -> list[web.RouteDef]:
    """The page and its style. `base_url`: the service's own address; `on_telegram`: from a task's
    public id to the link that opens it there, or empty; `command`: Slack's, as it is spelled."""
    drawing = Drawing(words)

    async def task(request: web.Request) -> web.Response:
        name = request.match_info["task"]
        values = {
            "root": urlsplit(base_url()).path,
            "telegram": on_telegram(name),
            "line": f"{command} show t:{name}",
        }
        with words.reading(request.headers.get("Accept-Language", "")):
            return drawing.page("task", values)

    return [
        web.get(PATH + "/{task:[0-9a-z]{1,16}}", task),
        web.get(f"{PATH}/style.css", style),
    ]
