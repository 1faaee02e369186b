"""Search by words: in the titles, descriptions, lists, labels and notes of what somebody has."""

from __future__ import annotations

import re
import string
import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from core import schema
from core.cleaning import clean
from core.history import RECENT, listed_since
from core.lists import COUNTED, NEVER, Page
from core.reading import TASK, read_task
from core.search_tables import LATE, NAME, READ_LATE
from core.sql import ByDialect

if TYPE_CHECKING:
    from core.work import Work

MOST_WORDS = 10
"""Words of a search that are looked for; whoever writes more is understood by these."""
WORD_LIMIT = 100
"""Characters of a word that are looked for. PostgreSQL takes 2,046 bytes."""

_SIGNS = str.maketrans(dict.fromkeys(string.punctuation, " "))
_ACCENTS = re.compile("[\u0300-\u036f]")
_t, _n = schema.task.c, schema.concern.c
_SAID = bindparam("words", type_=String)
_fts = table(NAME, column("rowid"), column(NAME))
_vectors = table(NAME, column("task_id"), column("words"))
_LATE = select(literal(1)).select_from(table(LATE, column("task_id"))).limit(1)
_READ_LATE = tuple(map(text, READ_LATE))
_ON_SQLITE = _t.id.in_(select(_fts.c.rowid).where(_fts.c[NAME].op("MATCH")(_SAID)))
# What its parser makes of a word is several where it is written with signs of its own: all of them
# are to be there. Of a word that it makes nothing of, nothing is found.
_PARSED = func.to_tsquery(literal_column("'simple'"), _SAID)
_ALL_OF_IT = cast(func.replace(cast(_PARSED, String), "<->", "&"), TSQUERY)
_WHOSE = cast(func.concat("'@", bindparam("viewer"), "'"), TSQUERY)
_ON_POSTGRES = and_(
    func.numnode(_PARSED) > 0,
    _t.id.in_(
        select(_vectors.c.task_id).where(
            _vectors.c.words.op("@@")(_WHOSE.op("&&")(_ALL_OF_IT)),
        )
    ),
)


def _of(start: Select[Any], matching: ColumnElement[bool]) -> Select[Any]:
    return start.join(schema.concern, _n.task_id == _t.id).where(
        _n.account_id == bindparam("viewer"), _t.deleted_at.is_(None), RECENT, matching
    )


def _page(matching: ColumnElement[bool]) -> Select[Any]:
    ordered = _of(TASK, matching).order_by(_n.open.desc(), _n.task_id.desc())
    return ordered.limit(bindparam("most")).offset(bindparam("skip"))


def _count(matching: ColumnElement[bool]) -> Select[Any]:
    matches = _of(select(_t.id), matching).limit(COUNTED + 1)  # built per call: which is at import
    return select(func.count()).select_from(matches.subquery())  # built per call: the same


_PAGE = ByDialect(_page(_ON_SQLITE), _page(_ON_POSTGRES))
_COUNT = ByDialect(_count(_ON_SQLITE), _count(_ON_POSTGRES))


class Search:
    """Search, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def page(self, viewer: int, said: str, *, skip: int = 0, most: int = 8) -> Page:
        """The tasks that have all these words, or words that begin so; open ones first, then the
        newest. What is said is words and nothing else: no sign in it means anything. Not to be
        called in a transaction that may not write: words may have to be brought up to date."""
        build = _vector_query if self._work.shared else _fts_query
        words = build(viewer, said)
        since = listed_since(self._work, viewer)
        if not words:
            return Page((), 0, since)
        self._read_late()
        values = {
            "viewer": viewer,
            "words": words,
            "any_age": int(since is None),
            "since": since or NEVER,
        }
        total = self._work.run(_COUNT, values).scalar_one()
        rows = self._work.run(_PAGE, values | {"skip": skip, "most": most})
        return Page(tuple(read_task(row) for row in rows), total, since)

    def _read_late(self) -> None:
        """What was written since somebody looked; PostgreSQL reads it when it is written."""
        if not self._work.shared and self._work.run(_LATE).first():
            for each in _READ_LATE:
                self._work.run(each)


def _fts_query(viewer: int, said: str) -> str:
    """In FTS5's words; empty where nothing is said. The table folds case and accents by itself."""
    quoted = [f'"{each}"{"*" if _may_go_on(each) else ""}' for each in _words(clean(said))]
    if not quoted:
        return ""
    # Side by side: what it makes no word of is passed over.
    return f'who : "a{viewer}" AND {{title description category notes}} : ({" ".join(quoted)})'


def _vector_query(_viewer: int, said: str) -> str:
    """The same for `to_tsquery`, in the form in which the words are kept."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", clean(said)))
    return " & ".join(f"'{each}'{':*' if _may_go_on(each) else ''}" for each in _words(plain))


def _words(said: str) -> list[str]:
    """What stands between blanks and signs. What else parts words, and what is none, the database
    says, which read the tasks: no two agree on the marks of Hindi or Hebrew."""
    found = dict.fromkeys(each[:WORD_LIMIT] for each in said.translate(_SIGNS).split())
    return [each for each in found if any(map(str.isalnum, each))][:MOST_WORDS]


def _may_go_on(word: str) -> bool:
    """Whether it may be the beginning of a longer word. One letter begins half of all there are,
    which nobody means and everybody would wait for; where words are written without blanks, one
    sign says enough."""
    return len(word) > 1 or not word.isascii()
