"""What somebody new asked to be disconnected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "parting",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("row_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name="fk_parting_identity_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", "kind", "row_id", name="pk_parting"),
    )
    op.create_index("ix_parting_at", "parting", ["at"])
