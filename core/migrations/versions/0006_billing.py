"""Billing: what Polar sells, who pays for what, and what its webhooks said."""

# long: it makes many tables

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
OPEN = sa.text("outcome IN ('unknown', 'malformed', 'failed', 'nobody')")
TRIAL = sa.text("status = 'trialing'")
DUE = sa.text("plan_until IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=200), server_default="", nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("received_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name="pk_hook"),
    )
    op.create_index(
        "ix_hook_open", "hook", ["received_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_hook_received_at", "hook", ["received_at"])

    op.create_table(
        "product",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("interval", sa.String(length=8), server_default="", nullable=False),
        sa.Column("interval_count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("prices", sa.Text(), server_default="[]", nullable=False),
        sa.Column("trial_interval", sa.String(length=8), server_default="", nullable=False),
        sa.Column("trial_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("modified_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(length=80), server_default="", nullable=False),
        sa.Column("claimed_until", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("repaired", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliation"),
    )
    op.create_table(
        "billing_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("message", sa.String(length=128), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_billing_step_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_billing_step"),
        sa.UniqueConstraint("public_id", name="uq_billing_step_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_billing_step_account_id", "billing_step", ["account_id"])
    op.create_index("ix_billing_step_asked_at", "billing_step", ["asked_at"])

    op.create_table(
        "checkout",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_checkout_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_checkout"),
    )
    op.create_index("ix_checkout_account_id", "checkout", ["account_id"])
    op.create_index("ix_checkout_expires_at", "checkout", ["expires_at"])

    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("polar_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("identity_id", ID),
        sa.Column("gives_until", TIME),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("trial_told", TIME),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("heard_at", TIME, nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("interval", sa.String(length=8), server_default="", nullable=False),
        sa.Column("interval_count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("period_start", TIME),
        sa.Column("period_end", TIME),
        sa.Column("trial_start", TIME),
        sa.Column("trial_end", TIME),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("canceled_at", TIME),
        sa.Column("started_at", TIME),
        sa.Column("ends_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("past_due_at", TIME),
        sa.Column("pending_product_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("pending_at", TIME),
        sa.Column("checkout_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("modified_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_subscription_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("polar_id", name="uq_subscription_polar_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_account_id", "subscription", ["account_id"])
    op.create_index("ix_subscription_customer_id", "subscription", ["customer_id"])
    op.create_index(
        "ix_subscription_trial",
        "subscription",
        ["trial_end"],
        sqlite_where=TRIAL,
        postgresql_where=TRIAL,
    )

    op.add_column(
        "account", sa.Column("plan", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column("account", sa.Column("plan_until", TIME))
    op.add_column(
        "account",
        sa.Column("tell_renewals", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_index(
        "ix_account_plan_until", "account", ["plan_until"], sqlite_where=DUE, postgresql_where=DUE
    )
