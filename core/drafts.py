"""What somebody wrote into a form that was not taken: the form has it again when it is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, select

from core import schema
from core.addresses import Sender
from core.sql import upsert

if TYPE_CHECKING:
    from core.work import Work

KEEP = timedelta(minutes=15)
"""`product.md` 1.5."""
LINE_LIMIT = 200
"""Characters of a form's line; a longer one is of no form of ours."""

_ANSWERS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
_PEOPLE: TypeAdapter[dict[str, Sender]] = TypeAdapter(dict[str, Sender])
_REVISION = re.compile(r" rev:\d+")

_d = schema.draft.c
_KEEP = upsert(
    schema.draft,
    ("identity_id", "line"),
    lambda new: {"answers": new.answers, "people": new.people, "kept_at": new.kept_at},
)
_FIND = select(_d.answers, _d.people).where(
    _d.identity_id == bindparam("identity"),
    _d.line == bindparam("asked"),
    _d.kept_at > bindparam("after"),
)
_DROP = delete(schema.draft).where(
    _d.identity_id == bindparam("identity"), _d.line == bindparam("asked")
)
_FORGET = delete(schema.draft).where(_d.kept_at <= bindparam("before"))


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers that wait for another try."""

    answers: Mapping[str, str]
    people: Mapping[str, Sender]


class Drafts:
    """Kept answers, one for each person and form, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def keep(
        self,
        identity: int,
        line: str,
        answers: Mapping[str, str],
        people: Mapping[str, Sender] | None = None,
    ) -> None:
        """Keep what was answered, in place of what was before."""
        asked = unrevised(line)
        if len(asked) > LINE_LIMIT:
            return
        values = {
            "identity_id": identity,
            "line": asked,
            "answers": _ANSWERS.dump_json(dict(answers)).decode(),
            "people": _PEOPLE.dump_json(dict(people or {})).decode(),
            "kept_at": self._work.now,
        }
        self._work.run(_KEEP, values)

    def of(self, identity: int, line: str) -> Draft | None:
        """What is kept for this form, whatever the revision that it asks at."""
        values = {"identity": identity, "asked": unrevised(line), "after": self._work.now - KEEP}
        row = self._work.run(_FIND, values).first()
        if row is None:
            return None
        return Draft(_ANSWERS.validate_json(row.answers), _PEOPLE.validate_json(row.people))

    def drop(self, identity: int, line: str) -> None:
        """The form was taken."""
        self._work.run(_DROP, {"identity": identity, "asked": unrevised(line)})

    def forget(self) -> None:
        """Drop what nobody came back for."""
        self._work.run(_FORGET, {"before": self._work.now - KEEP})


def unrevised(line: str) -> str:
    """The line without a revision: what was written is kept although the task changed."""
    return _REVISION.sub("", line)
