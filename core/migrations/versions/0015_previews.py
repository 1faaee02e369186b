"""Where tasks are shown below links to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "preview",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("message", sa.String(128), nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{each}_id"], [f"{each}.id"], name=f"fk_preview_{each}_id", ondelete="CASCADE"
            )
            for each in ("task", "chat", "identity")
        ),
        sa.PrimaryKeyConstraint("task_id", "chat_id", "message", name="pk_preview"),
    )
    op.create_index("ix_preview_chat_id", "preview", ["chat_id"])
    op.create_index("ix_preview_identity_id", "preview", ["identity_id"])
