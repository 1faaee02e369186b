"""Digests, quiet hours, presets and held notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def _said(name: str, length: int, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def upgrade() -> None:
    op.add_column("account", _said("plan_news", 16))
    op.add_column("account", _said("quiet_from", 5))
    op.add_column("account", _said("quiet_until", 5))
    asked: sa.Column[bool] = sa.Column(
        "zone_asked", sa.Boolean(), nullable=False, server_default=sa.text("false")
    )
    op.add_column("account", asked)
    op.add_column("identity", _said("preset", 8, "normal"))
    op.create_table(
        "held",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name="fk_held_identity_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name="fk_held_notice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", "notice_id", name="pk_held"),
    )
    op.create_index("ix_held_notice_id", "held", ["notice_id"])
    op.create_index("ix_held_at", "held", ["at"])
    op.create_table(
        "digest",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("days", sa.String(length=8), nullable=False),
        sa.Column("wall", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_digest_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_digest"),
    )
    op.create_index("ix_digest_at", "digest", ["at"])
    op.create_table(
        "group_digest",
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("days", sa.String(length=8), nullable=False),
        sa.Column("wall", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_group_digest_chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_group_digest"),
    )
    op.create_index("ix_group_digest_at", "group_digest", ["at"])
