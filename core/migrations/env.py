"""How alembic runs here: on the connection, and in the transaction, that `upgrade` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from core.migrations.env_filter import ours
from core.schema import UtcTime, metadata


def spell(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A step outlives the code of today, so it names none of our own types."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=ours,
    render_item=spell,
    # SQLite changes a column only by copying its table.
    render_as_batch=True,
)
context.run_migrations()
