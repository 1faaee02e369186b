"""What others wrote lately, which is kept to be compared with what they write next: where it is of
somebody who is forgotten, it is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, delete, exists, or_, select, update

from core import schema
from core.personal import Person, names

if TYPE_CHECKING:
    from core.work import Work

_ACCOUNTS: BindParameter[int] = bindparam("accounts", expanding=True)
_t, _s = schema.task.c, schema.source.c
_THEIRS = exists().where(
    _t.id == _s.task_id,
    or_(_t.owner_id.in_(_ACCOUNTS), _t.assignee_id.in_(_ACCOUNTS), _t.completed_by.in_(_ACCOUNTS)),
)
# A name that means somebody begins with this sign, on every platform.
_WORDINGS = select(_s.account_id, _s.chat_id, _s.message, _s.text, _THEIRS.label("theirs")).where(
    or_(_THEIRS, _s.text.contains("@")), _s.text != "", _s.account_id.not_in(_ACCOUNTS)
)
_UNWORD = (
    update(schema.source)
    .where(
        _s.account_id == bindparam("writer"),
        _s.chat_id == bindparam("where"),
        _s.message == bindparam("which"),
    )
    .values(text="")
)
_WAITING = tuple(
    (
        [each.name for each in table.primary_key],
        select(table),
        delete(table).where(*(each == bindparam(f"of_{each.name}") for each in table.primary_key)),
    )
    for table in (schema.draft, schema.wish, schema.question)
)


def ids_of(who: Person) -> set[str]:
    """What names them in a message, in small letters."""
    ids = {each.user_id for each in who.identities} | {f"@{each.handle}" for each in who.identities}
    return {each.lower() for each in ids - {"", "@"}}


def forget_wordings(work: Work, who: Person) -> None:
    """Blank what messages of others said of tasks that are theirs to do or were, or with their
    name, and drop what names them and waits: for a form to be sent again, an answer, or somebody to
    be let in. The tasks stay, and an edit of such a message changes nothing any more
    (`core/sources.py`)."""
    called = ids_of(who) | _as_words(who)
    for row in work.run(_WORDINGS, {"accounts": list(who.accounts)}).all():
        if row.theirs or names(called, row.text.lower()):
            values = {"writer": row.account_id, "where": row.chat_id, "which": row.message}
            work.run(_UNWORD, values)
    called |= {f'"{each.handle}"' for each in who.identities if each.handle}  # in JSON
    for keys, waiting, drop in _WAITING:
        for row in work.run(waiting).all():
            said = " ".join(each for each in row if isinstance(each, str))
            if names(called, said.lower()):
                work.run(drop, {f"of_{each}": getattr(row, each) for each in keys})


def _as_words(who: Person) -> set[str]:
    """As platforms write somebody without a handle: in one word."""
    words = [re.sub(r"\W+", "_", each.name).strip("_") for each in who.identities]
    return {f"@{each}".lower() for each in words if each}
