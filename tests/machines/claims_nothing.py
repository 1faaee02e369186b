"""The service whose workers look which reminders are due, and then delete them, without the claim
in between; and whose inbox does not know what it was told before, which would hide it."""

from __future__ import annotations

import secrets
import sys
import time
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.cli import main
from core import reminders, schema
from core.events import TaskDue

_r = schema.reminder.c
_DUE = select(_r.id, _r.task_id, _r.account_id, _r.why, _r.at).where(
    _r.at <= bindparam("now", type_=schema.UtcTime)
)


def fire(own: reminders.Reminders, most: int = 0, people: int = 0) -> list[datetime]:
    due = own._work.run(_DUE, {"now": own._work.now}).all()
    time.sleep(0.3)
    for row in due:
        own._tell(row)
    gone = delete(schema.reminder).where(_r.id.in_([each.id for each in due]))
    own._work.connection.execute(gone)
    return [each.at for each in due]


if __name__ == "__main__":
    reminders.Reminders.fire = fire  # type: ignore[method-assign]  # that is the point
    TaskDue.once = property(lambda own: secrets.token_hex(8))  # type: ignore[assignment,method-assign]  # the same
    sys.exit(main())
