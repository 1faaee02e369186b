"""Linking made complete: sign-in on the web, links from an app, what a link did, who is invited,
the record of it all; and the Slack workspaces that installed the app."""

# long: it makes many tables

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("facts", sa.Text()),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_account_id", "audit", ["account_id"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "install_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_install_state"),
    )
    op.create_index("ix_install_state_created_at", "install_state", ["created_at"])

    op.create_table(
        "slack_install",
        sa.Column("id", ID, nullable=False),
        sa.Column("enterprise", sa.String(length=64), server_default="", nullable=False),
        sa.Column("team", sa.String(length=64), server_default="", nullable=False),
        sa.Column("app", sa.String(length=64), server_default="", nullable=False),
        sa.Column("bot_user", sa.String(length=64), nullable=False),
        sa.Column("bot_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("installed_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("installed_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.Column("why", sa.String(length=64), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_install"),
        sa.UniqueConstraint("enterprise", "team", name="uq_slack_install_enterprise_team"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tombstone"),
    )
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_invitation_account_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_invitation"),
    )
    op.create_index("ix_invitation_account_id", "invitation", ["account_id"])
    op.create_index("ix_invitation_expires_at", "invitation", ["expires_at"])

    op.create_table(
        "link",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("from_id", ID),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.Column("moved_at", TIME),
        sa.Column("undone_at", TIME),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_link_account_id"),
        sa.ForeignKeyConstraint(["from_id"], ["account.id"], name="fk_link_from_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("public_id", name="uq_link_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_link_account_id", "link", ["account_id"])
    op.create_index("ix_link_from_id", "link", ["from_id"])
    op.create_index("ix_link_linked_at", "link", ["linked_at"])

    op.create_table(
        "login",
        sa.Column("id", ID, nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_login_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_login"),
        sa.UniqueConstraint("issuer", "subject", name="uq_login_issuer_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_account_id", "login", ["account_id"])

    op.create_table(
        "app_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("identity_id", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_app_link_identity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_app_link"),
        sa.UniqueConstraint("code_hash", name="uq_app_link_code_hash"),
        sa.UniqueConstraint("public_id", name="uq_app_link_public_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_app_link_expires_at", "app_link", ["expires_at"])
    op.create_index("ix_app_link_identity_id", "app_link", ["identity_id"])

    op.create_table(
        "link_block",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_link_block_account_id"),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_link_block_identity_id"),
        sa.PrimaryKeyConstraint("account_id", "identity_id", name="pk_link_block"),
    )
    op.create_index("ix_link_block_identity_id", "link_block", ["identity_id"])

    op.create_table(
        "link_item",
        sa.Column("link_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("row_id", ID, nullable=False),
        sa.Column("number", sa.Integer()),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_link_item_link_id"),
        sa.PrimaryKeyConstraint("link_id", "kind", "row_id", name="pk_link_item"),
    )
    op.create_table(
        "web_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("session_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("issuer", sa.String(length=255), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=255), server_default="", nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("proved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("code_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_web_link_identity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_web_link"),
        sa.UniqueConstraint("public_id", name="uq_web_link_public_id"),
        sa.UniqueConstraint("token_hash", name="uq_web_link_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_link_expires_at", "web_link", ["expires_at"])
    op.create_index("ix_web_link_identity_id", "web_link", ["identity_id"])

    op.create_table(
        "wish",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("inbound", sa.Text(), nullable=False),
        sa.Column("wished_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name="fk_wish_identity_id"),
        sa.PrimaryKeyConstraint("identity_id", name="pk_wish"),
    )
    op.create_index("ix_wish_wished_at", "wish", ["wished_at"])

    op.create_table(
        "oidc_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("web_link_id", ID, nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["web_link_id"], ["web_link.id"], name="fk_oidc_state_web_link_id"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_state"),
    )
    op.create_index("ix_oidc_state_created_at", "oidc_state", ["created_at"])
    op.create_index("ix_oidc_state_web_link_id", "oidc_state", ["web_link_id"])

    op.add_column("identity", sa.Column("home_id", ID))
    op.create_index("ix_identity_home_id", "identity", ["home_id"])
