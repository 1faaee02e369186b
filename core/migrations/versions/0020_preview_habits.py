"""What people said of showing their tasks below links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "preview_habit",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("rule", sa.String(8), nullable=False, server_default=""),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("refused", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identity.id"],
            name="fk_preview_habit_identity_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("identity_id", name="pk_preview_habit"),
    )
    op.create_table(
        "preview_place",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{each}_id"],
                [f"{each}.id"],
                name=f"fk_preview_place_{each}_id",
                ondelete="CASCADE",
            )
            for each in ("identity", "chat")
        ),
        sa.PrimaryKeyConstraint("identity_id", "chat_id", name="pk_preview_place"),
    )
    op.create_index("ix_preview_place_chat_id", "preview_place", ["chat_id"])
