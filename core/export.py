"""Everything that is kept about a person, as files: JSON, which loses nothing, and CSV.

Which rows those are stands in `core/personal.py`. Nothing here is kept anywhere: a job collects
when it sends."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table, bindparam, or_, select

from core import schema
from core.chat import Document
from core.limits import Limit
from core.personal import DECISIONS, Person, Personal, person, written_by
from core.reading import TASK

if TYPE_CHECKING:
    from core.work import Work

EXPORT = Limit("export", 6, timedelta(hours=1), "exports")
"""Of one person: each reads all that is theirs."""
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula, the wide forms included. Source: OWASP, CSV
injection (`promises.md` T30)."""


_t, _n, _w = schema.task.c, schema.concern.c, schema.note.c


class Format(StrEnum):
    """What a person asks for."""

    CSV = "csv"
    JSON = "json"
    ALL = "all"
    """Every row of every table: JSON, and a CSV file of each table, in one archive."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under one heading."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def _statement(table: Table, decision: Personal) -> Select[Any]:
    columns = [each for each in table.c if each.name not in decision.hidden]
    rows = select(*columns).where(decision.mine)  # built per call: once for each table, below
    return rows.order_by(*table.primary_key.columns)


_MINE = {
    table.name: _statement(table, decision)
    for table in schema.metadata.sorted_tables
    if isinstance(decision := DECISIONS[table.name], Personal)
}
_NUMBERED = (_n.task_id == _t.id) & (_n.account_id == bindparam("viewer"))
_THEIRS = (
    or_(_t.owner_id == bindparam("viewer"), _t.assignee_id == bindparam("viewer")),
    _t.deleted_at.is_(None),
)
_TASKS = TASK.outerjoin(schema.concern, _NUMBERED).where(*_THEIRS).order_by(_t.id)
# One that was taken back has a place behind those that count (`core/notes.py`).
_NOTES = (
    select(_n.number, _w.made_at, schema.account.c.name.label("author"), _w.text)
    .join(schema.task, _t.id == _w.task_id)
    .outerjoin(schema.concern, _NUMBERED)
    .outerjoin(schema.account, schema.account.c.id == _w.account_id)
    .where(*_THEIRS, _w.place <= _t.notes, _w.text != "")
    .order_by(_t.id, _w.place)
)
_SHOWN = (
    "number", "title", "status", "priority", "category", "due_on", "due_time", "due_zone",
    "rule", "labels", "owner_name", "assignee_name", "offer", "created_at", "updated_at",
    "completed_at", "completed_by_name", "description",
)  # fmt: skip
_NOTED = ("number", "made_at", "author", "text")


def tasks(work: Work, account: int) -> list[Sheet]:
    """The tasks that somebody owns or is to do, as people read them, and then their notes, if
    there are any."""
    rows = work.run(_TASKS, {"viewer": account})
    shown = [[getattr(row, name) for name in _SHOWN] for row in rows]
    notes = [tuple(row) for row in work.run(_NOTES, {"viewer": account})]
    sheets = Sheet("tasks", _SHOWN, shown), Sheet("notes", _NOTED, notes)
    return [each for each in sheets if each.rows or each.name == "tasks"]


def everything(work: Work, account: int, reader: int) -> list[Sheet]:
    """Every row of theirs, a sheet for each table that has some, for the identity `reader`, to
    whose chat it goes. `Work.see_one_state` first."""
    who = person(work, account, reader=reader)
    sheets = [_sheet(work, who, name, statement) for name, statement in _MINE.items()]
    return [each for each in sheets if each.rows]


def _sheet(work: Work, who: Person, name: str, statement: Select[Any]) -> Sheet:
    columns = [each.name for each in statement.selected_columns]
    rows = [tuple(row) for row in work.run(statement, who.values)]
    if name == "failed_message":
        kept = columns.index("inbound")
        rows = [row for row in rows if written_by(who, row[kept])]
    return Sheet(name, columns, rows)


def document(sheets: Sequence[Sheet], how: Format, at: datetime) -> Document:
    """The file. `at` names it and, in an archive, dates what is inside."""
    name = f"fluxbot-{'everything' if how is Format.ALL else 'tasks'}-{at:%Y-%m-%d}"
    match how:
        case Format.CSV:
            return Document(f"{name}.csv", as_csv(sheets[0]))
        case Format.JSON:
            return Document(f"{name}.json", as_json(sheets, at))
        case Format.ALL:
            files = {f"{each.name}.csv": as_csv(each) for each in sheets}
            return archive(f"{name}.zip", {"data.json": as_json(sheets, at), **files}, at)


def archive(name: str, files: Mapping[str, bytes], at: datetime) -> Document:
    """Files in one compressed file."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for inside, content in files.items():
            entry = zipfile.ZipInfo(inside, at.timetuple()[:6])
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return Document(name, kept.getvalue())


def as_json(sheets: Iterable[Sheet], at: datetime) -> bytes:
    """All sheets as one object: when it was made, then a list of rows for each."""
    made: dict[str, Any] = {"exported_at": at.isoformat()}
    for sheet in sheets:
        made[sheet.name] = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    return json.dumps(made, ensure_ascii=False, indent=1, default=_plain).encode()


def as_csv(sheet: Sheet) -> bytes:
    """One sheet, as RFC 4180 has it, in UTF-8 with the mark by which spreadsheets know that."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(sheet.columns)
    lines.writerows([[_cell(value) for value in row] for row in sheet.rows])
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """The text of a cell, which no spreadsheet takes for a formula."""
    text = "" if value is None else str(_plain(value))
    formula = text.startswith(TRIGGERS) or text.lstrip().startswith(TRIGGERS)
    return f"'{text}" if formula else text


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
