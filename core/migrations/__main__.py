"""Write the next step: `python -m core.migrations "Say what changes"`."""

from __future__ import annotations

import sys
import tempfile

from alembic import command
from sqlalchemy.engine import make_url

from core import migrations
from core.sqlite_file import sqlite_engine


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        migrations.upgrade(url)
        number = f"{int(migrations.HEAD) + 1:04}"
        engine = sqlite_engine(make_url(url))
        with engine.begin() as connection:
            command.revision(
                migrations.config(connection), message, autogenerate=True, rev_id=number
            )
        engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
